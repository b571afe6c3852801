import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Report, WindowSummary } from '#src/index.js';
import { judgeCoverage } from '#src/report/page/words/judge-coverage.js';
import { showInText, showPercent, windowTime } from '#src/report/page/words/measures.js';
import { biasShare, overallBiasShare, readNoRatios } from '#src/report/page/words/ratios.js';
import { readCalibration, readInterval } from '#src/report/page/words/read-calibration.js';
import { readComparison } from '#src/report/page/words/read-comparison.js';
import { readCosts } from '#src/report/page/words/read-costs.js';
import { readItems } from '#src/report/page/words/read-items.js';
import { readAccuracy, readSpread, readWapeMeaning } from '#src/report/page/words/read-metrics.js';
import { readQuality } from '#src/report/page/words/read-quality.js';
import { readSteps } from '#src/report/page/words/read-steps.js';
import { readBias, readStability } from '#src/report/page/words/read-windows.js';
import { standsOut } from '#src/report/page/words/stands-out.js';
import { thresholds } from '#src/report/page/words/thresholds.js';
import { tilesOf } from '#src/report/page/sections/tiles.js';
import { verdictOf } from '#src/report/page/sections/verdict.js';
import { sampleReport } from './sample-report.js';

const documentation = readFileSync(join(import.meta.dirname, '../../../docs/report.md'), 'utf8');
let report: Report;

beforeAll(async () => {
  report = await sampleReport();
});

/** The report with other figures over all windows. */
function overall(
  metrics: Partial<Report['summary']['metrics']>,
  counts: Partial<Report['summary']['counts']> = {},
): Report {
  const { summary } = report;
  return {
    ...report,
    summary: { ...summary, metrics: { ...summary.metrics, ...metrics }, counts: { ...summary.counts, ...counts } },
  };
}

/** The report with other figures of its windows, one for each. */
function windowed(...given: readonly Partial<WindowSummary['metrics']>[]): Report {
  return {
    ...report,
    windows: given.map((metrics, index) => {
      const [first] = report.windows;
      if (first === undefined) throw new Error('the fixture has windows');
      const start = `2021-01-0${index + 1}T00:00:00.000Z`;
      return { ...first, start, end: start, metrics: { ...first.metrics, ...metrics } };
    }),
  };
}

describe('numbers in sentences', () => {
  it.each([
    [null, '-'],
    [0, '0%'],
    [0.0004, '<0.1%'],
    [-0.0004, '>-0.1%'],
    [0.0005, '0.1%'],
    [0.8738, '87.4%'],
    [-0.5, '-50.0%'],
    [0.9996, '>99.9%'],
    [1, '100%'],
    [12.5, '1250.0%'],
    [1e9, '1.0e+11%'],
  ])('shows the share %j as %s', (share, shown) => expect(showPercent(share)).toBe(shown));

  it.each([
    [1234567, '1,234,567'],
    [-1234.6, '-1,235'],
    [999, '999'],
    [0.25, '0.2500'],
    [1e20, '1.000e+20'],
  ])('shows %j as %s', (value, shown) => expect(showInText(value)).toBe(shown));

  it('shows days alone only where every window begins and ends at midnight', () => {
    expect(windowTime(report)('2021-10-25T00:00:00.000Z')).toBe('2021-10-25');
    const hourly = { windows: [{ ...windowed({}).windows[0], end: '2021-01-01T23:00:00.000Z' } as WindowSummary] };
    expect(windowTime(hourly)('2021-01-01T00:00:00.000Z')).toBe('2021-01-01 00:00Z');
  });
});

