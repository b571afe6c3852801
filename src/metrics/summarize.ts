import { randomSeed } from '../batch/hash/mix.ts';
import { isPassing, type BacktestExportError, type SerializedError } from '../errors.ts';
import type { BacktestExport } from '../export/find/backtest-export.ts';
import type { ExportWarning } from '../export/entries/export-catalog.ts';
import { openIfFolder, type ExportSource } from '../export/open-source.ts';
import { describeNotes, type ReadingNote } from '../export/reading-notes.ts';
import { runParts } from '../export/parts/run-parts.ts';
import { detectFrequency, type DetectedFrequency } from '../export/detect-frequency.ts';
import { given } from '../given.ts';
import { plainIdentity, type PlainIdentity } from '../naming/export-identity.ts';
import { checkOptions } from '../options.ts';
import { noteDuplicateRows } from './forecast/duplicate-rows.ts';
import type { ListedForecasts } from './forecast/finish.ts';
import type { GroupList } from './forecast/groups/group-list.ts';
import { ItemsScattered } from './forecast/groups/let-go.ts';
import type { Frequency } from '../schema/frequency.ts';
import type { TableName, TableSchema } from '../schema/schema.ts';
import type { Storage } from '../storage/storage.ts';
import type { AccuracySummary } from './accuracy/against-forecasts.ts';
import type { ItemCounts } from './forecast/item-counts.ts';
import { makeRoom } from './make-room.ts';
import { joinSummaries, summarizePartTask, type PartInput } from './part-task.ts';
import { planParts, planTables } from './plan-tables.ts';
import type { FinishOptions, ForecastSummary, GroupPhase } from './base/summary.ts';
import {
  refuseIdleOptions,
  summarizeOptionsShape,
  type SummarizeOptions,
  type SummarizeProgress,
} from './summarize-options.ts';
import { SummaryTotals } from './totals.ts';

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
  await checkOptions('summarize', options, summarizeOptionsShape);
  const { onProgress } = options;
  let reached: SummarizeProgress | undefined;
  const listed = await summarizeListed(from, {
    ...options,
    onProgress: (progress) => onProgress?.((reached = progress)),
  });
  return listGroups(listed, options, () => reached);
}

/**
 * Makes the groups into plain data, or hands them to `onGroup` one after another. `reached` gives the last progress.
 * @throws what `onGroup` throws; the signal's reason
 */
export async function listGroups(
  listed: ListedSummary,
  { signal, onProgress, onGroup }: Pick<SummarizeOptions, 'signal' | 'onProgress' | 'onGroup'>,
  reached: () => SummarizeProgress | undefined,
): Promise<ExportSummary> {
  const listing = given({
    signal,
    onGroups: (groups: number, totalGroups: number, phase: GroupPhase) => {
      const progress = reached();
      if (progress !== undefined) onProgress?.({ ...progress, phase, groups, totalGroups });
    },
  });
  if (onGroup === undefined) return { ...listed, groups: await listed.groups.toArray(listing) };
  await listed.groups.forEach((group) => onGroup(group), listing);
  return { ...listed, groups: [] };
}

/** An {@link ExportSummary} whose groups are made into plain data when they are asked for. */
export type ListedSummary = Omit<ExportSummary, 'groups'> & { readonly groups: GroupList };

/**
 * {@link summarize} for whoever takes the groups one by one, such as the command: without the memory of all as plain data. Groups
 * have their sums where these are to be kept.
 */
export async function summarizeListed(
  from: ExportSource,
  options: SummarizeOptions = {},
  { keepSums }: Pick<FinishOptions, 'keepSums'> = {},
): Promise<ListedSummary> {
  await checkOptions('summarize', options, summarizeOptionsShape);
  refuseIdleOptions(options);
  const source = await openIfFolder('summarize', from, options.open, options.signal);
  const detected = await detectFrequency(source, {
    isSkipped: (error) => isSkipped(error, options),
    signal: options.signal,
  });
  const frequency = options.frequency ?? detected.frequency ?? undefined;
  const read = (letGo: boolean): Promise<ListedSummary> =>
    readAll(source, options, { detected, frequency, letGo, keepSums });
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
  readonly keepSums: boolean | undefined;
}

async function readAll(source: BacktestExport, options: SummarizeOptions, how: ReadAll): Promise<ListedSummary> {
  const room = how.letGo ? undefined : await makeRoom(source, options);
  try {
    return await readWith(source, options, how, room?.storage);
  } finally {
    await room?.remove();
  }
}

async function readWith(
  source: BacktestExport,
  options: SummarizeOptions,
  how: ReadAll,
  room: Storage | undefined,
): Promise<ListedSummary> {
  const plans = planTables(source, options, how.frequency, {
    letGo: how.letGo,
    keepSums: how.keepSums,
    // what cannot change threads is of no use to them: then memory must do
    spill: room?.transfer && { storage: room.transfer, seed: randomSeed() },
  });
  const totals = new SummaryTotals(plans.map(({ gather }) => gather));
  try {
    const progress = await addParts(totals, planParts(plans, options), options, how);
    assertSkipped(how.detected.failed, totals);
    const finishing = { ...finishOptions(options, how.frequency, progress), ...given({ keepSums: how.keepSums }) };
    return await finishSummary(totals, summaryFacts(source), finishing);
  } finally {
    totals.dispose();
  }
}

