import type { ColumnBatch } from '../batch/column-batch.ts';
import type { EncodingLoss, LossKind, PartEncoder } from '../batch/part-encoder.ts';
import { BacktestExportError, quoteText } from '../errors.ts';
import { columnsByField } from '../schema/fields.ts';
import type { ColumnRules } from '../schema/index-columns.ts';
import { inferSchema } from '../schema/infer-schema.ts';
import type { ColumnSchema, TableSchema } from '../schema/schema.ts';
import type { StorageFile } from '../storage/storage.ts';
import { createCsvEncoder, encodeHeader } from './encode.ts';
import { readCsvHeader, type CsvHeader } from './header.ts';
import { readRecord, type RawRecord } from './read-record.ts';
import { sameBytes } from './same-bytes.ts';

/** What {@link CsvTextCheck} tells, and how. */
export interface TextCheckOptions {
  /** How the times of each column are to be spelled; what is added while batches come is heeded. */
  readonly spellings: ReadonlyMap<string, number>;
  /** Told of everything that the text would lose; it may throw. */
  readonly onLoss: (loss: EncodingLoss) => void;
  /** Columns of the file that are left out are not compared. */
  readonly columnRules?: ColumnRules;
}

const lf = 0x0a;
const cr = 0x0d;

/**
 * Tells whether the text of a CSV part can be restored from its values: what `decodeCsv` reads of it is written anew and
 * compared with the file, byte by byte. Where they differ the records are taken apart, and each difference is told with
 * its record, column and byte. Costs one encoding and one more read of the file, from the system's cache; many times as
 * much for batches with differences.
 */
export class CsvTextCheck {
  readonly #file: StorageFile;
  readonly #header: CsvHeader;
  /** By field of the file's records. */
  readonly #columns: readonly (ColumnSchema | undefined)[];
  readonly #encoder: PartEncoder;
  readonly #options: TextCheckOptions;
  #offset = 0;
  #scratch = new Uint8Array(1 << 16);

  private constructor(file: StorageFile, header: CsvHeader, encoder: PartEncoder, options: TextCheckOptions) {
    this.#file = file;
    this.#header = header;
    this.#columns = columnsByField(header.schema);
    this.#encoder = encoder;
    this.#options = options;
  }

  /** Starts with the header. Call {@link CsvTextCheck.release} in the end. */
  static async open(file: StorageFile, options: TextCheckOptions): Promise<CsvTextCheck> {
    const header = await readCsvHeader(file, undefined, (names, position) =>
      inferSchema(names, position, options.columnRules),
    );
    const check = new CsvTextCheck(file, header, await createCsvEncoder(header.schema, options), options);
    try {
      await check.#compareHeader(header.schema);
    } catch (error) {
      check.release();
      throw error;
    }
    return check;
  }

  /** Compares the next batch; it holds all columns, and the batches before it have been compared. */
  async add(batch: ColumnBatch): Promise<void> {
    const written = this.#encoder.encode(batch);
    const source = await this.#read(written.length);
    if (sameBytes(source, written)) this.#offset += written.length;
    else await this.#compareRecords(written.slice(), batch);
  }

  /** Compares what stands behind the last record. */
  async finish(records: number): Promise<void> {
    const rest = await this.#read(this.#file.size - this.#offset);
    let at = 0;
    while (at < rest.length) {
      const next = this.#passOver(rest, at, records);
      // every byte that is no record has been decoded as blank or repeated
      if (next === at) throw this.#changed();
      at = next;
    }
  }

  release(): void {
    this.#encoder.release();
  }