describe('bias as a share of actuals', () => {
  it('is Σ(m−y) / Σ|y|, also over windows of different size', () => {
    // 10 rows with 100 of actuals and an error of 20; 30 rows with 900 and 90
    const two = windowed({ bias: 2, MAE: 2, WAPE: 0.2, WAPESum: 20 }, { bias: -3, MAE: 3, WAPE: 0.1, WAPESum: 90 });
    expect(two.windows.map(biasShare)).toEqual([0.2, -0.1]);
    expect(overallBiasShare(two)).toBeCloseTo((20 - 90) / 1000, 12);
  });

  it('is unknown where the figures do not tell it', () => {
    expect(overallBiasShare(windowed({ bias: null }))).toBeNull();
    expect(overallBiasShare(windowed({ bias: 0, MAE: 0, WAPE: 0, WAPESum: 0 }))).toBeNull();
    const [zero] = windowed({ WAPE: 7, WAPESum: 7 }).windows.map((window) => ({
      ...window,
      counts: { ...window.counts, zeroActuals: window.counts.actuals },
    }));
    expect(zero && biasShare(zero)).toBeNull();
    expect(readNoRatios({ windows: zero === undefined ? [] : [zero] })).toMatch(/^every actual is 0/);
  });
});

describe('a coverage', () => {
  const counts = { actuals: 1_000_000, zeroActuals: 0 };
  it.each([
    [0.8, 0.8, 'close'],
    [0.88, 0.9, 'close'],
    [0.8799, 0.9, 'slight'],
    [0.85, 0.9, 'slight'],
    [0.8499, 0.9, 'clear'],
    [0.56, 0.5, 'clear'],
  ])('of %d for %d is %s', (coverage, nominal, level) => {
    expect(judgeCoverage(coverage, nominal, counts)).toMatchObject({ level, byChance: coverage === nominal });
  });

  it('may be chance in few rows, or come from actuals of 0', () => {
    expect(judgeCoverage(0.6, 0.9, { actuals: 3, zeroActuals: 0 })).toMatchObject({ level: 'clear', byChance: true });
    expect(judgeCoverage(0.9, 0.5, { actuals: 1e6, zeroActuals: 4e5 })).toMatchObject({ byZeros: true });
    expect(judgeCoverage(0.9, 0.5, { actuals: 1e6, zeroActuals: 3.9e5 })).toMatchObject({ byZeros: false });
    expect(judgeCoverage(0.1, 0.5, { actuals: 1e6, zeroActuals: 1e6 })).toMatchObject({ byZeros: false });
    expect(judgeCoverage(null, 0.5, counts)).toBeUndefined();
  });
});

