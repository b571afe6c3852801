import type { DecodeOptions, PartNotes } from '../../batch/decode-options.ts';
import { accessErrorCodes, serializeError, type SerializedError } from '../../errors.ts';
import type { PartFile } from '../../export/export-catalog.ts';
import { readPart, type ExpectedSchema } from '../../export/read-part.ts';
import type { Task, TaskContext, TaskResult } from '../../parallel/task.ts';
import { columnsOf } from '../../schema/columns-of.ts';
import { quantilesOf } from '../../schema/forecast-type.ts';
import type { Frequency } from '../../schema/frequency.ts';
import type { TableName } from '../../schema/schema.ts';
import { openTransferred } from '../../storage/open-storage.ts';
import type { Storage, StorageTransfer } from '../../storage/storage.ts';
import { AccuracyChecker } from './accuracy-checker.ts';
import { FindingBook, type RawFinding } from '../base/finding-book.ts';
import type { CheckerContext } from './checker-context.ts';
import { ForecastChecker } from './forecast-checker.ts';
import { metricRowDoubles, runDoubles } from '../records/record-fields.ts';
import { RecordSink, type RecordPiece, type SpillPlan } from '../records/record-sink.ts';
import type { FindingCode } from '../base/rules.ts';
import { TextHasher } from '../../batch/text-hash.ts';
import type { FoundWindow } from '../base/window-list.ts';
import { WindowSteps } from '../base/window-steps.ts';

/** One part to check, as plain data. */
export interface CheckInput {
  /** A transfer from another thread, or the storage itself on the same one. */
  readonly storage: StorageTransfer | Storage;
  readonly part: PartFile;
  /** Number of the part among all that are read. */
  readonly file: number;
  readonly expected: ExpectedSchema;
  readonly decode: Pick<DecodeOptions, 'dialect' | 'limits'>;
  readonly seed: Uint32Array;
  readonly partitions: number;
  readonly frequency: Frequency | null;
  readonly maxPlaces: number;
  /** Where records go that do not fit; undefined where all fit. */
  readonly spill: (SpillPlan & { readonly storage: StorageTransfer }) | undefined;
}

/** What a part left behind, or why it could not be read: then nothing of it counts. */
export type CheckOutput =
  | {
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
  | { readonly kind: 'failed'; readonly file: number; readonly error: SerializedError };

/**
 * Checks the rows of one part.
 * @throws `WRITE_FAILED` when a spill file cannot be written; `READ_FAILED`, `FILE_CHANGED` and what else keeps the file
 * from being read; an abort.
 */
export async function checkPart(input: CheckInput, context: TaskContext): Promise<TaskResult<CheckOutput>> {
  const { schema } = input.expected;
  const spillStorage = input.spill === undefined ? undefined : openTransferred(input.spill.storage);
  const sink = new RecordSink(recordDoubles(schema.table, input), input.partitions, input.spill);
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
  const storage = 'list' in input.storage ? input.storage : openTransferred(input.storage);
  const reading = await readThrough(storage, input, context, checker, () => sink.relieve(spillStorage));
  if (reading.error !== undefined) return { output: { kind: 'failed', file: input.file, error: reading.error } };
  if (checker instanceof ForecastChecker) checker.finish();
  const records = await sink.finish(spillStorage);
  const output: CheckOutput = {
    kind: 'checked',
    file: input.file,
    rows: checker.rows,
    digest: checker.digest.text,
    windows: checker.windows.list(),
    definedWindows: checker instanceof AccuracyChecker ? checker.definedWindows.list() : [],
    found: book.export(),
    records,
    notes: reading.notes,
  };
  return { output, transfer: records.flatMap((piece) => ('bytes' in piece ? [piece.bytes] : [])) };
}

function recordDoubles(table: TableName, { expected: { schema } }: CheckInput): number {
  if (table === 'forecasted-values') return runDoubles(quantilesOf(schema.forecastTypes).length);
  return metricRowDoubles(columnsOf(schema).metrics.length);
}

/** Hands every batch on. An error of reading is a result; any other goes up. */
async function readThrough(
  storage: Storage,
  input: CheckInput,
  context: TaskContext,
  checker: ForecastChecker | AccuracyChecker,
  afterBatch: () => Promise<void>,
): Promise<{ readonly notes?: PartNotes | undefined; readonly error?: SerializedError }> {
  const columns = checker.requiredColumns;
  const options: DecodeOptions = { ...input.decode, columns, repeatedHeaders: 'skip', signal: context.signal };
  const batches = readPart(storage, input.part, input.expected, options);
  let told = 0;
  try {
    for (;;) {
      const next = await nextOrError(batches, context);
      if ('error' in next) return next;
      if (next.done === true) {
        context.onBytes(input.part.size - told);
        return { notes: next.value };
      }
      checker.add(next.value);
      await afterBatch();
      const bytes = Math.min(input.part.size, told + next.value.rows * approximateRowBytes);
      context.onBytes(bytes - told);
      told = bytes;
    }
  } finally {
    await batches.return(undefined);
  }
}

type Batches = ReturnType<typeof readPart>;

async function nextOrError(
  batches: Batches,
  { signal }: TaskContext,
): Promise<Awaited<ReturnType<Batches['next']>> | { readonly error: SerializedError }> {
  try {
    return await batches.next();
  } catch (error) {
    signal.throwIfAborted();
    const serialized = serializeError(error);
    if (accessErrorCodes.has(serialized.code)) throw error;
    return { error: serialized };
  }
}

/** Progress within a part is told by rows; the part's end sets it right. */
const approximateRowBytes = 150;

/** {@link checkPart} for any thread. */
export const checkPartTask: Task<CheckInput, CheckOutput> = {
  module: import.meta.url,
  name: 'checkPart',
  run: checkPart,
};
