import type { ColumnBatch } from '../batch/columns/column-batch.ts';
import { decodeDefaults, type BatchText, type PartSlice } from '../batch/decode-options.ts';
import type { EncodingLoss, LossKind, PartEncoder } from '../batch/part-encoder.ts';
import { BacktestExportError, quoteText } from '../errors.ts';
import { Pause } from '../pause.ts';
import { columnsByField } from '../schema/fields.ts';
import type { ColumnRules } from '../schema/index-columns.ts';
import { inferSchema } from '../schema/infer-schema.ts';
import type { ColumnSchema, TableSchema } from '../schema/schema.ts';
import type { StorageFile } from '../storage/storage.ts';
import { createCsvEncoder, encodeHeader } from './encode.ts';
import { readCsvHeader, type CsvHeader, type InferSchema } from './header.ts';
import { byteOrderMarkAt, lineEndAt } from './line-end.ts';
import { readRecord, type RawRecord } from './read-record.ts';
import { sameBytes } from './same-bytes.ts';
import { boundsOfSlice } from './slice.ts';

/** What {@link CsvTextCheck} reports, and how. */
export interface TextCheckOptions {
  /** How the times of each column are to be spelled; additions made between batches take effect. */
  readonly spellings: ReadonlyMap<string, number>;
  /** Called with everything that the text would lose; it may throw. */
  readonly onLoss: (loss: EncodingLoss) => void;
  /** The file's header, if it has been read. */
  readonly header?: CsvHeader | undefined;
  /** Columns of the file that are left out are not compared. */
  readonly columnRules?: ColumnRules | undefined;
  /** Only a slice of the part; the header belongs to the first. */
  readonly slice?: PartSlice | undefined;
  readonly signal?: AbortSignal | undefined;
}

const lf = 0x0a;
const cr = 0x0d;
/** Bytes examined at a time if there are differences: more than most records have. */
const windowBytes = 1 << 16;
/** Bytes that are compared in about the time of one unit of {@link Pause}. */
const bytesPerUnit = 64;

/** A piece of the file, from where the next record begins. */
interface Window {
  /** If the file ends here without a line end, with a line feed added, so that the last record is complete. */
  readonly bytes: Uint8Array;
  /** How many of the bytes are the file's. */
  readonly length: number;
}

/**
 * Checks whether the text of a CSV part can be restored from its values. Where `decodeCsv` says of a batch that it is
 * spelled as it would be written, nothing more is done. Other batches are encoded again and compared with the file, byte
 * by byte; if they differ, the records are parsed, and each difference is reported with its record, column and byte. That
 * costs one encoding and one more read of the file, from the system's cache or from what was read ahead; many times as much where there are
 * differences. Memory: the text of a batch and of the longest record.
 */
export class CsvTextCheck {
  readonly #file: StorageFile;
  /** The header of the file. */
  readonly header: CsvHeader;
  /** The column of each field of a record; undefined for one that is left out. */
  readonly #columns: readonly (ColumnSchema | undefined)[];
  /** Made when it is first needed. */
  #encoder: PartEncoder | undefined;
  readonly #options: TextCheckOptions;
  #offset = 0;
  #scratch = new Uint8Array(windowBytes + 1);
  readonly #pause: Pause;

  private constructor(file: StorageFile, header: CsvHeader, options: TextCheckOptions) {
    this.#file = file;
    this.header = header;
    this.#columns = columnsByField(header.schema);
    this.#options = options;
    this.#pause = new Pause(options.signal);
  }

