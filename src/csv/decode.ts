import type { ColumnBatch } from '../batch/column-batch.ts';
import { kernelFailed } from '../batch/kernel-errors.ts';
import { BacktestExportError, quoteText } from '../errors.ts';
import { given } from '../given.ts';
import { fieldsOf } from '../schema/fields.ts';
import { inferSchema } from '../schema/infer-schema.ts';
import type { TableSchema } from '../schema/schema.ts';
import type { StorageFile } from '../storage/storage.ts';
import { BatchViewer } from './batch-view.ts';
import { readCsvHeader, type CsvHeader, type InferSchema } from './header.ts';
import { CsvInput } from './input.ts';
import { judgeRecord } from './judge-record.ts';
import { byteOrderMarkAt, lineEndAt } from './line-end.ts';
import { acquireKernel, at, member, releaseKernel, status, type Kernel } from './kernel/kernel.ts';
import { clearDictionaries, planLayout, writeLayout, type KernelLayout, type LayoutNeeds } from './kernel/layout.ts';
import { decodeDefaults, mostHeaderRecords, type DecodeOptions, type PartNotes } from '../batch/decode-options.ts';

/**
 * Decodes one CSV part in Forecast's own dialect, batch by batch, in memory that does not depend on the file's size.
 * `check` sees the part's schema before the first row; `infer` makes it of the header, where the text is no export's. A batch is valid until the next is asked for; nothing happens
 * before the first is. The generator's return value says what else was met.
 *
 * @throws what `docs/errors.md` lists under CSV text and Values, with file, record, line, column and byte;
 * `FILE_CHANGED` when the file is another at the end; the signal's reason when it is aborted.
 */
export async function* decodeCsv(
  file: StorageFile,
  options: DecodeOptions = {},
  check: (schema: TableSchema) => void = () => undefined,
  infer: InferSchema = (names, position) => inferSchema(names, position, options.columnRules),
): AsyncGenerator<ColumnBatch, PartNotes, undefined> {
  options.signal?.throwIfAborted();
  const recordLimit = options.recordLimit ?? decodeDefaults.recordLimit;
  const header = await readCsvHeader(file, recordLimit, infer);
  check(header.schema);
  const order = options.columns ?? header.schema.columns.map((column) => column.name);
  const needs: LayoutNeeds = {
    fields: fieldsOf(header.schema),
    wanted: new Set(order),
    batchRows: options.batchRows ?? decodeDefaults.batchRows,
    chunkBytes: options.chunkBytes ?? decodeDefaults.chunkBytes,
    recordLimit,
    headerBytes: header.bytes.length,
  };
  const layout = planLayout(needs);
  const kernel = await acquireKernel(layout.size);
  const run = new PartRun(file, kernel, layout, needs, header, options);
  try {
    const viewer = new BatchViewer(kernel, layout, order, needs.batchRows);
    while (await run.fill()) yield viewer.batch(run.takeRows(), run.firstRecord);
    await file.assertUnchanged();
    return run.notes();
  } finally {
    await run.input.settle();
    if (!run.trapped) releaseKernel(kernel);
  }
}

