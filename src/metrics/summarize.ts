import type { ZodType } from 'zod';
import { BacktestExportError, isPassing, type SerializedError } from '../errors.ts';
import type { BacktestExport, OpenOptions } from '../export/backtest-export.ts';
import type { ExportWarning } from '../export/export-catalog.ts';
import { openOptionsShape } from '../export/open-export.ts';
import { openIfFolder, type ExportSource } from '../export/open-source.ts';
import { partSources } from '../export/planned-table.ts';
import { describeNotes, type ReadingNote } from '../export/reading-notes.ts';
import { runParts, type Progress } from '../export/run-parts.ts';
import { detectFrequency, type DetectedFrequency } from '../export/detect-frequency.ts';
import { given } from '../given.ts';
import { plainIdentity, type PlainIdentity } from '../naming/export-identity.ts';
import { checkOptions, objectShape, type Zod } from '../options.ts';
import { noteDuplicateRows } from './forecast/duplicate-rows.ts';
import type { ListedForecasts } from './forecast/finish.ts';
import type { GroupList } from './forecast/groups/group-list.ts';
import { ItemsScattered } from './forecast/groups/let-go.ts';
import { frequencyShape, type Frequency } from '../schema/frequency.ts';
import type { TableName } from '../schema/schema.ts';
import type { AccuracySummary } from './accuracy/against-forecasts.ts';
import { joinSummaries, summarizePartTask, type PartInput } from './part-task.ts';
import type { Reading } from './base/reading.ts';
import type { FinishOptions, ForecastSummary, Worst } from './base/summary.ts';
import { SummaryTotals, type PlannedSummary } from './totals.ts';

/** How far a summary is: its parts, then its groups. */
export interface SummarizeProgress extends Progress {
  /** Groups (windows × distinct keys) whose figures are done, and their total: 0 of 0 until all parts are read. */
  readonly groups: number;
  readonly totalGroups: number;
}

/** Options of {@link summarize}. */
export interface SummarizeOptions {
  /** How the export is chosen and read, where a location is given; refused for an opened export. */
  readonly open?: OpenOptions;
  /** Any of `window`, `item`, `step` and the dimension names: the keys of `groups`. None by default. */
  readonly by?: readonly string[];
  /** Show only the worst groups; all by default. Needs `by`. */
  readonly worst?: Worst;
  /** Which reading of groups `worst` ranks by: `pooled` over all their rows (the default), or `averaged` over windows. Needs `by`. */
  readonly reading?: Reading;
  /**
   * The forecast type that WAPE, RMSE, MAPE, MAE and bias are of: `mean`, `p50` …; by default `mean` where there is one, else
   * p50. The result names it.
   */
  readonly point?: string;
  /** Threads at most; the available cores by default. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Called periodically, on the caller's thread. */
  readonly onProgress?: (progress: SummarizeProgress) => void;
  /** A part that cannot be read stops everything (the default), or is left out entirely and listed in `skippedParts`. */
  readonly onBadPart?: 'stop' | 'skip';
  /** Most groups (windows × distinct keys); no limit by default. */
  readonly maxGroups?: number;
  /** Step between timestamps, where the caller knows it; inferred by default. */
  readonly frequency?: Frequency;
  /** Whether accuracy-metrics-values is read as well, where there is one; true by default. */
  readonly accuracyMetrics?: boolean;
}

/** A part that was left out of a summary, and why. */
export interface SkippedPart {
  readonly table: TableName;
  readonly file: string;
  readonly code: SerializedError['code'];
  readonly message: string;
}

/** The export that a summary describes. */
export interface SummarizedExport extends PlainIdentity {
  readonly location: string;
  readonly format: 'CSV' | 'PARQUET';
  readonly complete: boolean;
  readonly itemColumn: string;
  readonly dimensions: readonly string[];
  /** Parts of forecasted-values, including empty ones. */
  readonly parts: number;
  readonly bytes: number;
  /** Of forecasted-values, as read. */
  readonly rows: number;
}

/** The accuracy of an export's forecasts, as plain data. */
export interface ExportSummary extends ForecastSummary {
  readonly export: SummarizedExport;
  /** How the metrics of accuracy-metrics-values are distributed over items; null without that table, or when turned off. */
  readonly accuracyMetrics: AccuracySummary | null;
  readonly skippedParts: readonly SkippedPart[];
  /** Warnings about the folder, such as one part under two names, whose rows are then counted twice. */
  readonly warnings: readonly ExportWarning[];
  /** Irregularities of the text that was read. */
  readonly readingNotes: readonly ReadingNote[];
}

