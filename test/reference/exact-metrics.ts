import { ExactSum, exactSum } from './exact-sum.ts';

/** One row of `forecasted-values`; times are texts, compared as they stand. */
export interface ExactRow {
  readonly item: string;
  readonly dimensions: readonly string[];
  readonly timestamp: string;
  readonly windowStart: string;
  readonly windowEnd: string;
  /** null: a missing actual. */
  readonly target: number | null;
  /** By forecast type (`mean`, `0.1` …); null: an empty field. */
  readonly forecasts: ReadonlyMap<string, number | null>;
}

/** Sums of one forecast type in one window, over the points that have an actual and this forecast. */
export interface ExactTypeSums {
  readonly points: number;
  /** Rows where the forecast is null. */
  readonly missing: number;
  /** Forecasts below zero, of all rows. */
  readonly negative: number;
  /** Points with y <= f. */
  readonly covered: number;
  /** Sum of |y|. */
  readonly absolute: number;
  /** Sum of max(d, 0), d = y - f rounded to a double. */
  readonly under: number;
  /** Sum of max(-d, 0). */
  readonly over: number;
  /** Sum of |d|, rounded once: `under` and `over` are rounded before they are added up. */
  readonly errors: number;
  /** Sum of d * d, each square rounded. */
  readonly squares: number;
  /** Sum of |d| / |y| over y ≠ 0, each quotient rounded. */
  readonly shares: number;
  /** Points with y = 0, which `shares` leaves out. */
  readonly zeroActuals: number;
}

/** A pair of quantiles tau and 1 - tau. */
export interface ExactInterval {
  readonly low: string;
  readonly high: string;
  /** Rows with both. */
  readonly points: number;
  /** Sum of high - low, each rounded. */
  readonly width: number;
  /** Points with low <= y <= high. */
  readonly covered: number;
}

/** One backtest window. */
export interface ExactWindow {
  readonly windowStart: string;
  readonly windowEnd: string;
  readonly rows: number;
  readonly items: number;
  /** Distinct item and dimension values. */
  readonly series: number;
  /** Rows with an actual. */
  readonly points: number;
  readonly missingActuals: number;
  readonly zeroActuals: number;
  /** Sum of |y|. */
  readonly absolute: number;
  /** Rows where a quantile is below a lower one. */
  readonly crossed: number;
  readonly types: ReadonlyMap<string, ExactTypeSums>;
  readonly intervals: readonly ExactInterval[];
}

/**
 * The windows of an export, by start and end; every sum is exact and rounded once to nearest even. NaN and Infinity go through the
 * sums as IEEE has it. `types` names the forecast types, quantiles rising. Memory: all rows.
 */
export function measureExactly(rows: Iterable<ExactRow>, types: readonly string[]): ExactWindow[] {
  const windows = new Map<string, ExactRow[]>();
  for (const row of rows) {
    const key = `${row.windowStart}\n${row.windowEnd}`;
    const known = windows.get(key);
    if (known === undefined) windows.set(key, [row]);
    else known.push(row);
  }
  return [...windows.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, members]) => measureWindow(members, types));
}

function measureWindow(rows: readonly ExactRow[], types: readonly string[]): ExactWindow {
  const quantiles = types.filter((type) => type !== 'mean');
  const actuals = rows.flatMap((row) => (row.target === null ? [] : [row.target]));
  return {
    windowStart: rows[0]?.windowStart ?? '',
    windowEnd: rows[0]?.windowEnd ?? '',
    rows: rows.length,
    items: new Set(rows.map((row) => row.item)).size,
    series: new Set(rows.map((row) => JSON.stringify([row.item, ...row.dimensions]))).size,
    points: actuals.length,
    missingActuals: rows.length - actuals.length,
    zeroActuals: actuals.filter((actual) => actual === 0).length,
    absolute: exactSum(actuals.map(Math.abs)),
    crossed: rows.filter((row) => isCrossed(row, quantiles)).length,
    types: new Map(types.map((type) => [type, measureType(rows, type)])),
    intervals: symmetricPairs(quantiles).map(([low, high]) => measureInterval(rows, low, high)),
  };
}