describe('what figures say', () => {
  it('is true of the fixture', () => {
    expect([
      readAccuracy(report),
      readStability(report),
      readBias(report),
      readSteps(report),
      readSpread(report),
      readItems(report),
      readCalibration(report),
      readQuality(report),
      readComparison(report),
      readCosts(report),
    ]).toMatchInlineSnapshot(`
      [
        "WAPE is 0.2489: errors of the mean forecast add up to 24.9% of actuals, on average over 3 windows.",
        "The error is much the same in all windows: WAPE goes from 0.2368 (window from 2021-11-08) to 0.2597 (window from 2021-11-22).",
        "Overall, the mean forecast is 1.7% above actuals (1.582 a row): a small bias. It is too high in 2 and too low in 1 of 3 windows.",
        "The error changes little over the horizon: WAPE is 0.2459 over the first 4 steps and 0.2646 over the last 4, as means.",
        "For half of the time series, WAPE is at most 0.2503; for nine in ten, at most 0.2880.",
        "17.5% of the time series hold 52.9% of the total error, with 52.9% of the actuals.",
        "The interval from p10 to p90 holds 79.0% of actuals (80% promised): close. Farthest off of 3 quantiles: p90 covers 87.4% of actuals (90% promised): slightly too low.",
        "Of 1,624 rows, 18 (1.1%) have crossed quantiles and up to 8 rows (0.5%) of a forecast type are below 0.",
        "On 1,617 common rows: B is better than this export (average wQL 0.1541 against 0.1693); the 95% interval of the difference, -0.02400 to -0.006100, excludes 0. It is better for 27 of 40 items. Actuals are not those of this export in 2 rows of B: they were made from different data.",
        "At 3 for each unit short and 1 for each unit left over, stocking by p90 costs least: 60,000, which saves 15,000, 20.0% against stocking by mean.",
      ]
    `);
  });

  it('tells narrow from wide, and grows from falls', () => {
    const interval = (coverage: number): string | undefined =>
      readInterval(overall({ intervals: [{ lower: '0.1', upper: '0.9', nominal: 0.8, coverage, meanWidth: 1 }] }));
    expect(interval(0.7)).toMatch(/holds 70\.0% of actuals \(80% promised\): clearly too narrow\.$/);
    expect(interval(0.84)).toMatch(/holds 84\.0% of actuals \(80% promised\): slightly too wide\.$/);
    const steps = (values: readonly number[]): string | undefined =>
      readSteps({
        ...report,
        steps: values.map((WAPE, index) => ({
          step: index + 1,
          count: 1,
          counts: report.summary.counts,
          metrics: { ...report.summary.metrics, WAPE },
        })),
      });
    expect(steps([0.1, 0.2, 0.3])).toBe(
      'The error grows with the horizon: WAPE is 0.1000 at the first step and 0.3000 at the last one.',
    );
    expect(steps([0.3, 0.3, 0.2, 0.2, 0.1, 0.1])).toMatch(
      /^The error falls .*0\.3000 over the first 2 steps and 0\.1000 over the last 2, as means\.$/,
    );
    expect(steps([0.2, 0.1])).toBe('The WAPE is 0.2000 at step 1 and 0.1000 at step 2.');
    expect(steps([])).toBeUndefined();
  });

  it('judges windows and bias by the thresholds', () => {
    const stability = (...values: readonly number[]): string | undefined =>
      readStability(windowed(...values.map((WAPE) => ({ WAPE }))));
    expect(stability(0.2, 0.25)).toMatch(/much the same in all windows/);
    expect(stability(0.2, 0.26)).toMatch(
      /different from window to window: WAPE goes from 0\.2000 \(window from 2021-01-01\) to 0\.2600/,
    );
    expect(stability(0.2, 0.4)).toMatch(/very different/);
    expect(stability(0, 0.4)).toMatch(/very different/);
    expect(stability(0.2)).toBeUndefined();
    expect(readBias(overall({ bias: 0 }))).toBe('On average the mean forecast is neither above nor below actuals.');
    expect(readBias({ ...windowed({ bias: -2, MAE: 2, WAPE: 0.2 }), summary: overall({ bias: -2 }).summary })).toBe(
      'Overall, the mean forecast is 20.0% below actuals (2 a row): a large bias.',
    );
  });

  it('counts the windows of a mean, and says where it is no ratio', () => {
    const none = { WAPE: null, averageWQL: null, bias: null };
    const mean = overall({ WAPE: 0.25, averageWQL: 0.2 });
    const three = { ...mean, windows: windowed({ WAPE: 0.2 }, { WAPE: 0.3 }, none).windows };
    expect(readAccuracy(three)).toMatch(/add up to 25\.0% of actuals, on average over 2 windows\.$/);
    expect(readAccuracy({ ...three, point: null })).toBe('The average wQL is 0.2000, on average over 2 windows.');
    const zeros = (count: number): Report => ({
      ...three,
      windows: three.windows.map((window, index) =>
        index < count ? { ...window, counts: { ...window.counts, actuals: 5, zeroActuals: 5 } } : window,
      ),
    });
    expect(readAccuracy(zeros(1))).toBe(
      'WAPE is 0.2500, on average over 2 windows: in 1 of 3 windows every actual is 0, and there it is the plain sum of errors.',
    );
    expect(readAccuracy({ ...zeros(3), point: null })).toBe(
      'The average wQL is 0.2000, on average over 2 windows: every actual is 0, so it is the plain sum of errors and no ratio.',
    );
    expect(tilesOf(zeros(1)).slice(0, 2)).toEqual([
      expect.objectContaining({ name: 'WAPE', meaning: expect.stringMatching(/^No ratio: in 1 of 3 windows/) }),
      expect.objectContaining({ name: 'Average wQL', meaning: expect.stringMatching(/no ratio: in 1 of 3 windows/) }),
    ]);
  });

  it('says of a comparison that no row is common, and that actuals differ', () => {
    const { comparison } = report;
    const [own, other] = comparison?.exports ?? [];
    if (!comparison || !own || !other) throw new Error('the sample has a comparison');
    expect(readComparison({ ...report, comparison: { ...comparison, common: 0, metrics: [] } })).toBe(
      'No row is in all of the exports: there is nothing to compare them by.',
    );
    const against = (...counts: readonly number[]): string | undefined => {
      const others = counts.map((otherActuals, index) => ({ ...other, label: 'BCDE'.charAt(index), otherActuals }));
      return readComparison({ ...report, comparison: { ...comparison, exports: [own, ...others] } });
    };
    expect(against(0)).toMatch(/better for 27 of 40 items\.$/);
    expect(against(0, 1)).toMatch(/Actuals are not those of this export in 1 row of C: they were made from /);
    expect(against(4, 3, 2, 1)).toMatch(/ in 4 rows of B, in 3 rows of C, in 2 rows of D and of others: /);
  });

  it('counts the items whose error is known', () => {
    const { spread } = report.items;
    const fewer = spread.map((each) =>
      each.metric === 'WAPESum' ? { ...each, distribution: { ...each.distribution, count: 30 } } : each,
    );
    expect(readItems(report)).toMatch(/^[\d.]+% of the time series hold /);
    const few = { ...report, items: { ...report.items, costliest: report.items.costliest.slice(0, 6) } };
    expect(readItems(few)).toBe('17.5% of the time series hold 52.9% of the total error.');
    expect(readItems({ ...report, items: { ...report.items, spread: fewer } })).toMatch(
      /^[\d.]+% of the 30 time series with actuals hold /,
    );
  });

  it('is nothing where there are no figures', () => {
    const none = {
      ...overall({ WAPE: null, averageWQL: null, bias: null, intervals: [], coverage: {} }),
      windows: [],
      steps: [],
    };
    const empty: Report = {
      ...none,
      forecastTypes: [],
      point: null,
      costs: null,
      comparison: null,
      items: { ...none.items, spread: [], pareto: [], costliest: [] },
    };
    for (const read of [
      readAccuracy,
      readStability,
      readBias,
      readSteps,
      readSpread,
      readItems,
      readCalibration,
      readComparison,
      readCosts,
    ]) {
      expect(read(empty)).toBeUndefined();
    }
    expect(standsOut(empty)).toEqual([]);
  });

  it('names the job of another export where it is another one', () => {
    const { comparison } = report;
    const exports = comparison?.exports.map((each, at) => ({ ...each, jobName: `job_${at}` })) ?? [];
    expect(readComparison({ ...report, comparison: comparison && { ...comparison, exports } })).toMatch(
      /^On 1,617 common rows: B \(job_1\) is better than this export /,
    );
  });

  it('names the meaning of the WAPE column beside the ratio', () => {
    const meant = (wapeMeaning: 'sum' | 'ratio' | 'unknown'): string =>
      readWapeMeaning({
        ...report,
        accuracyMetrics: report.accuracyMetrics && { ...report.accuracyMetrics, wapeMeaning },
      });
    const ratio = 'Here WAPE is the ratio Σ|y−m| / Σ|y|. ';
    const column = 'The WAPE column of accuracy-metrics-values holds';
    expect(meant('sum')).toBe(`${ratio}${column} the plain sum Σ|y−m| instead: never compare it with a ratio.`);
    expect(meant('ratio')).toBe(`${ratio}${column} this ratio, Σ|y−m| / Σ|y|, as well.`);
    expect(meant('unknown')).toMatch(/its data does not show which\.$/);
    const { verification } = report;
    const alone: Report = { ...report, accuracyMetrics: null, verification: { ...verification, wapeMeaning: null } };
    expect(readWapeMeaning(alone)).toBe(`${ratio}The export has no WAPE column of its own.`);
    const forecastless = { ...overall({ WAPE: null }), accuracyMetrics: report.accuracyMetrics };
    expect(readWapeMeaning(forecastless)).toMatch(/^The WAPE column/);
  });
});