/** What a summary says of its export, and of its tables, besides what their rows hold. Plain data. */
export interface SummaryFacts {
  readonly export: Omit<SummarizedExport, 'rows'>;
  /** Of accuracy-metrics-values; without a schema where there is no such table. */
  readonly accuracyMetrics: {
    readonly parts: number;
    readonly bytes: number;
    readonly schema?: TableSchema | undefined;
  };
  readonly warnings: readonly ExportWarning[];
}

/** The facts of an opened export. */
export function summaryFacts(source: BacktestExport): SummaryFacts {
  const { accuracyMetrics: accuracy, warnings } = source;
  const schema = accuracy.exists ? accuracy.schema : undefined;
  const accuracyMetrics = { parts: accuracy.parts.length, bytes: accuracy.bytes, ...given({ schema }) };
  return { export: describeExport(source), accuracyMetrics, warnings };
}

/** The summary of what the parts of an export add up to; `items` replace those of the states. @throws what finishing forecasts throws */
export async function finishSummary(
  totals: SummaryTotals,
  facts: SummaryFacts,
  options: FinishOptions,
  items?: ItemCounts,
): Promise<ListedSummary> {
  const finished = await totals.finishForecasts(facts.accuracyMetrics.schema, options, items);
  const figures = noteSurplus(finished, facts.export.dimensions);
  const skipped = totals.skipped.map(({ table, file, error }) => ({
    table,
    file,
    code: error.code,
    message: error.problem,
  }));
  return {
    export: { ...facts.export, rows: totals.rowsOf('forecasted-values') },
    ...figures,
    accuracyMetrics: totals.finishAccuracy(facts.accuracyMetrics, figures),
    skippedParts: skipped.sort((a, b) => (a.file < b.file ? -1 : 1)),
    warnings: facts.warnings,
    readingNotes: describeNotes(totals.notes),
  };
}

/** Whether groups can be finished while rows are read: Forecast writes the rows of an item one after another. */
function canLetGo({ by = [] }: SummarizeOptions, frequency: Frequency | undefined): boolean {
  return by.includes('item') && (!by.includes('step') || frequency !== undefined);
}

/** How totals are finished, the progress of groups going on from that of reading. */
export function finishOptions(
  options: Pick<SummarizeOptions, 'worst' | 'reading' | 'costs' | 'signal' | 'onProgress'>,
  frequency: Frequency | undefined,
  progress: SummarizeProgress,
): FinishOptions {
  const { worst, reading, costs, signal, onProgress } = options;
  return {
    ...given({ worst, reading, costs, frequency, signal }),
    onGroups: (groups, totalGroups, phase) => onProgress?.({ ...progress, phase, groups, totalGroups }),
  };
}

/** Whether a bad part is left out. */
export function isSkipped(error: BacktestExportError, { onBadPart }: SummarizeOptions): boolean {
  return onBadPart === 'skip' && !isPassing(error.code);
}

/** A part that was unreadable for the frequency and was read afterwards could have given another result. @throws its error */
export function assertSkipped(failed: DetectedFrequency['failed'], { skipped }: SummaryTotals): void {
  for (const [path, error] of failed) if (!skipped.some(({ file }) => file === path)) throw error;
}

/** Notes the rows that must be duplicates by the frequency. */
function noteSurplus(figures: ListedForecasts, dimensions: readonly string[]): ListedForecasts {
  if (dimensions.length > 0) return figures;
  return { ...figures, notes: [...figures.notes, ...noteDuplicateRows(figures.windows, figures.frequency)] };
}

/** Reads the parts on several threads and adds them to the totals; returns the last progress. @throws the first error of a part; `ItemsScattered`; the signal's reason */
export async function addParts(
  totals: SummaryTotals,
  inputs: readonly PartInput[],
  { by = [], threads, signal, onProgress }: SummarizeOptions,
  { letGo }: Pick<ReadAll, 'letGo'>,
): Promise<SummarizeProgress> {
  const none = { phase: 'reading', groups: 0, totalGroups: 0 } as const;
  const progress = await runParts(summarizePartTask, inputs, {
    threads,
    signal,
    // the sums of all slices of a part are held until it is complete, which would be much by item if groups are held
    slices: letGo || !by.includes('item') ? joinSummaries : undefined,
    onProgress: (reached) => onProgress?.({ ...reached, ...none }),
    onResult: (output) => totals.add(output, signal),
  });
  return { ...progress, ...none };
}

function describeExport(source: BacktestExport): SummaryFacts['export'] {
  return {
    location: source.location,
    ...plainIdentity(source),
    format: source.format,
    complete: source.complete,
    itemColumn: source.itemColumn,
    dimensions: source.dimensions,
    parts: source.forecastedValues.parts.length,
    bytes: source.forecastedValues.bytes,
  };
}
