import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { Chart, DrawnReport } from '#src/report/charts/chart.js';
import { loadCanvas } from '#src/report/charts/canvas.js';
import { drawChart } from '#src/report/charts/draw-chart.js';
import { drawReport } from '#src/report/charts/draw-report.js';
import type { Report } from '#src/report/base/report.js';
import { makeReport, type MadeReport } from './make-report.ts';

const day = 86_400_000;
const hostile = `<script>alert(1)</script><b onclick="x">" ' ]]> --> & &lt; \u0000\u0007\u202e\u200f\u061c\ud800 🎉 =cmd|'/c calc'!A1`;
const manyQuantiles = Array.from({ length: 99 }, (_, at) => String((at + 1) / 100));

const cases: Readonly<Record<string, MadeReport>> = {
  'as usual': {},
  'one window of one step': { windows: 1, steps: 1 },
  'one instant, with history': { windows: 1, steps: 1, step: 60_000, history: 50 },
  'one step a window': { windows: 12, steps: 1, step: day },
  'nothing at all': { windows: 0, steps: 0 },
  'all zeros': { scale: 0 },
  'values of 1e300': { scale: 1e300 },
  'values near the largest double': { scale: 1e305 },
  'values of 1e-300': { scale: 1e-300 },
  'negative values': { scale: -3 },
  '99 quantiles, quarters of an hour': { forecastTypes: manyQuantiles, step: 900_000, steps: 96 },
  'one quantile': { forecastTypes: ['0.9'] },
  'the mean alone': { forecastTypes: ['mean'] },
  'two quantiles': { forecastTypes: ['0.3', '0.9'] },
  'months, with history': { step: 30.4375 * day, steps: 12, history: 60 },
  'years, far apart': { step: 365.25 * day, steps: 3, stride: 40, windows: 9 },
  'overlapping windows': { stride: 2, windows: 30 },
  'hundreds of windows': { windows: 400, steps: 5 },
  'thousands of steps': { windows: 3, steps: 3000 },
  'hostile texts': { item: hostile.repeat(120) },
};

describe('the charts of a report', () => {
  it.each(Object.entries(cases))('are whole, bounded and inert: %s', async (_, made) => {
    const all = chartsOf(await drawReport(hostileNames(makeReport(made))));
    expect(findFaults(all)).toEqual([]);
  });

  it('are whole where every figure is null', async () => {
    const all = chartsOf(await drawReport(withoutFigures(makeReport())));
    expect(findFaults(all)).toEqual([]);
    expect(all.map(({ title }) => title)).toEqual(['How the error is shared among items']);
  });

  it('are all there, and the same each time', async () => {
    const report = makeReport({ history: 30 });
    const drawn = await drawReport(report);
    expect(chartsOf(drawn)).toHaveLength(9 + report.items.spread.length + report.series.length);
    expect(await drawReport(report)).toEqual(drawn);
  });

  it('stop when the signal fires', async () => {
    const controller = new AbortController();
    const report = { ...makeReport(), series: Array.from({ length: 50 }, () => makeReport().series[0]) } as Report;
    const drawing = drawReport(report, controller.signal);
    setTimeout(() => controller.abort(new Error('enough')), 1);
    await expect(drawing).rejects.toThrow('enough');
  });

  it('do not change a frozen report', async () => {
    const report = deepFreeze(makeReport({ windows: 2 }));
    expect(chartsOf(await drawReport(report))).toHaveLength(15);
  });
});

