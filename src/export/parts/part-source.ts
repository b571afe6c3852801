import type { ColumnBatch } from '../../batch/columns/column-batch.ts';
import type { BatchText, DecodeOptions, PartDecode, PartNotes, PartSlice } from '../../batch/decode-options.ts';
import { decodeCsv } from '../../csv/decode.ts';
import { recordsEnd } from '../../csv/input.ts';
import { BacktestExportError } from '../../errors.ts';
import type { ExportFormat } from '../../naming/part-extension.ts';
import { onAbort } from '../../on-abort.ts';
import { Pause } from '../../pause.ts';
import { assertSameColumns } from '../../schema/same-columns.ts';
import type { TableSchema } from '../../schema/schema.ts';
import { openTransferred } from '../../storage/open-storage.ts';
import { refusalOf } from '../../storage/refusal-of.ts';
import type { Storage, StorageFile, StorageTransfer } from '../../storage/storage.ts';
import { withSignal } from '../../storage/with-signal.ts';
import type { PartFile } from '../entries/export-catalog.ts';
import type { PartHead } from './part-head.ts';

/** What every part of a table must agree with: the schema of its first part. */
export interface ExpectedSchema {
  readonly schema: TableSchema;
  /** The part that the schema was read from. */
  readonly file: string;
}

/** One part of a table and everything needed to read it. Plain data, except for a storage that cannot change threads. */
export interface PartSource {
  /** The storage, or what another thread needs to open it. */
  readonly storage: Storage | StorageTransfer;
  readonly part: PartFile;
  readonly expected: ExpectedSchema;
  readonly decode: PartDecode;
  /** Its header or footer, if planning has read it. */
  readonly head?: PartHead | undefined;
  /** Set where only a slice is to be read; see `SliceChain`. */
  readonly slice?: PartSlice | undefined;
}

/** The bytes that reading a source takes, about. */
export function bytesOf({ part, slice }: PartSource): number {
  return slice === undefined ? part.size : Math.max(0, slice.to - slice.from);
}

/** The same part, but header lines inside the data are skipped and counted. */
export function skipHeaders(source: PartSource): PartSource {
  return { ...source, decode: { ...source.decode, repeatedHeaders: 'skip' } };
}

/** How a part is read. */
export interface PartReading {
  /** Columns to decode, by name; all of the part's by default, in its own order. */
  readonly columns?: readonly string[] | undefined;
  /** Rows in a batch at most; 2,048 by default. */
  readonly batchRows?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether reading ends with the first rows, so that nothing is worth reading ahead. */
  readonly beginning?: boolean | undefined;
  /** The part, if it is open; it stays open. By default it is opened, and closed at the end. */
  readonly file?: StorageFile | undefined;
  /** See `DecodeOptions`. */
  readonly onText?: ((text: BatchText) => void) | undefined;
  /** See `TaskContext`. */
  readonly takeRoom?: ((bytes: number) => Promise<void>) | undefined;
  /** Receives the bytes read since the last call: estimated from rows, corrected at the end of the part. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Receives the part's own columns, in its own order, before the first batch. */
  readonly onSchema?: ((schema: TableSchema) => void) | undefined;
  /** Receives the notes after the last batch; not called for a part of zero bytes. */
  readonly onNotes?: ((notes: PartNotes) => unknown) | undefined;
}

/** Bytes of a CSV row, about: enough for progress within a part. */
const approximateRowBytes = 150;

/**
 * Decodes one part of a table in its format, on any thread; the file is open only while it is read. Each batch is valid
 * until the next one is requested. A CSV part of zero bytes has no rows (many real parts are empty); a Parquet part of
 * zero bytes is refused.
 *
 * @throws what decoding throws; `SCHEMA_CONFLICT`; `FILE_CHANGED` if it is not the file that was listed; the signal's
 * reason.
 */
