import { BacktestExportError } from '../errors.ts';
import { Pause } from '../pause.ts';
import { nameList } from '../quote-text.ts';
import type { BacktestExport } from '../export/find/backtest-export.ts';
import { choosePoint } from '../metrics/forecast/point-forecast.ts';
import type { Reading } from '../metrics/base/reading.ts';
import type { ForecastSummary, Metrics } from '../metrics/base/summary.ts';
import { summarizeRows, type FigureOptions } from './summarize-rows.ts';
import { comparePaired, type PairedPlan } from './compare-paired.ts';
import { planJoin } from './join-plan.ts';
import { findCommonRows } from './find-common-rows.ts';
import type { JoinOptions } from './join-tables.ts';
import type { ComparedFigure, ComparedGroup, MetricComparison } from './result.ts';
import { measureExport } from './describe-export.ts';
import { chooseMetrics, compareFigure, rankFigures, sameFigures } from './verdicts.ts';

/** The options of a comparison of metrics. */
export interface MetricOptions extends FigureOptions {
  readonly tolerance: number;
  readonly metrics?: readonly string[] | undefined;
  /** Which reading of groups is compared. */
  readonly reading: Reading;
  /** Whether differences have confidence intervals: another summary of each export, and another pass over each. */
  readonly intervals?: boolean | undefined;
}

/** Compares the figures of several exports on the rows and forecast types that all of them have. */
export async function compareMetrics(
  exports: readonly BacktestExport[],
  options: MetricOptions,
): Promise<MetricComparison> {
  const plan = await planMetrics(exports, options);
  const { common, forecastTypes, point, metrics } = plan;
  const summaries: ForecastSummary[] = [];
  for (const { source, rows, total } of common) {
    summaries.push(await summarizeRows(source, rows.size === total ? undefined : rows, forecastTypes, options));
  }
  const compare = (all: readonly Metrics[]): ComparedFigure[] =>
    metrics.map((metric) =>
      compareFigure(
        metric,
        all.map((each) => metric.read(each)),
        options.tolerance,
      ),
    );
  const overall = compare(summaries.map(({ summary }) => summary.metrics));
  const windows = await alignGroups(summaries.map(windowGroups), compare, options);
  const groups = await alignGroups(
    summaries.map(({ groups: all }) => all.map((group) => ({ ...group, metrics: group[options.reading] }))),
    compare,
    options,
  );
  const measured = common.map(measureExport);
  const isSame = (figures: readonly ComparedFigure[]): boolean =>
    figures.every(({ values }) => sameFigures(values, options.tolerance));
  return {
    on: 'metrics',
    equal:
      measured.every(({ leftOut }) => leftOut === 0) &&
      [overall, ...windows.map(figuresOf), ...groups.map(figuresOf)].every(isSame),
    tolerance: options.tolerance,
    exports: measured,
    common: common[0]?.rows.size ?? 0,
    forecastTypes,
    point,
    overall,
    windows,
    by: options.by,
    reading: options.reading,
    groups,
    leaderboard: overall.map(rankFigures),
    paired: options.intervals === true ? await comparePaired(plan, options) : null,
  };
}

/**
 * Which forecast types, metrics and rows exports have in common.
 * @throws `SCHEMA_CONFLICT` without a common forecast type, and what {@link findCommonRows} throws
 */
export async function planMetrics(
  exports: readonly BacktestExport[],
  options: JoinOptions & Pick<MetricOptions, 'point' | 'metrics'>,
): Promise<PairedPlan> {
  const forecastTypes = commonTypes(exports);
  const point = choosePoint(forecastTypes, options.point);
  const metrics = chooseMetrics(forecastTypes, point, options.metrics);
  return { common: await findCommonRows(exports, options), forecastTypes, point, metrics };
}

/**
 * Refuses exports whose metrics cannot be compared, as far as their headers tell.
 * @throws as {@link planMetrics}; `TABLE_NOT_FOUND` without forecasted-values
 */
export function assertComparable([first, ...others]: readonly BacktestExport[], point: string | undefined): void {
  if (first === undefined) return;
  for (const { forecastedValues } of others) {
    planJoin(first.forecastedValues.schema, forecastedValues.schema, ({ role }) => role === 'target');
  }
  choosePoint(commonTypes([first, ...others]), point);
}

/** The forecast types that all exports have, in the order of the first. */
function commonTypes(exports: readonly BacktestExport[]): string[] {
  const [first, ...others] = exports.map((source) => source.forecastedValues.schema.forecastTypes);
  const common = (first ?? []).filter((type) => others.every((types) => types.includes(type)));
  if (common.length > 0) return common;
  const found = [first ?? [], ...others]
    .slice(0, 5)
    .map((types) => nameList(types))
    .join('; ');
  throw new BacktestExportError('SCHEMA_CONFLICT', `expected a forecast type that every export has, found ${found}`);
}

/** A window, or a group in one reading. */
interface Group {
  readonly key: ComparedGroup['key'];
  readonly count: number;
  readonly metrics: Metrics;
}

function windowGroups({ windows }: ForecastSummary): Group[] {
  return windows.map(({ start, end, count, metrics }) => ({ key: { window: `${start}/${end}` }, count, metrics }));
}

/** Aligns the groups of all exports by their keys: over common rows every export has every key. */
async function alignGroups(
  summaries: readonly (readonly Group[])[],
  compare: (metrics: readonly Metrics[]) => ComparedFigure[],
  { signal, onGroups }: Pick<JoinOptions, 'signal' | 'onGroups'>,
): Promise<ComparedGroup[]> {
  const [first = [], ...others] = summaries;
  const total = first.length;
  const pause = new Pause(signal);
  const byKey: Map<string, Group>[] = [];
  for (const groups of others) {
    const keyed = new Map<string, Group>();
    for (const group of groups) {
      keyed.set(keyText(group), group);
      if (pause.isDue(unitsOfGroup)) await pause.take();
    }
    byKey.push(keyed);
  }
  const aligned: ComparedGroup[] = [];
  for (const group of first) {
    const members = [group, ...byKey.flatMap((groups) => groups.get(keyText(group)) ?? [])];
    aligned.push({
      key: group.key,
      counts: members.map(({ count }) => count),
      figures: compare(members.map(({ metrics }) => metrics)),
    });
    if (!pause.isDue(unitsOfGroup)) continue;
    onGroups?.(aligned.length, total, 'aligning');
    await pause.take();
  }
  return aligned;
}

/** A group takes some microseconds. */
const unitsOfGroup = 64;

function figuresOf({ figures }: ComparedGroup): readonly ComparedFigure[] {
  return figures;
}

/** Dimensions may be in a different order, but `by` gives the order of a key. */
function keyText({ key }: Group): string {
  return JSON.stringify(Object.values(key));
}