describe('what charts say', () => {
  it('describes each with its main numbers', async () => {
    const drawn = await drawReport(makeReport({ history: 200 }));
    const said = chartsOf(drawn).map(({ title, description }) => `${title} | ${description}`);
    expect(said).toMatchInlineSnapshot(`
      [
        "Error by horizon step | WAPE goes from 0.18 at step 1 to 0.293 at step 24, where it is largest. Average wQL goes from 0.12 at step 1 to 0.195 at step 24, where it is largest.",
        "Error by backtest window | WAPE goes from 0.24 in the window of 2021-06-14 to 0.202 in the window of 2021-06-18; it is largest in the window of 2021-06-15, 0.285. Average wQL goes from 0.16 in the window of 2021-06-14 to 0.135 in the window of 2021-06-18; it is largest in the window of 2021-06-15, 0.19.",
        "Bias by backtest window | The forecast is too high on average in 2 and too low in 3 of 5 windows; the largest bias is −1.46, in the window of 2021-06-18.",
        "Calibration: coverage against nominal level | Of the actuals, p10 covers 15%, p50 covers 52%, p90 covers 89%. The farthest from its level is p10, by 4.5 percentage points. The interval p10–p90 should hold 80% and holds 74%.",
        "Calibration by horizon step | p10 covers 10% to 18%. p50 covers 50% to 53%. p90 covers 87% to 90%.",
        "Width of prediction intervals by horizon step | The mean width of p10–p90 goes from 8 at step 1 to 23.1 at step 24, where it is largest.",
        "How the error is shared among items | 10% of items hold 31% of the error. Half of the error is held by 18% of the 16,000 items.",
        "Cost of stocking by each forecast type | Stocking by p90 costs least, 110,890, 12,345 less than by mean. The highest cost is 746,090, by p10.",
        "Difference between the exports | Average wQL of B (bike_1) is 10% below that of A (bike_0). Of 10 differences, 5 are better and 0 worse with a 95% interval that excludes 0; the other 5 could be chance, or have no interval.",
        "Average wQL over items | Of 17,886 items, the median Average wQL is 0.32; half lie between 0.2 and 0.44, 80% between 0.128 and 0.512, all between 0 and 14.2.",
        "WAPE over items | Of 17,964 items, the median WAPE is 0.36; half lie between 0.24 and 0.48, 80% between 0.168 and 0.552, all between 0 and 14.2.",
        "RMSE over items | Of 18,001 items, the median RMSE is 0.4; half lie between 0.28 and 0.52, 80% between 0.208 and 0.592, all between 0 and 14.2.",
        "Bias over items | Of 18,017 items, the median Bias is 0.04; half lie between −0.08 and 0.16, 80% between −0.152 and 0.232, all between −0.4 and 14.2.",
        "Coverage of p90 over items | Of 18,023 items, the median Coverage of p90 is 48%; half lie between 36% and 60%, 80% between 29% and 67%, all between 0% and 1,420%.",
        "bike_12: forecasts and actuals | Actuals, the mean forecast and the band p10–p90 in 5 windows, 2021-06-14 to 2021-06-18 23:00. 100% of 116 actuals lie in p10–p90. Missing actuals, crosses at the foot: 4. Of the history, the last 119 of 200 values are drawn.",
      ]
    `);
  });

  it('names ratios on the axis of steps, but where every actual of a step is 0', async () => {
    const report = makeReport({ steps: 2 });
    const label = async (zeroActuals: number): Promise<boolean> => {
      const [first, last] = report.steps;
      if (first === undefined || last === undefined) throw new Error('there are two steps');
      const zeros = { ...last, counts: { ...last.counts, zeroActuals } };
      const { steps } = await drawReport({ ...report, steps: [first, zeros] });
      return steps?.svg.includes('Error, as a ratio to actuals') ?? false;
    };
    expect(await Promise.all([99, 100].map(label))).toEqual([true, false]);
  });

  it('makes hostile text visible, cuts and escapes it', async () => {
    const { series } = await drawReport(makeReport({ item: hostile.repeat(120) }));
    const { svg = '', title = '' } = series[0] ?? {};
    expect(title).toBe(`<script>alert(1)</script><b onclick="x">" ' ]]> --> & &lt; …: forecasts and actuals`);
    expect(svg).toContain(
      '&lt;script&gt;alert(1)&lt;/script&gt;&lt;b onclick="x"&gt;" \' ]]&gt; --&gt; &amp; &amp;lt; …',
    );
    const marks = await drawReport(makeReport({ item: 'a\u0000b\u202ec\ud800🎉' }));
    expect(marks.series[0]?.title).toBe(String.raw`a\u0000b\u202ec\ud800🎉: forecasts and actuals`);
  });
});

