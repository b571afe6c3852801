import type { PartNotes } from '../csv/options.ts';
import type { BacktestExport } from '../export/backtest-export.ts';
import type { SerializedError } from '../errors.ts';
import { checkOptions, type Zod } from '../options.ts';
import { runTasks } from '../parallel/run-tasks.ts';
import type { Frequency } from '../schema/frequency.ts';
import { ForecastAccumulator } from './forecast-accumulator.ts';
import { describeNotes, type ReadingNote } from './reading-notes.ts';
import { summarizePartTask, type PartInput, type PartOutput } from './summarize-part.ts';
import type { ForecastSummary, Worst } from './summary.ts';

/** How far a summary is. */
export interface Progress {
  readonly bytes: number;
  readonly totalBytes: number;
  /** Parts done. */
  readonly parts: number;
  readonly totalParts: number;
}

/** Options of {@link summarize}. */
export interface SummarizeOptions {
  /** Any of `window`, `item`, `step` and the dimension names: what `groups` are by. None by default. */
  readonly by?: readonly string[];
  /** Show only the worst groups; all by default. */
  readonly worst?: Worst;
  /** Threads at most; the available cores by default. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Called now and then, on the caller's thread. */
  readonly onProgress?: (progress: Progress) => void;
  /** A part that cannot be read stops everything (the default), or is left out whole and listed in `skippedParts`. */
  readonly onBadPart?: 'stop' | 'skip';
  /** Most groups (windows × distinct keys) to hold; 1,000,000 by default, about 1 KB each. */
  readonly maxGroups?: number;
  /** Step between timestamps, where the caller knows better; inferred by default. */
  readonly frequency?: Frequency;
}

/** A part that was left out of a summary, and why. */
export interface SkippedPart {
  readonly file: string;
  readonly code: SerializedError['code'];
  readonly message: string;
}

/** What a summary is of. */
export interface SummarizedExport {
  readonly location: string;
  readonly jobName: string | null;
  /** ISO 8601. */
  readonly exportedAt: string | null;
  readonly format: 'CSV' | 'PARQUET';
  readonly complete: boolean;
  readonly itemColumn: string;
  readonly dimensions: readonly string[];
  /** Parts of forecasted-values, empty ones too. */
  readonly parts: number;
  readonly bytes: number;
  readonly rows: number;
}

/** The accuracy of an export's forecasts, as plain data. */
export interface ExportSummary extends ForecastSummary {
  readonly export: SummarizedExport;
  readonly skippedParts: readonly SkippedPart[];
  /** What was odd about the text that was read. */
  readonly readingNotes: readonly ReadingNote[];
}

/**
 * Computes the accuracy of an export's forecasts in one pass over forecasted-values, on several threads. The figures
 * are the same to the last bit for any number of threads, size of batches and order of parts. Memory: about 15 MB a
 * thread, and what `ForecastAccumulator` says for each group.
 *
 * @throws what reading throws, at the first bad part, unless `onBadPart` is `'skip'`; `TOO_MANY_GROUPS`;
 * `OPTION_INVALID`; the signal's reason.
 */
export async function summarize(source: BacktestExport, options: SummarizeOptions = {}): Promise<ExportSummary> {
  await checkOptions('summarize', options, summarizeOptionsShape);
  const table = source.forecastedValues;
  const { schema, expected } = table;
  const accumulatorOptions = {
    schema,
    ...(options.by === undefined ? {} : { by: options.by }),
    ...(options.maxGroups === undefined ? {} : { maxGroups: options.maxGroups }),
  };
  const total = new ForecastAccumulator(accumulatorOptions);
  const inputs: PartInput[] = [...table.parts]
    .filter((part) => part.size > 0)
    .sort((a, b) => b.size - a.size)
    .map((part) => ({
      storage: source.storage.transfer ?? source.storage,
      part,
      expected,
      decode: table.decode,
      options: accumulatorOptions,
      onBadPart: options.onBadPart ?? 'stop',
    }));
  const notes: PartNotes[] = [];
  const skipped: SkippedPart[] = [];
  const progress = { bytes: 0, totalBytes: table.bytes, parts: 0, totalParts: inputs.length };
  await runTasks(summarizePartTask, inputs, {
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...threadsFor(source, options),
    onBytes: (bytes) => {
      progress.bytes += bytes;
      options.onProgress?.({ ...progress });
    },
    onResult: (output: PartOutput) => {
      progress.parts++;
      if (output.kind === 'skipped')
        skipped.push({ file: output.file, code: output.error.code, message: output.error.problem });
      else {
        total.mergeState(output.state);
        if (output.notes !== undefined) notes.push(output.notes);
      }
    },
  });
  const figures = total.finish({
    ...(options.worst === undefined ? {} : { worst: options.worst }),
    ...(options.frequency === undefined ? {} : { frequency: options.frequency }),
  });
  return {
    export: describeExport(source, notes),
    ...figures,
    skippedParts: skipped.sort((a, b) => (a.file < b.file ? -1 : 1)),
    readingNotes: describeNotes(notes),
  };
}

/** A storage that cannot move to another thread is read on this one. */
function threadsFor(source: BacktestExport, options: SummarizeOptions): { threads?: number } {
  if (source.storage.transfer === undefined) return { threads: 1 };
  return options.threads === undefined ? {} : { threads: options.threads };
}

function describeExport(source: BacktestExport, notes: readonly PartNotes[]): SummarizedExport {
  return {
    location: source.location,
    jobName: source.jobName ?? null,
    exportedAt: source.exportedAt?.toISOString() ?? null,
    format: source.format,
    complete: source.complete,
    itemColumn: source.itemColumn,
    dimensions: source.dimensions,
    parts: source.forecastedValues.parts.length,
    bytes: source.forecastedValues.bytes,
    rows: notes.reduce((sum, part) => sum + part.records, 0),
  };
}

const summarizeOptionsShape = (z: Zod): ReturnType<Zod['strictObject']> =>
  z.strictObject({
    by: z.array(z.string()).optional(),
    worst: z.strictObject({ metric: z.string(), count: z.int().min(1) }).optional(),
    threads: z.int().min(1).max(256).optional(),
    signal: z.instanceof(AbortSignal).optional(),
    onProgress: z.function().optional(),
    onBadPart: z.enum(['stop', 'skip']).optional(),
    maxGroups: z.int().min(1).optional(),
    frequency: z.object({ unit: z.string(), count: z.int().min(1), text: z.string() }).optional(),
  });