function measureType(rows: readonly ExactRow[], type: string): ExactTypeSums {
  const sums = { absolute: new ExactSum(), under: new ExactSum(), over: new ExactSum(), errors: new ExactSum() };
  const more = { squares: new ExactSum(), shares: new ExactSum() };
  const counts = { points: 0, missing: 0, negative: 0, covered: 0, zeroActuals: 0 };
  for (const { target, forecasts } of rows) {
    const forecast = forecasts.get(type) ?? null;
    if (forecast === null) counts.missing++;
    if (forecast !== null && forecast < 0) counts.negative++;
    if (forecast === null || target === null) continue;
    const difference = target - forecast;
    counts.points++;
    if (target <= forecast) counts.covered++;
    sums.absolute.add(Math.abs(target));
    sums.under.add(Math.max(difference, 0));
    sums.over.add(Math.max(-difference, 0));
    sums.errors.add(Math.abs(difference));
    more.squares.add(difference * difference);
    if (target === 0) counts.zeroActuals++;
    else more.shares.add(Math.abs(difference) / Math.abs(target));
  }
  return {
    ...counts,
    absolute: sums.absolute.value,
    under: sums.under.value,
    over: sums.over.value,
    errors: sums.errors.value,
    squares: more.squares.value,
    shares: more.shares.value,
  };
}

function measureInterval(rows: readonly ExactRow[], low: string, high: string): ExactInterval {
  const width = new ExactSum();
  let points = 0;
  let covered = 0;
  for (const { target, forecasts } of rows) {
    const from = forecasts.get(low) ?? null;
    const to = forecasts.get(high) ?? null;
    if (from === null || to === null) continue;
    points++;
    width.add(to - from);
    if (target !== null && from <= target && target <= to) covered++;
  }
  return { low, high, points, width: width.value, covered };
}

/** Whether a quantile that is there is below the one before it that is there. */
function isCrossed(row: ExactRow, quantiles: readonly string[]): boolean {
  const values = quantiles.flatMap((quantile) => row.forecasts.get(quantile) ?? []);
  return values.some((value, index) => index > 0 && value < (values[index - 1] ?? value));
}

function symmetricPairs(quantiles: readonly string[]): [string, string][] {
  return quantiles.flatMap((low): [string, string][] => {
    const high = quantiles.find((other) => percent(other) === 100 - percent(low));
    return high === undefined || percent(low) >= 50 ? [] : [[low, high]];
  });
}

function percent(quantile: string): number {
  return Math.round(Number(quantile) * 100);
}

/** The metrics of one window, or their arithmetic means over windows. null: cannot be computed. */
export interface ExactMetrics {
  readonly wQL: Readonly<Record<string, number>>;
  readonly averageWQL: number | null;
  readonly WAPE: number | null;
  readonly RMSE: number | null;
  readonly MAPE: number | null;
}

/**
 * The metrics from the rounded sums, in this order of operations: `2 * (tau * under + (1 - tau) * over) / absolute`,
 * `errors / absolute`, `sqrt(squares / points)`, `shares / points`; where `absolute` is 0 the numerator alone.
 * The average wQL is the exact sum of the wQLs over their number. WAPE, RMSE and MAPE are of the forecast type `point`.
 */
export function finishExactly(window: ExactWindow, point = 'mean'): ExactMetrics {
  const quantiles = [...window.types].filter(([type]) => type !== 'mean');
  const wQL = quantiles.map(([type, sums]): [string, number] => {
    const tau = Number(type);
    return [type, (2 * (tau * sums.under + (1 - tau) * sums.over)) / (sums.absolute === 0 ? 1 : sums.absolute)];
  });
  const mean = window.types.get(point);
  const hasMean = mean !== undefined && mean.points > 0;
  return {
    wQL: Object.fromEntries(wQL),
    averageWQL: averageExactly(wQL.map(([, value]) => value)),
    WAPE: hasMean ? mean.errors / (mean.absolute === 0 ? 1 : mean.absolute) : null,
    RMSE: hasMean ? Math.sqrt(mean.squares / mean.points) : null,
    MAPE: hasMean ? mean.shares / mean.points : null,
  };
}

/** Over windows: the arithmetic mean of each metric, an exact sum over the number of windows. */
export function averageMetrics(windows: readonly ExactMetrics[]): ExactMetrics {
  const types = Object.keys(windows[0]?.wQL ?? {});
  const average = (pick: (metrics: ExactMetrics) => number | null): number | null =>
    averageExactly(windows.flatMap((metrics) => pick(metrics) ?? []));
  return {
    wQL: Object.fromEntries(types.map((type) => [type, average((metrics) => metrics.wQL[type] ?? null) ?? Number.NaN])),
    averageWQL: average((metrics) => metrics.averageWQL),
    WAPE: average((metrics) => metrics.WAPE),
    RMSE: average((metrics) => metrics.RMSE),
    MAPE: average((metrics) => metrics.MAPE),
  };
}

function averageExactly(values: readonly number[]): number | null {
  return values.length === 0 ? null : exactSum(values) / values.length;
}
