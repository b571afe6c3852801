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
 * Checks the rows of one part.
 * @throws `WRITE_FAILED` when a spill file cannot be written; `READ_FAILED`, `FILE_CHANGED` and what else keeps the file
 * from being read; an abort.
 */
export async function checkPart(input: CheckInput, context: TaskContext): Promise<TaskResult<CheckOutput>> {
  const { schema } = input.source.expected;
  const sink = new RecordSink(recordDoubles(schema), input.partitions, input.spill);
  const book = new FindingBook(input.maxPlaces);
  const checkerContext: CheckerContext = {
    schema,
    hasher: new TextHasher(input.seed),
    seed: input.seed,
    steps: new WindowSteps(input.frequency),
    book,
    sink,
    file: input.file,
  };
  const checker =
    schema.table === 'forecasted-values' ? new ForecastChecker(checkerContext) : new AccuracyChecker(checkerContext);
  const notes: PartNotes[] = [];
  const reading = { ...context, columns: checker.requiredColumns, onNotes: (found: PartNotes) => notes.push(found) };
  try {
    for await (const batch of readPart(input.source, reading)) {
      checker.add(batch);
      await sink.relieve();
    }
  } catch (error) {
    return { output: { kind: 'failed', file: input.file, error: damageOf(error, context.signal) } };
  }
  if (checker instanceof ForecastChecker) checker.finish();
  const records = await sink.finish();
  const output: CheckOutput = {
    kind: 'checked',
    file: input.file,
    rows: checker.rows,
    digest: checker.digest.finish(),
    windows: checker.windows.list(),
    definedWindows: checker instanceof AccuracyChecker ? checker.definedWindows.list() : [],
    found: book.export(),
    records,
    notes: notes[0],
  };
  return { output, transfer: records.flatMap((piece) => ('bytes' in piece ? [piece.bytes] : [])) };
}

function recordDoubles(schema: TableSchema): number {
  if (schema.table === 'forecasted-values') return runDoubles(quantilesOf(schema.forecastTypes).length);
  return metricRowDoubles(columnsOf(schema).metrics.length);
}

/** What is wrong with the part. @throws the error itself if it says nothing about the content of the part */
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