/**
 * Computes the accuracy of an export's forecasts in one pass over forecasted-values, and how the metrics of
 * accuracy-metrics-values are distributed over items in one pass over that, on several threads. The figures are the same to
 * the last bit for any number of threads, size of batches and order of parts. Memory: about 15 MB a thread, and that of
 * `ForecastAccumulator` for each group. For an export without forecasted-values every figure except the distributions
 * is null, and there are no windows.
 *
 * @throws what `openExport` and reading throw, at the first bad part, unless `onBadPart` is `'skip'`; `TOO_MANY_GROUPS`;
 * `OPTION_INVALID`; `TABLE_NOT_FOUND` when there is no forecasted-values table and a grouping, or nothing else, is
 * requested; the signal's reason.
 */
export async function summarize(from: ExportSource, options: SummarizeOptions = {}): Promise<ExportSummary> {
  const listed = await summarizeListed(from, options);
  return { ...listed, groups: await listed.groups.toArray(options.signal) };
}

/** An {@link ExportSummary} whose groups are made into plain data when they are asked for. */
export type ListedSummary = Omit<ExportSummary, 'groups'> & { readonly groups: GroupList };

/** {@link summarize} for whoever takes the groups one by one, such as the command: without the memory of all as plain data. */
export async function summarizeListed(from: ExportSource, options: SummarizeOptions = {}): Promise<ListedSummary> {
  await checkOptions('summarize', options, summarizeOptionsShape);
  refuseIdleOptions(options);
  const source = await openIfFolder('summarize', from, options.open, options.signal);
  const detected = await detectFrequency(source, {
    isSkipped: (error) => isSkipped(error, options),
    signal: options.signal,
  });
  const frequency = options.frequency ?? detected.frequency ?? undefined;
  const read = (letGo: boolean): Promise<ListedSummary> => readAll(source, options, { detected, frequency, letGo });
  if (!canLetGo(options, frequency)) return read(false);
  try {
    return await read(true);
  } catch (error) {
    // rows of an item turned up after its groups were finished: from the start, and all groups are held
    if (error instanceof ItemsScattered) return read(false);
    throw error;
  }
}

/** How an export is read, apart from the caller's options. */
interface ReadAll {
  readonly detected: DetectedFrequency;
  readonly frequency: Frequency | undefined;
  /** Whether the groups of an item are finished when rows of another one follow. */
  readonly letGo: boolean;
}

async function readAll(source: BacktestExport, options: SummarizeOptions, how: ReadAll): Promise<ListedSummary> {
  const plans = planTables(source, options, how);
  const totals = new SummaryTotals(plans);
  try {
    const progress = await addParts(totals, planParts(plans, options), options);
    assertSkipped(how.detected, totals);
    const finished = await totals.finishForecasts(source, finishOptions(options, how.frequency, progress));
    const figures = noteSurplus(finished, source.dimensions);
    const skipped = totals.skipped.map(({ table, file, error }) => ({
      table,
      file,
      code: error.code,
      message: error.problem,
    }));
    return {
      export: describeExport(source, totals.rowsOf('forecasted-values')),
      ...figures,
      accuracyMetrics: totals.finishAccuracy(source, figures),
      skippedParts: skipped.sort((a, b) => (a.file < b.file ? -1 : 1)),
      warnings: source.warnings,
      readingNotes: describeNotes(totals.notes),
    };
  } finally {
    totals.dispose();
  }
}

/** Whether groups can be finished while rows are read: Forecast writes the rows of an item one after another. */
function canLetGo({ by = [] }: SummarizeOptions, frequency: Frequency | undefined): boolean {
  return by.includes('item') && (!by.includes('step') || frequency !== undefined);
}

/** Options about groups have no effect without them. */
function refuseIdleOptions({ by = [], worst, reading }: SummarizeOptions): void {
  if (by.length > 0 || (worst === undefined && reading === undefined)) return;
  const problem =
    worst === undefined ? 'summarize.reading: it is of groups' : 'summarize.worst: it chooses among groups';
  throw new BacktestExportError('OPTION_INVALID', `${problem}, say which with by`);
}