  /** Starts with the header. {@link CsvTextCheck.close} also closes the file, and so does a failure here. */
  static async open(file: StorageFile, options: TextCheckOptions): Promise<CsvTextCheck> {
    try {
      const infer: InferSchema = (names, position) => inferSchema(names, position, options.columnRules);
      const header = options.header ?? (await readCsvHeader(file, undefined, infer));
      const check = new CsvTextCheck(file, header, options);
      const { slice } = options;
      if (slice === undefined || slice.from === 0) await check.#compareHeader(header.schema);
      else check.#offset = (await boundsOfSlice(file, slice, header, decodeDefaults.recordLimit)).start;
      return check;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The file, for decoding it too, where all reads share what has come from another machine; undefined elsewhere. */
  get sharedFile(): StorageFile | undefined {
    return this.#file.readAhead === undefined ? undefined : this.#file;
  }

  /** Checks the next batch; it holds all columns, and the batches before it have been checked. */
  async add(batch: ColumnBatch, text?: BatchText): Promise<void> {
    if (text?.asWritten === true && this.#spellsTimesAs(batch)) {
      this.#offset = text.end;
      return;
    }
    this.#encoder ??= await createCsvEncoder(this.header.schema, this.#options);
    const written = this.#encoder.encode(batch);
    const source = await this.#read(written.length);
    if (sameBytes(source, written)) this.#offset += written.length;
    else await this.#compareRecords(written.slice(), batch);
  }

  /** Compares what follows the last record, up to the end of the slice or file. */
  async finish(records: number, end: number = this.#file.size): Promise<void> {
    while (this.#offset < end) {
      const window = await this.#window(windowBytes + this.header.bytes.length);
      const passed = this.#passOver(window, 0, records);
      // every byte that is no record has been decoded as blank or repeated
      if (passed === 0) throw this.#changed();
      this.#offset += passed;
    }
  }

  async close(): Promise<void> {
    this.#encoder?.release();
    await this.#file.close();
  }

  /** Whether each time column of the batch and those before it has one spelling, the one that is to be written. */
  #spellsTimesAs({ columns }: ColumnBatch): boolean {
    for (const [name, column] of columns) {
      if (column.kind !== 'time' || column.spellings === 0) continue;
      if (column.spellings !== this.#options.spellings.get(name)) return false;
    }
    return true;
  }

  async #compareHeader(schema: TableSchema): Promise<void> {
    const written = encodeHeader(schema);
    const { end, byteOrderMark, blankLines, bytes } = this.header;
    this.#offset = end;
    const source = new Uint8Array(end);
    await this.#file.read(source, 0);
    if (sameBytes(source, written)) return;
    if (byteOrderMark) this.#lose('byte-order-mark', 0, 0, 'the file begins with a byte-order mark');
    if (blankLines > 0) this.#lose('blank-lines', 0, 0, 'there is an empty line before the header');
    if (schema.leftOut === undefined && !sameBytes(bytes, written.subarray(0, -1))) {
      this.#lose('header', 0, 0, 'the header has unnecessary quotes');
    } else if (source.at(-1) !== lf || source.at(-2) === cr) {
      this.#lose('header', 0, 0, 'the header line does not end in LF alone');
    }
  }

  /** Record by record: both sides hold the same records, except for what decoding skips. */
  async #compareRecords(written: Uint8Array, batch: ColumnBatch): Promise<void> {
    const usual = Math.max(windowBytes + this.header.bytes.length, 2 * written.length);
    let window = await this.#window(usual);
    let at = 0;
    let record = batch.firstRecord;
    for (let from = 0; from < written.length;) {
      const start = this.#passOver(window, at, record - 1);
      const found = readRecord(window.bytes, start);
      if (found.kind === 'record') {
        const wanted = readRecord(written, from);
        if (wanted.kind !== 'record') throw this.#changed();
        this.#compareRecord(window, start, found, written, wanted, record);
        at = Math.min(found.next, window.length);
        from = wanted.next;
        record++;
        continue;
      }
      // it continues beyond the window: the next one begins with it, or is larger
      this.#offset += start;
      const next = await this.#window(start > 0 ? usual : 2 * window.length);
      if (start === 0 && next.length <= window.length) throw this.#changed();
      window = next;
      at = 0;
    }
    this.#offset += at;
  }

