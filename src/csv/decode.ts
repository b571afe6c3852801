import type { ColumnBatch } from '../batch/columns/column-batch.ts';
import { kernelFailed } from '../batch/kernel-errors.ts';
import { BacktestExportError, quoteText } from '../errors.ts';
import { given } from '../given.ts';
import { fieldsOf } from '../schema/fields.ts';
import { inferSchema } from '../schema/infer-schema.ts';
import type { TableSchema } from '../schema/schema.ts';
import type { StorageFile } from '../storage/storage.ts';
import { BatchViewer } from './batch-view.ts';
import { headerRepeated, readCsvHeader, type CsvHeader, type InferSchema } from './header.ts';
import { roundHardNumbers, type OverflowingNumber } from './hard-numbers.ts';
import { CsvInput } from './input.ts';
import { boundsOfSlice, type SliceBounds } from './slice.ts';
import { judgeRecord } from './judge-record.ts';
import { byteOrderMarkAt, lineEndAt, lineEndNames } from './line-end.ts';
import {
  clearDictionaries,
  planDecodeRegions,
  spellingsFound,
  writeDescriptors,
  type DecodeNeeds,
  type DecodeRegions,
} from './kernel/decode-regions.ts';
import { csvKernels, type CsvKernel } from './kernel/kernel.ts';
import { map } from './kernel/map.generated.ts';
import {
  decodeDefaults,
  mostHeaderRecords,
  type BatchText,
  type DecodeOptions,
  type PartNotes,
  type SliceSpan,
} from '../batch/decode-options.ts';

/**
 * Decodes one CSV part in Forecast's own dialect, batch by batch, in memory that does not depend on the file's size.
 * `check` receives the part's schema before the first row. `known` is the part's header, if it has been read before. A
 * batch is valid until the next is requested; nothing happens before the first request. Returns the notes on the part.
 *
 * @throws what `docs/errors.md` lists under CSV text and Values, with file, record, line, column and byte;
 * `FILE_CHANGED` if the file has changed by the end; the signal's reason if it is aborted.
 */
export async function* decodeCsv(
  file: StorageFile,
  options: DecodeOptions = {},
  check: (schema: TableSchema) => void = () => undefined,
  known?: CsvHeader,
): AsyncGenerator<ColumnBatch, PartNotes, undefined> {
  options.signal?.throwIfAborted();
  const recordLimit = options.recordLimit ?? decodeDefaults.recordLimit;
  const infer: InferSchema = (names, position) => inferSchema(names, position, options.columnRules);
  const header = known ?? (await readCsvHeader(file, recordLimit, infer));
  check(header.schema);
  const slice = options.slice ?? { from: 0, to: file.size };
  const bounds = await boundsOfSlice(file, slice, header, recordLimit);
  const order = options.columns ?? header.schema.columns.map((column) => column.name);
  const needs: DecodeNeeds = {
    fields: fieldsOf(header.schema),
    wanted: new Set(order),
    batchRows: options.batchRows ?? decodeDefaults.batchRows,
    chunkBytes: options.chunkBytes ?? decodeDefaults.chunkBytes,
    recordLimit,
    headerBytes: header.bytes.length,
    checkSpelling: options.onText !== undefined,
  };
  const regions = planDecodeRegions(needs);
  const kernel = csvKernels.acquire(regions.size);
  const run = new PartRun(file, kernel, regions, needs, header, options, bounds);
  try {
    const viewer = new BatchViewer(kernel, regions, order, needs.batchRows);
    while (await run.fill()) {
      options.onText?.(run.text());
      yield viewer.batch(run.takeRows(), run.firstRecord);
    }
    await file.assertUnchanged();
    return run.notes();
  } finally {
    await run.input.settle();
    if (!run.trapped) csvKernels.release(kernel);
  }
}

const lineFeed = 0x0a;

/** The state of decoding one part. */
class PartRun {
  readonly input: CsvInput;
  trapped = false;
  firstRecord = 1;
  #records = 0;
  #repeatedHeaders = 0;
  readonly #headerRecords: number[] = [];
  #filled = false;
  #hardListWasFull = false;