function finishOptions(
  options: SummarizeOptions,
  frequency: Frequency | undefined,
  progress: SummarizeProgress,
): FinishOptions {
  const { worst, reading, signal, onProgress } = options;
  return {
    ...given({ worst, reading, frequency, signal }),
    onGroups: (groups, totalGroups) => onProgress?.({ ...progress, groups, totalGroups }),
  };
}

/** Whether a bad part is left out. */
function isSkipped(error: BacktestExportError, { onBadPart }: SummarizeOptions): boolean {
  return onBadPart === 'skip' && !isPassing(error.code);
}

/** A part that was unreadable for the frequency and was read afterwards could have given another result. */
function assertSkipped({ failed }: DetectedFrequency, { skipped }: SummaryTotals): void {
  for (const [path, error] of failed) if (!skipped.some(({ file }) => file === path)) throw error;
}

/** Notes the rows that must be duplicates by the frequency. */
function noteSurplus(figures: ListedForecasts, dimensions: readonly string[]): ListedForecasts {
  if (dimensions.length > 0) return figures;
  return { ...figures, notes: [...figures.notes, ...noteDuplicateRows(figures.windows, figures.frequency)] };
}

/** The tables that are read. Options that concern only forecasts need their table. */
function planTables(
  source: BacktestExport,
  options: SummarizeOptions,
  { frequency, letGo }: ReadAll,
): PlannedSummary[] {
  const { forecastedValues, accuracyMetrics } = source;
  const { by = [], worst, reading, maxGroups, point } = options;
  const plans: PlannedSummary[] = [];
  const wantsAccuracy = options.accuracyMetrics !== false && accuracyMetrics.exists;
  if (forecastedValues.exists || !wantsAccuracy || by.length > 0 || worst !== undefined || point !== undefined) {
    const { schema } = forecastedValues;
    const gather = {
      schema,
      by,
      ...given({ maxGroups, point, letGo: letGo ? given({ worst, reading, frequency }) : undefined }),
    };
    plans.push({ table: forecastedValues, gather: { table: 'forecasted-values', options: gather } });
  }
  if (wantsAccuracy) {
    const gather = { schema: accuracyMetrics.schema, ...given({ frequency }) };
    plans.push({ table: accuracyMetrics, gather: { table: 'accuracy-metrics-values', options: gather } });
  }
  return plans;
}

/** Every part with data. */
function planParts(plans: readonly PlannedSummary[], { onBadPart = 'stop' }: SummarizeOptions): PartInput[] {
  return plans.flatMap(({ table, gather }) =>
    partSources(table)
      .filter(({ part }) => part.size > 0 || part.format === 'PARQUET')
      .map((source): PartInput => ({ source, gather, onBadPart })),
  );
}

async function addParts(
  totals: SummaryTotals,
  inputs: readonly PartInput[],
  { by = [], threads, signal, onProgress }: SummarizeOptions,
): Promise<SummarizeProgress> {
  const none = { groups: 0, totalGroups: 0 };
  const progress = await runParts(summarizePartTask, inputs, {
    threads,
    signal,
    // the sums of all slices of a part are held until it is complete, which would be much by item
    slices: by.includes('item') ? undefined : joinSummaries,
    onProgress: (reached) => onProgress?.({ ...reached, ...none }),
    onResult: (output) => totals.add(output, signal),
  });
  return { ...progress, ...none };
}

function describeExport(source: BacktestExport, rows: number): SummarizedExport {
  return {
    location: source.location,
    ...plainIdentity(source),
    format: source.format,
    complete: source.complete,
    itemColumn: source.itemColumn,
    dimensions: source.dimensions,
    parts: source.forecastedValues.parts.length,
    bytes: source.forecastedValues.bytes,
    rows,
  };
}

const summarizeOptionsShape = (z: Zod): ZodType<SummarizeOptions> =>
  objectShape<SummarizeOptions>(z, {
    open: openOptionsShape(z).optional(),
    by: z.array(z.string()).optional(),
    worst: objectShape<Worst>(z, { metric: z.string(), count: z.int().min(1) }).optional(),
    reading: z.enum(['pooled', 'averaged']).optional(),
    point: z.string().optional(),
    threads: z.int().min(1).max(256).optional(),
    signal: z.instanceof(AbortSignal).optional(),
    onProgress: z.function().optional(),
    onBadPart: z.enum(['stop', 'skip']).optional(),
    maxGroups: z.int().min(1).optional(),
    frequency: frequencyShape(z).optional(),
    accuracyMetrics: z.boolean().optional(),
  });
