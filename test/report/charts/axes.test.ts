import { describe, expect, it } from 'vitest';
import { dateTexts } from '#src/report/charts/axes/date-texts.js';
import { spreadApart } from '#src/report/charts/end-labels.js';
import { numberAxis } from '#src/report/charts/axes/number-axis.js';
import { assignLanes } from '#src/report/charts/series/series-lanes.js';
import { pickEvenly, thinOut, thinOutBand } from '#src/report/charts/thin-out.js';
import { timeAxis } from '#src/report/charts/axes/time-axis.js';
import { timeTicks } from '#src/report/charts/axes/time-ticks.js';

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.UTC(2021, 5, 14);

describe('an axis of numbers', () => {
  it.each([
    [[0, 0.29], {}, '0 0.1 0.2 0.3'],
    [[0, 1], { percent: true }, '0% 20% 40% 60% 80% 100%'],
    [[-0.034, 0.012], { percent: true }, '−4% −3% −2% −1% 0% 1% 2%'],
    [[0, 12_400], {}, '0 5K 10K 15K'],
    [[0, 3_400_000], {}, '0 1M 2M 3M 4M'],
    [[99_999.1, 99_999.4], {}, '99,999.1 99,999.2 99,999.3 99,999.4'],
    [[7, 7], {}, '0 2 4 6 8'],
    [[-7, -7], {}, '−8 −6 −4 −2 0'],
    [[0, 0], {}, '0 0.2 0.4 0.6 0.8 1.0'],
    [[null, undefined, Number.NaN, Number.POSITIVE_INFINITY], {}, '0 0.2 0.4 0.6 0.8 1.0'],
    [[1, 24], { tight: true, whole: true, ticks: 8 }, '5 10 15 20'],
    [[1, 3], { tight: true, whole: true, ticks: 8 }, '1 2 3'],
    [[-650, 630], { tight: true, padding: 0.05 }, '−500 0 500'],
    [[-1.7e308, 1.7e308], {}, '−2 −1 0 1 2'],
  ])('has round ticks for %j', (values, options, texts) => {
    const { ticks, format, domain, place } = numberAxis(values, options);
    expect(ticks.map(format).join(' ')).toBe(texts);
    for (const value of values) {
      if (typeof value !== 'number' || !Number.isFinite(value)) continue;
      expect(place(value)).toBeGreaterThanOrEqual(domain[0]);
      expect(place(value)).toBeLessThanOrEqual(domain[1]);
    }
  });

  it('leaves room beyond values, but not beyond 0', () => {
    expect(numberAxis([-100, 100], { tight: true, padding: 0.05 }).domain).toEqual([-110, 110]);
    expect(numberAxis([0, 100], { tight: true, padding: 0.05 }).domain).toEqual([0, 105]);
  });

  it('names the power of ten of very large and very small values', () => {
    expect(numberAxis([0, 3e300]).unit).toBe(', in 10³⁰⁰');
    expect(numberAxis([0, 3e-20]).unit).toBe(', in 10⁻²⁰');
    expect(numberAxis([0, 3e9]).unit).toBe('');
    expect(numberAxis([3e300]).place(null)).toBeNaN();
  });
});

