import { describe, expect, it } from 'vitest';
import { metricTexts } from '#src/report/charts/metric-texts.js';
import { placeLabels } from '#src/report/charts/place-labels.js';
import { chooseTypes } from '#src/report/charts/series/series-types.js';
import { figureText, shareText, shownText } from '#src/report/charts/shown-text.js';
import { spreadBars } from '#src/report/charts/spread-bars.js';

describe('bars of a histogram', () => {
  const bins = (edges: number[], items: number) =>
    edges.slice(1).map((to, at) => ({ from: edges[at] ?? 0, to, items }));

  it('have one width, also where the last bin reaches far out', () => {
    expect(spreadBars(bins([0.7, 1, 2, 3, 4, 5, 6, 60], 100))).toEqual([
      { from: 0, to: 1, items: 100, isTail: false },
      ...[1, 2, 3, 4, 5].map((from) => ({ from, to: from + 1, items: 100, isTail: false })),
      { from: 6, to: 7, items: 100, isTail: true },
    ]);
  });

  it('are fewer where there are few items, and lose none', () => {
    const bars = spreadBars(bins([-50, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 90], 1));
    expect(bars).toEqual([
      { from: -2, to: 0, items: 1, isTail: true },
      ...[0, 2, 4, 6, 8, 10].map((from) => ({ from, to: from + 2, items: 2, isTail: false })),
      { from: 12, to: 14, items: 1, isTail: true },
    ]);
  });

  it('give a single value a width', () => {
    expect(spreadBars([{ from: 0, to: 0, items: 7 }])).toEqual([{ from: -0.5, to: 0.5, items: 7, isTail: false }]);
    expect(spreadBars([{ from: -2, to: -2, items: 7 }])).toEqual([{ from: -2.1, to: -1.9, items: 7, isTail: false }]);
  });
});

describe('texts beside points', () => {
  const bounds = { left: 40, right: 400, top: 0, bottom: 200 };

  it('cover neither points nor texts before them, and stay in the chart', () => {
    const points = [
      { x: 100, y: 100, text: 'p50' },
      { x: 104, y: 104, text: 'p51' },
      { x: 102, y: 102, text: 'p52' },
      { x: 398, y: 50, text: 'p99' },
      { x: 42, y: 198, text: 'p1–p99' },
    ];
    expect(placeLabels(points, bounds).map((offset) => offset && [offset.textAnchor, Math.sign(offset.dy)])).toEqual([
      ['start', 1],
      ['end', -1],
      ['start', -1],
      ['end', -1],
      ['start', -1],
    ]);
    expect(placeLabels([{ x: 41, y: 199, text: 'x'.repeat(90) }], bounds)).toEqual([undefined]);
  });
});

describe('words of charts', () => {
  it.each([
    ['WAPE', 'WAPE', ''],
    ['averageWQL', 'Average wQL', ''],
    ['wQL[0.9]', 'wQL[0.9]', ''],
    ['RMSE', 'RMSE', ', in units of the target'],
    ['coverage[0.9]', 'Coverage of p90', ''],
    ['interval[0.1,0.9].coverage', 'Coverage of p10–p90', ''],
    ['interval[0.1,0.9].meanWidth', 'Mean width of p10–p90', ', in units of the target'],
    ['<b>\u202e', String.raw`<b>\u202e`, ''],
  ])('name %s for people', (name, title, unit) => {
    expect(metricTexts(name)).toMatchObject({ title, unit });
  });

  it('show figures and shares short', () => {
    expect([0, 0.123_45, -12.345, 1234.5, 1e15, -1e-300, 0.5].map(figureText)).toEqual(
      '0 0.123 −12.3 1,235 1.00e+15 −1.00e−300 0.5'.split(' '),
    );
    expect([0, 1e-9, 0.004_32, 0.4321, 1, -0.034, 14.2].map(shareText)).toEqual(
      '0% 0% 0.43% 43% 100% −3.4% 1,420%'.split(' '),
    );
    expect([1e307, -1e5].map(shareText)).toEqual(['over 1,000,000%', 'under −1,000,000%']);
    expect(shownText('\u202e'.repeat(9000), 10)).toBe(String.raw`\u202e\u2…`);
  });

  it('choose what a fan chart draws', () => {
    expect(chooseTypes(['mean', '0.1', '0.5', '0.9'], 'mean')).toEqual({
      bands: [['0.1', '0.9']],
      line: 'mean',
      lone: undefined,
    });
    expect(chooseTypes(['0.1', '0.5', '0.9'], null)).toEqual({ bands: [['0.1', '0.9']], line: '0.5', lone: undefined });
    expect(chooseTypes(['mean', '0.9'], 'mean')).toEqual({ bands: [], line: 'mean', lone: '0.9' });
    expect(chooseTypes(['0.2', '0.9'], null)).toEqual({ bands: [['0.2', '0.9']], line: undefined, lone: undefined });
    const many = Array.from({ length: 99 }, (_, at) => String((at + 1) / 100));
    expect(chooseTypes(many, '0.5').bands).toEqual([
      ['0.01', '0.99'],
      ['0.25', '0.75'],
      ['0.49', '0.51'],
    ]);
  });
});