  async #compareHeader(schema: TableSchema): Promise<void> {
    const written = encodeHeader(schema);
    const { end, byteOrderMark, blankLines, bytes } = this.#header;
    this.#offset = end;
    const source = new Uint8Array(end);
    await this.#file.read(source, 0);
    if (sameBytes(source, written)) return;
    if (byteOrderMark) this.#lose('byte-order-mark', 0, 0, 'the file begins with a byte-order mark');
    if (blankLines > 0) this.#lose('blank-lines', 0, 0, 'there is an empty line before the header');
    if (schema.leftOut === undefined && !sameBytes(bytes, written.subarray(0, -1))) {
      this.#lose('header', 0, 0, 'the header has quotes that it does not need');
    } else if (source.at(-1) !== lf || source.at(-2) === cr) {
      this.#lose('header', 0, 0, 'the header does not end in a line feed alone');
    }
  }

  /** Record by record: both sides hold the same records, apart from what decoding passes over. */
  async #compareRecords(written: Uint8Array, batch: ColumnBatch): Promise<void> {
    let source = await this.#read(2 * written.length);
    let at = 0;
    let record = batch.firstRecord;
    for (let from = 0; from < written.length;) {
      const passed = this.#passOver(source, at, record - 1);
      if (passed !== at) {
        at = passed;
        continue;
      }
      const found = this.#recordAt(source, at, source.length === this.#file.size - this.#offset);
      if (found === undefined) {
        const longer = await this.#read(Math.max(2 * source.length, written.length));
        if (longer.length === source.length) throw this.#changed();
        source = longer;
        continue;
      }
      const wanted = readRecord(written, from);
      if (wanted.kind !== 'record') throw this.#changed();
      this.#compareRecord(source, at, found, written, wanted, record);
      at = Math.min(found.next, source.length);
      from = wanted.next;
      record++;
    }
    this.#offset += at;
  }

  /** The record at a place, also one without a line end when the file ends there; undefined when it goes on further. */
  #recordAt(source: Uint8Array, at: number, last: boolean): WholeRecord | undefined {
    const found = readRecord(source, at);
    if (found.kind === 'record') return found;
    if (!last) return undefined;
    const ended = new Uint8Array(source.length + 1);
    ended.set(source);
    ended[source.length] = lf;
    const record = readRecord(ended, at);
    return record.kind === 'record' ? record : undefined;
  }

  #compareRecord(
    source: Uint8Array,
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
      this.#lose(kind, record, byte, describeDifference(left, right), column.name);
    }
    if (found.next > source.length) this.#lose('line-ends', record, found.end, 'the last line has no line end');
    else if (found.next - found.end === 2)
      this.#lose('line-ends', record, found.end, 'the line ends in CR LF, not in LF');
  }

  /** Passes over an empty line or a header inside the data, and tells of it. */
  #passOver(source: Uint8Array, at: number, record: number): number {
    const blank = source[at] === lf ? 1 : source[at] === cr && source[at + 1] === lf ? 2 : 0;
    if (blank > 0) {
      this.#lose('blank-lines', record, at, 'an empty line is not kept');
      return at + blank;
    }
    const { bytes } = this.#header;
    const end = at + bytes.length;
    if (!sameBytes(source.subarray(at, end), bytes)) return at;
    const lineEnd = source[end] === cr ? 2 : 1;
    if (end < source.length && source[end + lineEnd - 1] !== lf) return at;
    this.#lose('repeated-headers', record, at, 'a header inside the data is not kept');
    return Math.min(end + lineEnd, source.length);
  }

  #lose(kind: LossKind, record: number, at: number, reason: string, column?: string): void {
    const byte = kind === 'header' || kind === 'byte-order-mark' ? at : this.#offset + at;
    this.#options.onLoss({ kind, record, byte, reason, ...(column === undefined ? {} : { column }) });
  }

  /** Bytes from where the next record begins, as a view from the start of a buffer. */
  async #read(length: number): Promise<Uint8Array> {
    const wanted = Math.min(length, this.#file.size - this.#offset);
    if (this.#scratch.length < wanted) this.#scratch = new Uint8Array(Math.max(wanted, 2 * this.#scratch.length));
    const target = this.#scratch.subarray(0, wanted);
    return target.subarray(0, await this.#file.read(target, this.#offset));
  }

  #changed(): BacktestExportError {
    const problem = 'the file is not what was decoded of it a moment ago';
    return new BacktestExportError('FILE_CHANGED', problem, {
      position: { file: this.#file.path, byte: this.#offset },
    });
  }
}

type WholeRecord = Extract<RawRecord, { kind: 'record' }>;

/** A field as it stands, quotes and all. */
function fieldText(bytes: Uint8Array, record: WholeRecord, index: number): Uint8Array {
  const next = record.fields[index + 1]?.start;
  return bytes.subarray(record.fields[index]?.start ?? record.end, next === undefined ? record.end : next - 1);
}

function describeDifference(found: Uint8Array, written: Uint8Array): string {
  const decoder = new TextDecoder();
  return `${quoteText(decoder.decode(found))} would be written as ${quoteText(decoder.decode(written))}`;
}