describe('what stands out', () => {
  it('is at most five sentences, faults first', () => {
    const finding = {
      code: 'STEP_MISSING',
      severity: 'error',
      count: 3,
      message: 'steps are missing',
      places: [],
    } as const;
    const odd = {
      ...windowed({ bias: 20, MAE: 20, WAPE: 0.5, WAPESum: 100 }, { bias: 5, MAE: 5, WAPE: 0.1, WAPESum: 50 }),
      verification: { ...report.verification, ok: false, findings: [finding] },
    };
    const found = standsOut({ ...odd, summary: overall({ bias: 12 }).summary });
    expect(found).toHaveLength(5);
    expect(found[0]).toBe('The export has errors: steps are missing (3).');
    expect(found[1]).toMatch(/^WAPE is/);
    expect(found[2]).toMatch(/a large bias/);
  });

  it('has rows that are odd, from a twentieth of them on', () => {
    const odd = (missingActuals: number): string[] => standsOut(overall({}, { missingActuals }));
    expect(odd(82).some((text) => text.startsWith('Of 1,624 rows, 82 (5.0%) have no actual'))).toBe(true);
    expect(odd(81).some((text) => text.startsWith('Of 1,624 rows'))).toBe(false);
  });

  it('is calm where nothing does', () => {
    const calm = { ...report, comparison: null, costs: null, items: { ...report.items, pareto: [] } };
    expect(standsOut(calm)).toEqual([readAccuracy(calm), readInterval(calm), readBias(calm), readSteps(calm)]);
  });
});