describe('a chart', () => {
  it('has nothing of what Plot writes that a strict policy forbids', async () => {
    const canvas = await loadCanvas();
    const dot = canvas.plot.dot([[0.123_456, 1]], { mixBlendMode: 'multiply', ariaLabel: 'x', stroke: 'red' });
    expect(canvas.plot.plot({ document: canvas.document, marks: [dot] }).outerHTML).toMatch(/<style>.* style="/s);
    const chart = drawChart(canvas, {
      name: 'a',
      title: '<A>',
      description: 'B',
      height: 50,
      options: {},
      marks: [dot],
    });
    expect(chart.svg).not.toMatch(/style|aria-label=|="[^"]*\.\d{3}/);
    expect(chart.svg).toContain('<title id="chart-a-title">&lt;A&gt;</title><desc id="chart-a-description">B</desc>');
  });
});

/** Every chart of a report. */
function chartsOf(drawn: DrawnReport): Chart[] {
  return Object.values(drawn as unknown as Record<string, Chart | Chart[] | undefined>)
    .flat()
    .filter((chart) => chart !== undefined);
}

const attributes = new Set(
  (
    'aria-labelledby class cx cy d dx dy fill fill-opacity font-family font-size font-variant font-weight height id opacity ' +
    'paint-order r role stroke stroke-dasharray stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width ' +
    'text-anchor transform viewBox width x x1 x2 xmlns y y1 y2'
  ).split(' '),
);
const tags = new Set(['svg', 'title', 'desc', 'g', 'path', 'line', 'rect', 'circle', 'text', 'tspan']);

/** What no chart may have; an empty list for good charts. */
function findFaults(charts: readonly Chart[]): string[] {
  const ids: string[] = [];
  const faults: string[] = [];
  for (const { svg, title, description } of charts) {
    const { document } = parseHTML(`<!doctype html><html><body>${svg}</body></html>`);
    const [root, ...others] = document.body.children;
    if (root?.localName !== 'svg' || others.length > 0) faults.push(`${title}: not one svg`);
    for (const element of document.body.querySelectorAll('*')) {
      if (!tags.has(element.localName)) faults.push(`${title}: <${element.localName}>`);
      for (const name of element.getAttributeNames()) {
        const value = element.getAttribute(name) ?? '';
        if (!attributes.has(name)) faults.push(`${title}: ${name}="${value}"`);
        if (/NaN|Infinity|undefined|null|\.\d{3}|url\(/.test(value)) faults.push(`${title}: ${name}="${value}"`);
      }
      if (element.id !== '') ids.push(element.id);
    }
    const texts = [...document.body.querySelectorAll('text,tspan,title,desc')].map(
      (element) => element.textContent ?? '',
    );
    for (const text of [...texts, title, description]) {
      if (/NaN|Infinity|undefined|null|⚠|\[object|[\p{Cc}\p{Cf}\p{Cs}]/u.test(text)) faults.push(`${title}: '${text}'`);
    }
    if (svg.length > 60_000) faults.push(`${title}: ${svg.length} characters`);
    if (root?.getAttribute('role') !== 'img' || !/^0 0 \d+ \d+$/.test(root.getAttribute('viewBox') ?? ''))
      faults.push(title);
    const named = (root?.getAttribute('aria-labelledby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent);
    if (named[0] !== title || named[1] !== description || title === '' || description === '')
      faults.push(`${title}: names`);
  }
  if (new Set(ids).size !== ids.length) faults.push(`ids: ${ids.join(' ')}`);
  return faults;
}

/** Names of jobs and dimensions are data too. */
function hostileNames(report: Report): Report {
  return {
    ...report,
    comparison: report.comparison && {
      ...report.comparison,
      exports: report.comparison.exports.map((each) => ({ ...each, jobName: hostile })),
    },
    series: report.series.map((series) => ({ ...series, dimensions: { [hostile]: hostile, __proto__: 'x' } })),
  };
}

function withoutFigures(report: Report): Report {
  const text = JSON.stringify(report, (key, value: unknown) =>
    typeof value === 'number' && !['step', 'count', 'items', 'error', 'version', 'rows'].includes(key) ? null : value,
  );
  const emptied = JSON.parse(text) as Report;
  return {
    ...emptied,
    items: { ...emptied.items, pareto: report.items.pareto },
    series: emptied.series.map((series) => ({
      ...series,
      windows: series.windows.map((window) => ({
        ...window,
        actuals: window.actuals.map(() => null),
        forecasts: Object.fromEntries(
          Object.entries(window.forecasts).map(([type, list]) => [type, list.map(() => null)]),
        ),
      })),
    })),
  };
}

function deepFreeze<Any>(value: Any): Any {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}
