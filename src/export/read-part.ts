import type { ColumnBatch } from '../batch/column-batch.ts';
import { decodeCsvDialect } from '../csv/decode-dialect.ts';
import { decodeCsv } from '../csv/decode.ts';
import type { DecodeOptions, PartNotes } from '../batch/decode-options.ts';
import { BacktestExportError } from '../errors.ts';
import { decodeParquet } from '../parquet/read/decode.ts';
import { Pause } from '../pause.ts';
import { assertSameColumns } from '../schema/same-columns.ts';
import type { TableSchema } from '../schema/schema.ts';
import type { Storage, StorageFile } from '../storage/storage.ts';
import { withSignal } from '../storage/with-signal.ts';
import type { PartFile } from './export-catalog.ts';

/** What every part of a table must agree with: the schema of its first part. */
export interface ExpectedSchema {
  readonly schema: TableSchema;
  /** The part that the schema was read from. */
  readonly file: string;
}

/**
 * Decodes one part of a table in its format; the file is open only while somebody reads. A CSV part of zero bytes has
 * no rows (many real ones are so); as Parquet it is no file at all and refused.
 * `onSchema` is told the part's own columns, in its own order, before the first batch.
 *
 * @throws what decoding throws; `SCHEMA_CONFLICT`; `FILE_CHANGED` when it is not the file that was listed.
 */
export async function* readPart(
  storage: Storage,
  part: PartFile,
  expected: ExpectedSchema,
  options: DecodeOptions,
  onSchema: (schema: TableSchema) => void = () => undefined,
): AsyncGenerator<ColumnBatch, PartNotes | undefined, undefined> {
  if (part.size === 0 && part.format === 'CSV') return undefined;
  const { signal } = options;
  const file = await withSignal(storage, signal).open(part.path);
  const cancel = (): void => file.cancel?.();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    if (file.version !== part.version) {
      const problem = 'the file has changed since the folder was listed';
      throw new BacktestExportError('FILE_CHANGED', problem, { position: { file: part.path } });
    }
    if (file.size !== part.size) {
      const problem = `expected the ${part.size} bytes that were listed, found ${file.size}`;
      throw new BacktestExportError('FILE_CHANGED', problem, { position: { file: part.path } });
    }
    const check = (schema: TableSchema): void => {
      assertSameColumns(expected.schema, expected.file, schema, part.path);
      onSchema(schema);
    };
    return yield* giveWay(openDecoder(file, part, options, check), signal);
  } catch (error) {
    // a read that was cancelled has an error of its own
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', cancel);
    await file.close();
  }
}

type Batches = AsyncGenerator<ColumnBatch, PartNotes, undefined>;

function openDecoder(
  file: StorageFile,
  part: PartFile,
  options: DecodeOptions,
  check: (schema: TableSchema) => void,
): Batches {
  if (part.format === 'PARQUET') return decodeParquet(file, options, check);
  const { dialect } = options;
  return dialect === undefined
    ? decodeCsv(file, options, check)
    : decodeCsvDialect(file, { ...options, dialect }, check);
}

/** The same batches. Between two of them whoever waits has a turn, also where they come from memory. */
async function* giveWay(batches: Batches, signal: AbortSignal | undefined): Batches {
  const pause = new Pause(signal);
  try {
    for (;;) {
      const next = await batches.next();
      if (next.done === true) return next.value;
      yield next.value;
      if (pause.isDue(next.value.rows)) await pause.take();
    }
  } finally {
    // ends the decoder where the reader has had enough; nobody sees what it then returns
    await batches.return(undefined as never);
  }
}