it('has the limits of docs/report.md', () => {
  const section = documentation.slice(documentation.indexOf('## What its sentences mean'));
  const limits = thresholds;
  const phrases = [
    `at most ${limits.coverageClose} (${100 * limits.coverageClose} percentage points) from`,
    `at most ${limits.coverageFar} from it`,
    `within ${limits.chance} standard deviations`,
    `at most ${limits.biasSmall} of the actuals, up to ${limits.biasLarge}, from there on`,
    `at most ${limits.windowsAlike} times the best one's; \`very different\` from ${limits.windowsFar} times on`,
    `at least ${limits.stepsGrow} times that over the first`,
    `from ${limits.stepsStandOut} and from ${limits.windowsFar} times on`,
    `from ${limits.oddRows} of the rows on`,
    `at most ${limits.concentrated} of at least ten items`,
  ];
  expect(phrases.filter((phrase) => !section.includes(phrase))).toEqual([]);
});

describe('the verdict', () => {
  const judged = (given: Partial<Report>): string => {
    const { kind, title } = verdictOf({ ...report, ...given });
    return `${kind}: ${title}`;
  };
  it('is what verify found, and whether everything is there', () => {
    const { verification } = report;
    const [finding] = verification.findings;
    expect(judged({})).toBe('warnings: Sound, with 2 kinds of warnings');
    expect(judged({ verification: { ...verification, findings: [] } })).toBe('sound: Sound: nothing was found');
    expect(judged({ export: { ...report.export, complete: false } })).toBe('incomplete: May be incomplete');
    const errors = finding === undefined ? [] : [{ ...finding, severity: 'error' as const }];
    expect(judged({ verification: { ...verification, ok: false, findings: errors } })).toBe(
      'errors: Not sound: 1 kind of error',
    );
  });
});
