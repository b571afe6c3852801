import type { ZodType } from 'zod';
import { BacktestExportError } from '../errors.ts';
import { openOptionsShape } from '../export/open-export.ts';
import { openSources, type ExportSource } from '../export/open-source.ts';
import { isSameExport } from '../naming/export-identity.ts';
import { isArray } from '../describe-value.ts';
import { checkOptions, describeValue, objectShape, type Zod } from '../options.ts';
import { compareMetrics, type MetricOptions } from './by-metrics.ts';
import { compareRows } from './by-rows.ts';
import type { CompareOptions, MetricComparison, RowComparison } from './result.ts';
import type { JoinOptions } from './join-tables.ts';

/**
 * Compares two exports: row by row where they should be the same export, in another format or folder; figure by figure,
 * on the rows that both have, where they are of two predictors. `on` decides, or else their names: the same job and time
 * is the same export.
 *
 * Rows are identified by their keys: item and dimensions, window start and end, and the timestamp or `backtest_window`.
 * Instants are compared, not their spelling; columns by their meaning, in any order. Rows in about the same order are
 * compared as they are streamed, in bounded memory; see `maxHeldRows` for others. Comparing metrics also takes a bit for
 * each row, and what `summarize` takes.
 *
 * @throws `SCHEMA_CONFLICT` for other dimensions, or (metrics) without a common forecast type; `TABLE_NOT_FOUND`
 * (metrics) without forecasted-values; `TOO_MANY_GROUPS`; `OPTION_INVALID`; what reading throws; the signal's reason.
 */
export async function compareExports(
  a: ExportSource,
  b: ExportSource,
  options: CompareOptions = {},
): Promise<RowComparison | MetricComparison> {
  await checkOptions('compareExports', options, compareOptionsShape);
  const [one, other] = await openSources('compareExports', [a, b], options.open, options.signal);
  if (one === undefined || other === undefined) throw new RangeError('two sources are two exports');
  const on = options.on ?? (isSameExport(one, other) ? 'rows' : 'metrics');
  if (on === 'metrics') return compareMetrics([one, other], metricOptions(options));
  refuseMetricOptions(options);
  return compareRows(one, other, { ...commonOptions(options), places: options.maxPlaces ?? 10 });
}

/**
 * Ranks two or more exports by each metric, over the rows that all of them have; skill is against the first.
 * Costs a join of the first with each of the others, a second one where rows are left out, and a summary of each.
 * @throws as {@link compareExports} on metrics.
 */
export async function rankExports(
  exports: readonly ExportSource[],
  options: CompareOptions = {},
): Promise<MetricComparison> {
  await checkOptions('rankExports', options, compareOptionsShape);
  if (!isArray(exports)) {
    throw new BacktestExportError(
      'OPTION_INVALID',
      `rankExports: expected a list of exports, found ${describeValue(exports)}`,
    );
  }
  if (exports.length < 2) {
    throw new BacktestExportError('OPTION_INVALID', `expected two or more exports to rank, found ${exports.length}`);
  }
  if (options.on === 'rows') {
    throw new BacktestExportError('OPTION_INVALID', 'expected on to be metrics: exports are not ranked by their rows');
  }
  const opened = await openSources('rankExports', exports, options.open, options.signal);
  return compareMetrics(opened, metricOptions(options));
}

function commonOptions(options: CompareOptions): JoinOptions & { readonly tolerance: number } {
  const { onProgress } = options;
  const progress = { bytes: 0, totalBytes: 0 };
  return {
    tolerance: options.tolerance ?? 0,
    maxHeldRows: options.maxHeldRows ?? 1_000_000,
    signal: options.signal,
    onPass: (bytes) => void (progress.totalBytes += bytes),
    onBytes: (bytes) => {
      progress.bytes += bytes;
      onProgress?.({ ...progress });
    },
    onGroups: (groups, totalGroups, phase) => onProgress?.({ ...progress, phase, groups, totalGroups }),
  };
}

function metricOptions(options: CompareOptions): MetricOptions {
  const { by = [], metrics, maxGroups, point, reading = 'pooled', intervals } = options;
  return { ...commonOptions(options), by, metrics, maxGroups, point, reading, intervals };
}

/** An option without effect is a mistake. */
function refuseMetricOptions(options: CompareOptions): void {
  const name = (['metrics', 'by', 'maxGroups', 'point', 'reading', 'intervals'] as const).find(
    (each) => options[each] !== undefined,
  );
  if (name === undefined) return;
  const problem = `${name} is for comparing metrics, and these exports are compared by their rows (on)`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}

const compareOptionsShape = (z: Zod): ZodType<CompareOptions> =>
  objectShape<CompareOptions>(z, {
    open: openOptionsShape(z).optional(),
    on: z.enum(['rows', 'metrics']).optional(),
    tolerance: z.number().min(0).max(1).optional(),
    maxPlaces: z.int().min(0).max(10_000).optional(),
    maxHeldRows: z.int().min(1).optional(),
    metrics: z.array(z.string()).min(1).optional(),
    by: z.array(z.string()).optional(),
    maxGroups: z.int().min(1).optional(),
    point: z.string().optional(),
    reading: z.enum(['pooled', 'averaged']).optional(),
    intervals: z.boolean().optional(),
    signal: z.instanceof(AbortSignal).optional(),
    onProgress: z.function().optional(),
  });
