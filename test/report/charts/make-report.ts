import type { Metrics, WindowSummary } from '#src/metrics/base/summary.js';
import type { Report, ReportedSeries, SeriesWindow } from '#src/report/base/report.js';

/** What a made report is like. */
export interface MadeReport {
  readonly forecastTypes?: readonly string[];
  readonly point?: string | null;
  readonly windows?: number;
  readonly steps?: number;
  /** Milliseconds from one timestamp to the next. */
  readonly step?: number;
  /** Steps from the start of a window to that of the next one; `steps` by default, so that windows touch. */
  readonly stride?: number;
  /** Every value is multiplied with it. */
  readonly scale?: number;
  readonly item?: string;
  readonly history?: number;
}

const hour = 3_600_000;
const start = Date.UTC(2021, 5, 14);
const levels: Readonly<Record<string, number>> = { mean: 0.5 };

/** A report with every chart, made by formulas: the same each time. */
export function makeReport(made: MadeReport = {}): Report {
  const { forecastTypes = ['0.1', '0.5', '0.9', 'mean'], windows = 5, steps = 24 } = made;
  const point = made.point === undefined ? (forecastTypes.includes('mean') ? 'mean' : null) : made.point;
  const series = makeSeries(made);
  const item = {
    item: series.item,
    dimensions: {},
    windowCount: windows,
    count: 120,
    errorShare: 0.1,
    actualShare: 0.1,
  };
  const report = {
    version: 1,
    madeBy: { name: 'backtest-export', version: '0.0.0' },
    export: { dimensions: [] },
    frequency: 'H',
    forecastTypes,
    point,
    summary: { metrics: makeMetrics(made, 0.5) },
    windows: Array.from({ length: windows }, (_, at) => makeWindow(made, at)),
    steps: Array.from({ length: steps }, (_, at) => ({
      counts: { rows: 100, actuals: 100, zeroActuals: 0 },
      step: at + 1,
      count: 100,
      metrics: makeMetrics(made, at / steps + 0.1 * wave(at)),
    })),
    items: {
      count: 16_000,
      rankedBy: 'WAPE',
      costliest: [],
      worst: [],
      best: [],
      median: { ...item, metrics: makeMetrics(made, 0.5) },
      chosen: [],
      notFound: [],
      spread: ['averageWQL', 'WAPE', 'RMSE', 'bias', 'coverage[0.9]'].map((metric, at) => makeSpread(metric, at, made)),
      pareto: makePareto(),
    },
    series: [series],
    costs: {
      under: 9,
      over: 1,
      criticalRatio: 0.9,
      byType: forecastTypes.map((forecastType) => {
        const level = levels[forecastType] ?? Number(forecastType);
        const [unitsShort, unitsOver] = [1e5 * (1.01 - level) ** 2, 1e5 * (level + 0.1) ** 3];
        return { forecastType, unitsShort, unitsOver, cost: 9 * unitsShort + unitsOver };
      }),
      cheapest: forecastTypes.find((type) => type === '0.9') ?? null,
      saved: 12_345,
    },
    comparison: {
      exports: ['A', 'B', 'C'].map((label, at) => ({
        label,
        jobName: `bike_${at}`,
        location: `/exports/${at}`,
        format: 'CSV',
        exportedAt: null,
        rows: 1e6,
        leftOut: 0,
        otherActuals: 0,
      })),
      common: 1_000_000,
      metrics: ['averageWQL', 'wQL[0.9]', 'WAPE', 'RMSE', 'MAPE', 'bias'].map((metric, at) => ({
        metric,
        values: [0.2 + 0.1 * at, 0.18 + 0.1 * at, 0.24 + 0.1 * at],
        differences: [
          null,
          { export: 'B', difference: -0.02, interval: { lower: -0.035, upper: -0.005 }, won: 900, lost: 600, tied: 10 },
          {
            export: 'C',
            difference: 0.04,
            interval: at === 2 ? null : { lower: -0.01, upper: 0.09 },
            won: 500,
            lost: 700,
            tied: 0,
          },
        ],
      })),
    },
  };
  return report as unknown as Report;
}

function makeWindow(made: MadeReport, at: number): WindowSummary {
  const { steps = 24, step = hour, stride = steps } = made;
  const from = start + at * stride * step;
  return {
    start: new Date(from).toISOString(),
    end: new Date(from + (steps - 1) * step).toISOString(),
    itemCount: 100,
    count: 100,
    counts: { rows: 100, actuals: 100, zeroActuals: 0 },
    metrics: makeMetrics(made, 0.5 + 0.4 * wave(at * 3)),
  } as unknown as WindowSummary;
}