export async function* readPart(
  source: PartSource,
  reading: PartReading = {},
): AsyncGenerator<ColumnBatch, void, undefined> {
  const { part, expected, decode, head, slice } = source;
  const { signal, onBytes, onSchema, file: opened, beginning: _, takeRoom, ...asked } = reading;
  let left = bytesOf(source);
  const tell = (bytes: number): void => {
    left -= bytes;
    onBytes?.(bytes);
  };
  if (part.size === 0 && part.format === 'CSV') return;
  const file = opened ?? (await openPart(source, reading));
  const forget = signal && onAbort(signal, () => file.cancel?.());
  try {
    await takeRoom?.(bytesOf(source));
    const check = (schema: TableSchema): void => {
      assertSameColumns(expected.schema, expected.file, schema, part.path);
      onSchema?.(schema);
    };
    for await (const batch of readFile(file, part.format, { ...decode, ...asked, slice, signal, check, head })) {
      const { rows } = batch;
      yield batch;
      tell(Math.min(left, rows * approximateRowBytes));
    }
    tell(left);
  } catch (error) {
    // a read that was cancelled has an error of its own
    signal?.throwIfAborted();
    throw error;
  } finally {
    forget?.();
    if (opened === undefined) await file.close();
  }
}

/**
 * Opens a part, and announces to a storage on another machine what will be read of it: it then begins to send.
 * @throws `FILE_CHANGED` if it is not the file that was listed; what opening throws
 */
export async function openPart(
  source: PartSource,
  { signal, columns, beginning = false }: Pick<PartReading, 'signal' | 'columns' | 'beginning'>,
): Promise<StorageFile> {
  const { storage, part } = source;
  const slice = beginning ? { from: 0, to: firstRows } : source.slice;
  const file = await withSignal(openTransferred(storage), signal).open(part.path, part);
  announce(file, part.format, { slice, columns });
  if (file.version === part.version && file.size === part.size) return file;
  await file.close();
  const problem =
    file.version === part.version
      ? `expected the ${part.size} bytes that were listed, found ${file.size}`
      : 'the file has changed since the folder was listed';
  throw new BacktestExportError('FILE_CHANGED', problem, { position: { file: part.path } });
}

/** How an open file is decoded. */
export interface FileReading extends DecodeOptions, Pick<PartReading, 'onNotes'> {
  /** Receives the file's own columns before the first batch; may throw. */
  readonly check?: (schema: TableSchema) => void;
  /** The file's header or footer, if it has been read. */
  readonly head?: PartHead | undefined;
}

/** Decodes an open file, and says so if it changed meanwhile. Between two batches the event loop gets a turn, even if they come from memory. */
export async function* readFile(
  file: StorageFile,
  format: ExportFormat,
  { onNotes, ...options }: FileReading,
): AsyncGenerator<ColumnBatch, void, undefined> {
  announce(file, format, options);
  const pause = new Pause(options.signal);
  try {
    for await (const batch of handOver(await openDecoder(file, format, options), onNotes)) {
      const { rows } = batch;
      yield batch;
      if (pause.isDue(rows)) await pause.take();
    }
  } catch (error) {
    throw await refusalOf(file, error);
  }
}

/** Bytes of CSV that hold its first rows, in two of the pieces in which it is decoded. */
const firstRows = 1024 * 1024 - recordsEnd - 1;

/** A Parquet file of up to so many bytes comes whole, if all its columns are read. */
const wholeParquet = 8 * 1024 * 1024;

/** Of CSV the whole file or the slice is read, with the record that goes beyond it; of Parquet ranges that only its footer tells. */
function announce(
  file: StorageFile,
  format: ExportFormat,
  { slice, columns }: Pick<DecodeOptions, 'slice' | 'columns'>,
): void {
  if (format === 'PARQUET') {
    if (file.size <= wholeParquet && slice === undefined && columns === undefined) file.readAhead?.();
  } else file.readAhead?.(slice && { from: slice.from, to: slice.to + 1 + recordsEnd });
}

type Batches = AsyncGenerator<ColumnBatch, PartNotes, undefined>;

async function* handOver(batches: Batches, onNotes: PartReading['onNotes']): AsyncGenerator<ColumnBatch, void> {
  const notes = yield* batches;
  onNotes?.(notes);
}

/** Imports only the decoder that the file needs; Forecast's own CSV is always there. */
async function openDecoder(
  file: StorageFile,
  format: ExportFormat,
  { check, head, ...options }: FileReading,
): Promise<Batches> {
  if (format === 'PARQUET') {
    const { decodeParquet } = await import('../../parquet/read/decode.ts');
    return decodeParquet(file, options, check, head?.footer);
  }
  const { dialect } = options;
  if (dialect === undefined) return decodeCsv(file, options, check, head?.header);
  const { decodeCsvDialect } = await import('../../csv/decode-dialect.ts');
  return decodeCsvDialect(file, { ...options, dialect }, check);
}