  readonly #file: StorageFile;
  readonly #kernel: CsvKernel;
  readonly #regions: DecodeRegions;
  readonly #needs: DecodeNeeds;
  readonly #header: CsvHeader;
  readonly #options: DecodeOptions;
  readonly #view: DataView;
  readonly #start: number;
  #done: boolean;
  /** Whether the record in progress is the last of the slice. */
  #closing = false;

  constructor(
    file: StorageFile,
    kernel: CsvKernel,
    regions: DecodeRegions,
    needs: DecodeNeeds,
    header: CsvHeader,
    options: DecodeOptions,
    bounds: SliceBounds,
  ) {
    this.#file = file;
    this.#kernel = kernel;
    this.#regions = regions;
    this.#needs = needs;
    this.#header = header;
    this.#options = options;
    this.input = new CsvInput(file, kernel.memory, regions, needs.chunkBytes, bounds);
    this.#start = bounds.start;
    this.#done = bounds.start >= bounds.limit;
    writeDescriptors(kernel.memory, regions, needs, header.bytes);
    this.#view = new DataView(kernel.memory.buffer);
  }

  /** Decodes until the outputs are full or the file or slice ends; returns whether there are rows. */
  async fill(): Promise<boolean> {
    this.#options.signal?.throwIfAborted();
    if (this.#done) return false;
    if (this.#filled) this.#startBatch();
    this.#filled = true;
    while (true) {
      const answer = this.#decode();
      const position = this.#get(map.POSITION);
      if (answer === map.OUTPUT_FULL) {
        this.#done = this.#closing;
        return true;
      }
      if (answer === map.HEADER_ROW) {
        this.#passHeader(position);
        this.#done = this.#closing;
        if (!this.#done) continue;
        return false;
      }
      if (answer === map.NEEDS_INPUT && this.input.exhausted) {
        this.#done = true;
        return this.#get(map.ROWS) > 0;
      }
      if (answer === map.BAD_ROW) {
        if (this.#hardListWasFull) continue; // there is room now: the row is tried again
        this.#judge(position);
        if (this.input.exhausted && !this.#continueSlice()) return true;
      }
      await this.#nextChunk(position);
    }
  }

  /**
   * Lets the record at which the slice ends be read to its end, in a batch of its own, so that nothing after it is read.
   * Returns false where rows before it must be taken first.
   */
  #continueSlice(): boolean {
    if (this.#get(map.ROWS) > 0) return false;
    this.#closing = true;
    this.#put(map.CAPACITY, 1);
    this.input.extend();
    return true;
  }

  /** The number of rows in the current batch, which from now on count as read. */
  takeRows(): number {
    const rows = this.#get(map.ROWS);
    this.firstRecord = this.#records + 1;
    this.#records += rows;
    return rows;
  }

  /** What the text of the current batch is like. */
  text(): BatchText {
    const asWritten = this.#get(map.RESPELLED) === 0 && !(this.input.final && this.input.unterminated);
    return { asWritten, end: this.input.byteAt(this.#get(map.POSITION)) };
  }

  notes(): PartNotes {
    const slice = this.#options.slice;
    const first = slice === undefined || slice.from === 0;
    return {
      file: this.#file.path,
      schema: this.#header.schema,
      records: this.#records,
      bytes: this.#file.size,
      blankLines: this.#get(map.BLANK_LINES) + (first ? this.#header.blankLines : 0),
      repeatedHeaders: this.#repeatedHeaders,
      ...(this.#headerRecords.length === 0 ? {} : { headerRecords: this.#headerRecords }),
      unterminatedLastRow: this.input.unterminated,
      byteOrderMark: this.#header.byteOrderMark,
      lineEnds: lineEndNames[this.#get(map.LINE_ENDS)] ?? 'mixed',
      timeSpellings: spellingsFound(this.#view, this.#regions),
      ...(slice === undefined ? {} : { slice: this.#span() }),
    };
  }

  /** Where the slice really was. */
  #span(): SliceSpan {
    const end = this.input.end === 0 ? this.#start : this.input.byteAt(this.#get(map.POSITION));
    return { start: this.#start, end: Math.min(end, this.#file.size) };
  }

  #decode(): number {
    let answer: number;
    try {
      answer = this.#kernel.decode();
    } catch (error) {
      this.trapped = true;
      throw kernelFailed('the CSV kernel', this.#file.path, error);
    }
    this.#hardListWasFull = this.#get(map.HARD_COUNT) === this.#regions.hardCapacity;
    const overflow = roundHardNumbers(this.#view, this.#regions.hard);
    if (overflow !== undefined) throw this.#overflow(overflow);
    return answer;
  }

  /** The error for a number out of range in a row that has been read; its line is counted back from the kernel's position. */
  #overflow({ text, start, row, field }: OverflowingNumber): BacktestExportError {
    const stop = this.#get(map.POSITION);
    const passed = new Uint8Array(this.#view.buffer, start, stop - start).filter((byte) => byte === lineFeed).length;
    const column = this.#needs.fields[field]?.name;
    const place = { ...this.#place(stop), record: this.#records + row + 1, byte: this.input.byteAt(start) };
    const position = { ...place, line: place.line - passed, ...given({ column }) };
    return new BacktestExportError('NUMBER_OVERFLOW', `${quoteText(text)} is out of range for a double`, { position });
  }

  /** Throws what is wrong with the record at `position`; returns if the record only continues in the next chunk. */
  #judge(position: number): void {
    const bytes = new Uint8Array(this.#view.buffer, position, this.input.end - position);
    // so ends nearly every chunk; whatever else is wrong with the record will still be when it is whole
    if (!this.input.final && bytes.length < this.#needs.recordLimit && !bytes.includes(lineFeed)) return;
    const error = judgeRecord({
      bytes,
      fields: this.#needs.fields,
      wanted: this.#needs.wanted,
      final: this.input.final,
      unterminated: this.input.unterminated,
      recordLimit: this.#needs.recordLimit,
      ...this.#place(position),
    });
    if (error !== undefined) throw error;
  }

  #passHeader(position: number): void {
    if (this.#options.repeatedHeaders !== 'skip') throw headerRepeated(this.#place(position));
    this.#repeatedHeaders++;
    if (this.#headerRecords.length < mostHeaderRecords) {
      this.#headerRecords.push(this.#records + this.#get(map.ROWS));
    }
    const bytes = new Uint8Array(this.#view.buffer);
    const end = position + byteOrderMarkAt(bytes, position) + this.#header.bytes.length;
    this.#put(map.POSITION, end + lineEndAt(bytes, end));
    this.#put(map.RESPELLED, 1);
  }

  #place(position: number): { file: string; record: number; line: number; byte: number } {
    const rows = this.#records + this.#get(map.ROWS);
    const headerLines = this.#header.lines - this.#header.blankLines;
    const others = this.#get(map.BLANK_LINES) + this.#get(map.QUOTED_BREAKS) + this.#repeatedHeaders * headerLines;
    const line = this.#header.lines + rows + others + 1;
    return { file: this.#file.path, record: rows + 1, line, byte: this.input.byteAt(position) };
  }

  async #nextChunk(position: number): Promise<void> {
    this.#options.signal?.throwIfAborted();
    await this.input.next(position);
    this.#put(map.POSITION, this.input.start);
    this.#put(map.END, this.input.end);
    this.#put(map.ADDED_END, this.input.unterminated ? this.input.end : 0);
  }

  #startBatch(): void {
    this.#put(map.ROWS, 0);
    this.#put(map.RESPELLED, 0);
    clearDictionaries(this.#kernel.memory, this.#regions);
  }

  #get(address: number): number {
    return this.#view.getUint32(address, true);
  }

  #put(address: number, value: number): void {
    this.#view.setUint32(address, value, true);
  }
}