function makeMetrics({ forecastTypes = ['0.1', '0.5', '0.9', 'mean'], scale = 1 }: MadeReport, level: number): Metrics {
  const quantiles = forecastTypes.filter((type) => type !== 'mean').toSorted((a, b) => Number(a) - Number(b));
  const by = (value: (quantile: number) => number): Record<string, number> =>
    Object.fromEntries(quantiles.map((type) => [type, value(Number(type))]));
  const intervals = quantiles.flatMap((lower) => {
    const upper = quantiles.find((each) => Math.abs(Number(each) + Number(lower) - 1) < 1e-9);
    if (upper === undefined || Number(upper) <= Number(lower)) return [];
    const nominal = Number(upper) - Number(lower);
    return [
      {
        lower,
        upper,
        nominal,
        coverage: nominal * (0.97 - level * 0.1),
        meanWidth: scale * (10 + level * 20) * nominal,
      },
    ];
  });
  return {
    wQL: by((quantile) => 0.1 + level * 0.2 + quantile * (1 - quantile) * 0.3),
    averageWQL: 0.12 + level * 0.08,
    WAPE: 0.18 + level * 0.12,
    WAPESum: scale * 1e5,
    RMSE: scale * (10 + level),
    MAPE: 0.3 + level * 0.1,
    MASE: null,
    MAE: scale * (7 + level),
    bias: scale * (level - 0.55) * 4,
    coverage: by((quantile) => Math.min(1, Math.max(0, quantile + (0.5 - quantile) * 0.15 * level + 0.03 * level))),
    intervals,
  };
}

function makeSpread(metric: string, at: number, { scale = 1 }: MadeReport): Report['items']['spread'][number] {
  const unit = metric === 'RMSE' || metric === 'bias' ? scale : 1;
  const shift = metric === 'bias' ? -0.4 : 0;
  const bins = Array.from({ length: 30 }, (_, bin) => ({
    from: unit * (bin * 0.04 + shift),
    to: unit * ((bin + 1) * 0.04 + shift),
    items: Math.round(2000 * Math.exp(-(((bin - 8 - at) / 5) ** 2))) + (bin === 29 ? 300 : 0),
  }));
  const quantile = (share: number): number => unit * ((8 + at + (share - 0.5) * 12) * 0.04 + shift);
  return {
    metric,
    bins,
    distribution: {
      count: bins.reduce((sum, bin) => sum + bin.items, 0),
      notDefined: 0,
      empty: 0,
      nonFinite: 0,
      min: unit * shift,
      max: unit * 14.2,
      mean: unit * (0.42 + shift),
      quantiles: {
        p10: quantile(0.1),
        p25: quantile(0.25),
        p50: quantile(0.5),
        p75: quantile(0.75),
        p90: quantile(0.9),
      },
      quantileError: 0,
    },
  };
}

function makePareto(): { items: number; error: number }[] {
  return Array.from({ length: 101 }, (_, at) => ({ items: at / 100, error: 1 - (1 - at / 100) ** 3.5 }));
}

function makeSeries(made: MadeReport): ReportedSeries {
  const { windows = 5, steps = 24, step = hour, stride = steps, scale = 1, item = 'bike_12', history = 0 } = made;
  const { forecastTypes = ['0.1', '0.5', '0.9', 'mean'] } = made;
  const value = (time: number): number =>
    60 + 40 * Math.sin(((time - start) / step / 24) * 2 * Math.PI) + 8 * wave(time / step);
  const makeOne = (at: number): SeriesWindow => {
    const from = start + at * stride * step;
    const times = Array.from({ length: steps }, (_, index) => from + index * step);
    const forecast = (type: string): number[] =>
      times.map((time, index) => {
        const width = 6 + index * 0.8;
        const level = levels[type] ?? Number(type);
        return (
          scale * (60 + 38 * Math.sin(((time - start) / step / 24) * 2 * Math.PI - 0.15) + width * 2.2 * probit(level))
        );
      });
    return {
      start: new Date(from).toISOString(),
      end: new Date(times.at(-1) ?? from).toISOString(),
      timestamps: times.map((time) => new Date(time).toISOString()),
      actuals: times.map((time, index) => (at === 1 && index > 4 && index < 9 ? null : scale * value(time))),
      forecasts: Object.fromEntries(forecastTypes.map((type) => [type, forecast(type)])),
    };
  };
  return {
    item,
    dimensions: {},
    reasons: ['costliest'],
    metrics: makeMetrics(made, 0.5),
    windows: Array.from({ length: windows }, (_, at) => makeOne(at)),
    windowsLeftOut: 0,
    rowsLeftOut: 0,
    history: Array.from({ length: history }, (_, at) => {
      const time = start - (history - at) * step;
      return { timestamp: new Date(time).toISOString(), value: scale * value(time) };
    }),
  };
}

/** Between −1 and 1. */
function wave(at: number): number {
  return Math.sin(at * 12.9898) * Math.cos(at * 4.1414);
}

/** About the quantile function of the normal distribution. */
function probit(level: number): number {
  const share = Math.min(0.999, Math.max(0.001, level));
  return 0.5513 * Math.log(share / (1 - share)) * 1.1;
}
