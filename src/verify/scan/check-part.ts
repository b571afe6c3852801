import type { ColumnBatch } from '../../batch/columns/column-batch.ts';
import type { PartNotes } from '../../batch/decode-options.ts';
import { accessErrorCodes, serializeError, type SerializedError } from '../../errors.ts';
import { readPart } from '../../export/parts/part-source.ts';
import type { Task, TaskContext, TaskResult } from '../../parallel/task.ts';
import { columnsOf } from '../../schema/columns-of.ts';
import { quantilesOf } from '../../schema/forecast-type.ts';
import type { Frequency } from '../../schema/frequency.ts';
import type { TableSchema } from '../../schema/schema.ts';
import { AccuracyChecker } from './accuracy-checker.ts';
import { FindingBook, type RawFinding } from '../base/finding-book.ts';
import type { CheckerContext } from './checker-context.ts';
import { ForecastChecker } from './forecast-checker.ts';
import type { PartTask } from './plan-input.ts';
import { metricRowDoubles, runDoubles } from '../records/record-fields.ts';
import { RecordSink, type RecordPiece } from '../records/record-sink.ts';
import type { FindingCode } from '../base/rules.ts';
import { TextHasher } from '../../batch/hash/text-hash.ts';
import type { FoundWindow } from '../base/window-list.ts';
import { WindowSteps } from '../base/window-steps.ts';

/** One part to check. */
export interface CheckInput extends PartTask {
  readonly frequency: Frequency | null;
  readonly maxPlaces: number;
}

/** What was found in a part, and its records. */
export interface CheckedPart {
  readonly kind: 'checked';
  readonly file: number;
  readonly rows: number;
  readonly digest: string;
  readonly windows: readonly FoundWindow[];
  readonly definedWindows: readonly FoundWindow[];
  readonly found: readonly (readonly [FindingCode, RawFinding])[];
  readonly records: readonly RecordPiece[];
  readonly notes: PartNotes | undefined;
}

/** A part, or why it could not be read: then none of its rows count. */
export type CheckOutput =
  CheckedPart | { readonly kind: 'failed'; readonly file: number; readonly error: SerializedError };

/**
 * Checks the rows of one part, given batch by batch: for {@link checkPart}, and for whoever reads a part for more than that.
 * Its batches need {@link requiredColumns}, header lines inside the data left out.
 */
export class PartChecker {
  readonly #file: number;
  readonly #sink: RecordSink;
  readonly #book: FindingBook;
  readonly #checker: ForecastChecker | AccuracyChecker;

  constructor({ source, file, seed, partitions, spill, frequency, maxPlaces }: CheckInput) {
    const { schema } = source.expected;
    this.#file = file;
    this.#sink = new RecordSink(recordDoubles(schema), partitions, spill);
    this.#book = new FindingBook(maxPlaces);
    const context: CheckerContext = {
      schema,
      hasher: new TextHasher(seed),
      seed,
      steps: new WindowSteps(frequency),
      book: this.#book,
      sink: this.#sink,
      file,
    };
    this.#checker = schema.table === 'forecasted-values' ? new ForecastChecker(context) : new AccuracyChecker(context);
  }

  /** Columns that `add` needs in its batches, by their names in the header. */
  get requiredColumns(): readonly string[] {
    return this.#checker.requiredColumns;
  }

  /** Checks the rows of a batch; keeps nothing of it. Call {@link relieve} before the next one. */
  add(batch: ColumnBatch): void {
    this.#checker.add(batch);
  }

  /** Writes records to a file where they take too much memory. @throws `WRITE_FAILED` */
  async relieve(): Promise<void> {
    await this.#sink.relieve();
  }

  /** What was found in all batches. @throws `WRITE_FAILED` */
  async finish(notes: PartNotes | undefined): Promise<CheckedPart> {
    const checker = this.#checker;
    if (checker instanceof ForecastChecker) checker.finish();
    const records = await this.#sink.finish();
    return {
      kind: 'checked',
      file: this.#file,
      rows: checker.rows,
      digest: checker.digest.finish(),
      windows: checker.windows.list(),
      definedWindows: checker instanceof AccuracyChecker ? checker.definedWindows.list() : [],
      found: this.#book.export(),
      records,
      notes,
    };
  }
}

/**
 * Checks the rows of one part.
 * @throws `WRITE_FAILED` when a spill file cannot be written; `READ_FAILED`, `FILE_CHANGED` and what else keeps the file
 * from being read; an abort.
 */
export async function checkPart(input: CheckInput, context: TaskContext): Promise<TaskResult<CheckOutput>> {
  const checker = new PartChecker(input);
  const notes: PartNotes[] = [];
  const reading = { ...context, columns: checker.requiredColumns, onNotes: (found: PartNotes) => notes.push(found) };
  try {
    for await (const batch of readPart(input.source, reading)) {
      checker.add(batch);
      await checker.relieve();
    }
  } catch (error) {
    return { output: failedPart(input, error, context.signal) };
  }
  const output = await checker.finish(notes[0]);
  return { output, transfer: recordBuffers(output) };
}

/** The buffers of records, to be moved between threads. */
export function recordBuffers({ records }: CheckedPart): ArrayBuffer[] {
  return records.flatMap((piece) => ('bytes' in piece ? [piece.bytes] : []));
}

/** What is wrong with a part that cannot be read. @throws the error itself if it says nothing about the content of the part */
export function failedPart(
  { file }: Pick<CheckInput, 'file'>,
  error: unknown,
  signal: AbortSignal,
): Extract<CheckOutput, { kind: 'failed' }> {
  return { kind: 'failed', file, error: damageOf(error, signal) };
}

function recordDoubles(schema: TableSchema): number {
  if (schema.table === 'forecasted-values') return runDoubles(quantilesOf(schema.forecastTypes).length);
  return metricRowDoubles(columnsOf(schema).metrics.length);
}

function damageOf(error: unknown, signal: AbortSignal): SerializedError {
  signal.throwIfAborted();
  const serialized = serializeError(error);
  if (accessErrorCodes.has(serialized.code) || serialized.code === 'WRITE_FAILED') throw error;
  return serialized;
}

/** {@link checkPart} for any thread. */
export const checkPartTask: Task<CheckInput, CheckOutput> = {
  name: 'checkPart',
  effort: 3,
  run: checkPart,
};