/** Of numbers, so of ASCII: a view of the kernel's memory as text, however long. */
const asciiDecoder = new TextDecoder('latin1');
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
  readonly #kernel: Kernel;
  readonly #layout: KernelLayout;
  readonly #needs: LayoutNeeds;
  readonly #header: CsvHeader;
  readonly #options: DecodeOptions;
  readonly #view: DataView;

  constructor(
    file: StorageFile,
    kernel: Kernel,
    layout: KernelLayout,
    needs: LayoutNeeds,
    header: CsvHeader,
    options: DecodeOptions,
  ) {
    this.#file = file;
    this.#kernel = kernel;
    this.#layout = layout;
    this.#needs = needs;
    this.#header = header;
    this.#options = options;
    this.input = new CsvInput(file, kernel.memory, layout, needs.chunkBytes, header.end);
    writeLayout(kernel.memory, layout, needs, header.bytes);
    this.#view = new DataView(kernel.memory.buffer);
  }

  /** Decodes until the outputs are full or the file ends; answers whether there are rows. */
  async fill(): Promise<boolean> {
    this.#options.signal?.throwIfAborted();
    if (this.#filled) this.#startBatch();
    this.#filled = true;
    while (true) {
      const answer = this.#decode();
      const position = this.#get(at.position);
      if (answer === status.outputFull) return true;
      if (answer === status.headerRow) {
        this.#passHeader(position);
        continue;
      }
      if (answer === status.needsInput && this.input.final) return this.#get(at.rows) > 0;
      if (answer === status.badRow) {
        if (this.#hardListWasFull) continue; // there is room now: the row is tried again
        this.#judge(position);
      }
      await this.#nextChunk(position);
    }
  }

  /** Rows of the batch at hand; from now on they count as read. */
  takeRows(): number {
    const rows = this.#get(at.rows);
    this.firstRecord = this.#records + 1;
    this.#records += rows;
    return rows;
  }

  notes(): PartNotes {
    const ends = this.#get(at.lineEnds);
    return {
      file: this.#file.path,
      schema: this.#header.schema,
      records: this.#records,
      bytes: this.#file.size,
      blankLines: this.#get(at.blankLines) + this.#header.blankLines,
      repeatedHeaders: this.#repeatedHeaders,
      ...(this.#headerRecords.length === 0 ? {} : { headerRecords: this.#headerRecords }),
      unterminatedLastRow: this.input.unterminated,
      byteOrderMark: this.#header.byteOrderMark,
      lineEnds: ends === 0 ? 'none' : ends === 1 ? 'LF' : ends === 2 ? 'CRLF' : 'mixed',
      timeSpellings: new Map(
        this.#layout.columns
          .filter((region) => region.column.kind === 'time')
          .map((region) => [region.column.name, this.#get(region.descriptor + member.spellings)]),
      ),
    };
  }

  #decode(): number {
    let answer: number;
    try {
      answer = this.#kernel.decode();
    } catch (error) {
      this.trapped = true;
      throw kernelFailed('the CSV kernel', this.#file.path, error);
    }
    this.#roundHardNumbers();
    return answer;
  }

  /** Numbers of more than 19 digits that the kernel cannot decide: JavaScript rounds them. */
  #roundHardNumbers(): void {
    const count = this.#get(at.hardCount);
    this.#hardListWasFull = count === this.#layout.hardCapacity;
    if (count === 0) return;
    const rows = this.#get(at.rows);
    for (let index = 0; index < count; index++) {
      const entry = this.#layout.hard + index * 16;
      const row = this.#get(entry + 4);
      if (row >= rows) continue;
      const descriptor = at.columns + this.#get(entry) * member.bytesPerColumn;
      const start = this.#get(entry + 8);
      const text = asciiDecoder.decode(new Uint8Array(this.#view.buffer, start, this.#get(entry + 12)));
      const value = Number(text);
      if (!Number.isFinite(value)) throw this.#overflow(text, start, row, this.#get(entry));
      this.#view.setFloat64(this.#get(descriptor + member.values) + row * 8, value, true);
    }
    this.#put(at.hardCount, 0);
  }

  /** A number beyond the range, in a row that has been read; its line is counted back from where the kernel stopped. */
  #overflow(text: string, start: number, row: number, field: number): BacktestExportError {
    const stop = this.#get(at.position);
    const passed = new Uint8Array(this.#view.buffer, start, stop - start).filter((byte) => byte === lineFeed).length;
    const column = this.#needs.fields[field]?.name;
    const position = {
      file: this.#file.path,
      record: this.#records + row + 1,
      line: this.#place(stop).line - passed,
      ...given({ column }),
      byte: this.input.byteAt(start),
    };
    return new BacktestExportError('NUMBER_OVERFLOW', `${quoteText(text)} is beyond the range of a double`, {
      position,
    });
  }

  /** Throws what is wrong with the record at `position`; returns when it only goes on in the next chunk. */
  #judge(position: number): void {
    const error = judgeRecord({
      bytes: new Uint8Array(this.#view.buffer, position, this.input.end - position),
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
    if (this.#options.repeatedHeaders !== 'skip') {
      const problem =
        "the header stands here again, as if parts had been joined; repeatedHeaders: 'skip' reads over it";
      throw new BacktestExportError('CSV_HEADER_REPEATED', problem, { position: this.#place(position) });
    }
    this.#repeatedHeaders++;
    if (this.#headerRecords.length < mostHeaderRecords) {
      this.#headerRecords.push(this.#records + this.#get(at.rows));
    }
    const bytes = new Uint8Array(this.#view.buffer);
    const end = position + byteOrderMarkAt(bytes, position) + this.#header.bytes.length;
    this.#put(at.position, end + lineEndAt(bytes, end));
  }

  #place(position: number): { file: string; record: number; line: number; byte: number } {
    const rows = this.#records + this.#get(at.rows);
    const headerLines = this.#header.lines - this.#header.blankLines;
    const others = this.#get(at.blankLines) + this.#get(at.quotedBreaks) + this.#repeatedHeaders * headerLines;
    const line = this.#header.lines + rows + others + 1;
    return { file: this.#file.path, record: rows + 1, line, byte: this.input.byteAt(position) };
  }

  async #nextChunk(position: number): Promise<void> {
    this.#options.signal?.throwIfAborted();
    await this.input.next(position);
    this.#put(at.position, this.input.start);
    this.#put(at.end, this.input.end);
  }

  #startBatch(): void {
    this.#put(at.rows, 0);
    clearDictionaries(this.#kernel.memory, this.#layout);
  }

  #get(address: number): number {
    return this.#view.getUint32(address, true);
  }

  #put(address: number, value: number): void {
    this.#view.setUint32(address, value, true);
  }
}
