import { inferTexts } from '../schema/infer-schema.ts';
import type { StorageFile } from '../storage/storage.ts';
import { readCsvHeader } from './header.ts';

const [lf, cr, quote] = [0x0a, 0x0d, 0x22];
const mark = [0xef, 0xbb, 0xbf];
const chunkBytes = 524_288;

/** Lines, from 1. */
export interface FoundLines {
  /** Where records begin, by their numbers. */
  readonly records: ReadonlyMap<number, number>;
  /** Where the header is repeated inside the data, up to the last of the records. */
  readonly headers: readonly number[];
}

/**
 * Finds the lines where data records begin: a line break inside quotes counts as a line; blank lines and repeated
 * headers are not records. For a part in Forecast's own dialect that has been read without an error, so that a carriage
 * return outside of quotes belongs to a line end. Reads up to the last of the records: line by line where there are no quotes,
 * else byte by byte in JavaScript.
 *
 * @param records Numbers of data records, from 1, in any order.
 * @throws what reading throws; the signal's reason
 */
export async function findLines(
  file: StorageFile,
  records: readonly number[],
  signal?: AbortSignal,
): Promise<FoundLines> {
  if (records.length === 0) return { records: new Map(), headers: [] };
  const wanted = new Set(records);
  const header = await readCsvHeader(file, undefined, inferTexts);
  const scan = new LineScan(header.bytes, header.lines + 1, wanted);
  const buffer = new Uint8Array(chunkBytes);
  for (let position = header.end; position < file.size && scan.records.size < wanted.size;) {
    signal?.throwIfAborted();
    const length = await file.read(buffer, position);
    scan.read(buffer.subarray(0, length));
    position += length;
  }
  scan.end();
  return scan;
}

/** Counts records and lines over chunks of bytes. */
class LineScan implements FoundLines {
  readonly records: Map<number, number> = new Map();
  readonly headers: number[] = [];
  readonly #header: Uint8Array;
  readonly #wanted: ReadonlySet<number>;
  #line: number;
  #firstLine: number;
  #record = 1;
  /** Bytes of the record so far, carriage returns outside of quotes left out. */
  #length = 0;
  #isHeader = true;
  /** Whether it is a byte-order mark, then the header, so far: where parts were joined. */
  #isMarkedHeader = true;
  #quoted = false;

  constructor(header: Uint8Array, line: number, wanted: ReadonlySet<number>) {
    this.#header = header;
    this.#line = line;
    this.#firstLine = line;
    this.#wanted = wanted;
  }

  read(bytes: Uint8Array): void {
    if (this.#quoted || bytes.includes(quote)) this.#readBytes(bytes);
    else this.#readLines(bytes);
  }

  /** Without quotes, line feeds are found by the engine's own search, and only as many bytes are looked at as may be a header. */
  #readLines(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length;) {
      const found = bytes.indexOf(lf, from);
      const stop = found < 0 ? bytes.length : found;
      this.#pass(bytes.subarray(from, stop > from && bytes[stop - 1] === cr ? stop - 1 : stop));
      from = stop + 1;
      if (found < 0) return;
      this.end();
      this.#startLine();
    }
  }

  #readBytes(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte === lf && !this.#quoted) this.end();
      else if (byte !== cr || this.#quoted) {
        if (byte === quote) this.#quoted = !this.#quoted;
        this.#compare(byte);
        this.#length++;
      }
      if (byte === lf) this.#startLine();
    }
  }

  /** Bytes of a record. */
  #pass(bytes: Uint8Array): void {
    const end = this.#length + bytes.length;
    for (let at = 0; at < bytes.length && (this.#isHeader || this.#isMarkedHeader); at++) {
      this.#compare(bytes[at]);
      this.#length++;
    }
    this.#length = end;
  }

  /** Compares the next byte of the record with the header. */
  #compare(byte: number | undefined): void {
    if (byte !== this.#header[this.#length]) this.#isHeader = false;
    if (byte !== (mark[this.#length] ?? this.#header[this.#length - mark.length])) this.#isMarkedHeader = false;
  }

  /** Ends the current record; a blank line or a header is not a record. */
  end(): void {
    const { length } = this.#header;
    const isHeader =
      (this.#isHeader && this.#length === length) || (this.#isMarkedHeader && this.#length === length + mark.length);
    if (isHeader) this.headers.push(this.#firstLine);
    else if (this.#length > 0) {
      if (this.#wanted.has(this.#record)) this.records.set(this.#record, this.#firstLine);
      this.#record++;
    }
    this.#length = 0;
    this.#isHeader = true;
    this.#isMarkedHeader = true;
  }

  #startLine(): void {
    this.#line++;
    if (this.#length === 0) this.#firstLine = this.#line;
  }
}