  #compareRecord(
    { bytes: source, length }: Window,
    at: number,
    found: WholeRecord,
    written: Uint8Array,
    wanted: WholeRecord,
    record: number,
  ): void {
    let index = -1;
    for (const [field, column] of this.#columns.entries()) {
      if (column === undefined) continue;
      index++;
      const [left, right] = [fieldText(source, found, field), fieldText(written, wanted, index)];
      if (sameBytes(left, right)) continue;
      const kind = column.kind === 'text' ? 'quotes' : 'spelling';
      const byte = found.fields[field]?.start ?? at;
      this.#lose(kind, record, byte, describeDifference(left, right), { column: column.name });
    }
    if (found.next > length) this.#lose('line-ends', record, found.end, 'the last line has no line end');
    else if (found.next - found.end === 2)
      this.#lose('line-ends', record, found.end, 'the line ends in CR LF, not in LF');
  }

  /** Skips and reports empty lines and headers inside the data; returns where something else begins. */
  #passOver(window: Window, from: number, record: number): number {
    let at = from;
    for (;;) {
      const next = this.#passBlankLines(window, at, record);
      const end = this.#headerEnd(window, next);
      if (end > next) this.#lose('repeated-headers', record, next, 'a header inside the data is not kept');
      else return next;
      at = end;
    }
  }

  /** The end of the empty lines that begin at a position; all of them are reported at once. */
  #passBlankLines({ bytes, length }: Window, from: number, record: number): number {
    let at = from;
    let lines = 0;
    while (at < length) {
      const lineEnd = lineEndAt(bytes, at);
      if (lineEnd === 0) break;
      at += lineEnd;
      lines++;
    }
    if (lines > 0) this.#lose('blank-lines', record, from, 'an empty line is not kept', { times: lines });
    return Math.min(at, length);
  }

  /** The end of a header that begins at a position, including its line end; the same position if there is none. */
  #headerEnd({ bytes: source, length }: Window, at: number): number {
    const { bytes } = this.header;
    const end = at + byteOrderMarkAt(source, at) + bytes.length;
    const lineEnd = lineEndAt(source, end);
    if (lineEnd === 0 || !sameBytes(source.subarray(end - bytes.length, end), bytes)) return at;
    return Math.min(end + lineEnd, length);
  }

  #lose(
    kind: LossKind,
    record: number,
    at: number,
    reason: string,
    more: Pick<EncodingLoss, 'column' | 'times'> = {},
  ): void {
    const byte = kind === 'header' || kind === 'byte-order-mark' ? at : this.#offset + at;
    this.#options.onLoss({ kind, record, byte, reason, ...more });
  }

  /** At least `length` bytes from where the next record begins, or all that are left. */
  async #window(length: number): Promise<Window> {
    const source = await this.#read(length);
    if (this.#offset + source.length < this.#file.size || source.at(-1) === lf) {
      return { bytes: source, length: source.length };
    }
    this.#scratch[source.length] = lf;
    return { bytes: this.#scratch.subarray(0, source.length + 1), length: source.length };
  }

  /** Bytes from where the next record begins, as a view from the start of a buffer. */
  async #read(length: number): Promise<Uint8Array> {
    if (this.#pause.isDue(Math.ceil(length / bytesPerUnit))) await this.#pause.take();
    const wanted = Math.min(length, this.#file.size - this.#offset);
    if (this.#scratch.length <= wanted) this.#scratch = new Uint8Array(Math.max(wanted + 1, 2 * this.#scratch.length));
    const target = this.#scratch.subarray(0, wanted);
    return target.subarray(0, await this.#file.read(target, this.#offset));
  }

  #changed(): BacktestExportError {
    const problem = 'the file changed while it was being read';
    const position = { file: this.#file.path, byte: this.#offset };
    return new BacktestExportError('FILE_CHANGED', problem, { position });
  }
}

type WholeRecord = Extract<RawRecord, { kind: 'record' }>;

/** A field as in the file, including its quotes. */
function fieldText(bytes: Uint8Array, record: WholeRecord, index: number): Uint8Array {
  const next = record.fields[index + 1]?.start;
  return bytes.subarray(record.fields[index]?.start ?? record.end, next === undefined ? record.end : next - 1);
}

function describeDifference(found: Uint8Array, written: Uint8Array): string {
  const decoder = new TextDecoder();
  return `${quoteText(decoder.decode(found))} would be written as ${quoteText(decoder.decode(written))}`;
}