describe('an axis of time', () => {
  const texts = (from: number, to: number): string =>
    timeTicks(from, to, 7)
      .map(({ text }) => text)
      .join(' ');

  it('has ticks at round instants', () => {
    expect(texts(start, start + 90 * 60_000)).toBe('Jun 14 00:15 00:30 00:45 01:00 01:15 01:30');
    expect(texts(start + hour, start + 2 * day)).toBe('12:00 Jun 15 12:00 Jun 16');
    expect(texts(start, start + 5 * day)).toBe('Jun 14 Jun 15 Jun 16 Jun 17 Jun 18 Jun 19');
    expect(texts(start, start + 40 * day)).toBe('Jun 14 Jun 21 Jun 28 Jul 5 Jul 12 Jul 19');
    expect(texts(start, start + 330 * day)).toBe('Jul Oct 2022 Apr');
    expect(texts(start, start + 12 * 365 * day)).toBe('2022 2024 2026 2028 2030 2032');
    expect(texts(Date.UTC(1900, 0, 1), Date.UTC(2800, 0, 1))).toBe('2000 2200 2400 2600 2800');
    expect(timeTicks(-6.2e13, 8e15, 7).length).toBeLessThan(10);
  });

  it('cuts long stretches without data out, and keeps short ones', () => {
    const far = [0, 1, 2].map((at) => [start + at * 30 * day, start + at * 30 * day + 23 * hour] as const);
    const cut = timeAxis(far, hour, 500);
    expect(cut.breaks).toHaveLength(2);
    expect(cut.ticks.map(cut.format)).toEqual(['Jun 14', 'Jul 14', 'Aug 13']);
    expect(cut.place(start + 30 * day + hour) - cut.place(start + 30 * day)).toBe(hour);
    expect(cut.domain[1]).toBeLessThan(4 * day);
    const near = [0, 1, 2].map((at) => [start + at * day, start + at * day + 23 * hour] as const);
    const whole = timeAxis(near, hour, 500);
    expect(whole.breaks).toEqual([]);
    expect(whole.domain).toEqual([0, 3 * day - hour]);
    expect(whole.label).toBe('2021-06-14 to 2021-06-16 23:00, UTC');
  });

  it('has room for instants without length', () => {
    const two = timeAxis(
      [0, day].map((at) => [start + at, start + at] as const),
      0,
      500,
    );
    expect([two.domain, two.breaks]).toEqual([[0, day], []]);
    const one = timeAxis([[start, start]], 0, 500);
    expect([one.domain, one.place(start), one.format(0)]).toEqual([[-1, 1], 0, '2021-06-14']);
  });

  it('spells dates as short as tells them apart', () => {
    expect(dateTexts([start, start + day])).toEqual({ texts: ['Jun 14', 'Jun 15'], common: '2021, UTC' });
    expect(dateTexts([start, start + hour]).texts).toEqual(['Jun 14 00:00', 'Jun 14 01:00']);
    expect(dateTexts([start, start + 365 * day]).texts).toEqual(['2021-06-14', '2022-06-14']);
    expect(dateTexts([2020, 2021].map((year) => Date.UTC(year, 0, 1))).texts).toEqual(['2020', '2021']);
    expect(dateTexts([1, 2].map((month) => Date.UTC(2021, month, 1))).texts).toEqual(['Feb', 'Mar']);
  });
});

describe('windows of a series', () => {
  it('are in lanes of their own where they overlap, every n-th where too many do', () => {
    const spans = (count: number, stride: number) =>
      Array.from({ length: count }, (_, at) => [at * stride, at * stride + 9] as const);
    expect(assignLanes(spans(4, 10), 5)).toEqual({ windows: [0, 1, 2, 3], lanes: [0, 0, 0, 0], count: 1 });
    expect(assignLanes(spans(4, 5), 5)).toEqual({ windows: [0, 1, 2, 3], lanes: [0, 1, 0, 1], count: 2 });
    expect(assignLanes(spans(8, 1), 3)).toEqual({ windows: [1, 4, 7], lanes: [0, 1, 2], count: 3 });
    expect(assignLanes([], 3)).toEqual({ windows: [], lanes: [], count: 1 });
  });
});

describe('long lines', () => {
  const long = Array.from({ length: 1000 }, (_, x) => ({ x, y: x === 500 ? Number.NaN : x === 777 ? 9 : Math.sin(x) }));

  it('keep every peak where it is, and every gap', () => {
    const thin = thinOut(long, 100);
    expect(thin.length).toBeLessThanOrEqual(101);
    expect(thin.filter(({ y }) => Number.isNaN(y))).toEqual([{ x: 500, y: Number.NaN }]);
    expect(thin.find(({ y }) => y === 9)?.x).toBe(777);
    expect(thin.map(({ x }) => x)).toEqual(thin.map(({ x }) => x).toSorted((a, b) => a - b));
    expect(thinOut(long, 1000)).toEqual(long);
  });

  it('keep the outline of bands', () => {
    const thin = thinOutBand(
      long.map(({ x, y }) => ({ x, y: y - 1, top: y + 1 })),
      50,
    );
    expect(thin).toHaveLength(50);
    expect(Math.max(...thin.filter(({ top }) => !Number.isNaN(top)).map(({ top }) => top))).toBe(10);
    expect(thin.filter(({ y }) => Number.isNaN(y))).toHaveLength(1);
  });

  it('are picked evenly, with both ends', () => {
    expect(pickEvenly([1, 2, 3, 4, 5, 6, 7, 8, 9], 3)).toEqual([1, 5, 9]);
    expect(pickEvenly([1, 2], 3)).toEqual([1, 2]);
  });
});

describe('labels at the end of lines', () => {
  it('move apart, in their order, and stay in the chart', () => {
    const labels = [0.5, 0.51, 0.1, 0.99, 1].map((y, at) => ({ y, text: String(at), color: 'text' as const }));
    const moved = spreadApart(labels, 0.1, 0, 1);
    expect(moved.map(({ text }) => text)).toEqual(['2', '0', '1', '3', '4']);
    expect(moved.map(({ y }) => Number(y.toFixed(2)))).toEqual([0.1, 0.5, 0.6, 0.95, 1.05]);
  });
});
