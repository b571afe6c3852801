import type { StorageFile } from '../storage/storage.ts';
import { readCsvHeader } from './header.ts';

const [lf, cr, quote] = [0x0a, 0x0d, 0x22];
const chunkBytes = 1024 * 1024;

/** The lines on which records begin, from 1; the header is line 1 of a file that begins with it. */
export interface FoundLines {
  readonly records: ReadonlyMap<number, number>;
  /** Of the header lines inside the data. */
  readonly headers: readonly number[];
}

/**
 * Finds the lines of data records (numbered from 1, rising) in a CSV file of Forecast's own dialect that has been read
 * without an error. `headerRecords` says before which records the header stands again (see `PartNotes`). Reads as far
 * as it must, at about 300 MB/s.
 */
export async function findLines(
  file: StorageFile,
  wanted: readonly number[],
  headerRecords: readonly number[],
): Promise<FoundLines> {
  const header = await readCsvHeader(file);
  const scan = new LineScan(wanted, headerRecords, header.lines + 1);
  const buffer = new Uint8Array(chunkBytes);
  for (let position = header.end; position < file.size && !scan.done;) {
    const length = await file.read(buffer, position);
    scan.add(buffer.subarray(0, length));
    position += length;
  }
  return { records: scan.records, headers: scan.headers };
}

/** Counts lines and records, wherever the text is cut. */
class LineScan {
  readonly records = new Map<number, number>();
  readonly headers: number[] = [];
  readonly #wanted: readonly number[];
  readonly #headerRecords: readonly number[];
  #line: number;
  #passed = 0;
  #quoted = false;
  #inside = false;

  constructor(wanted: readonly number[], headerRecords: readonly number[], line: number) {
    this.#wanted = wanted;
    this.#headerRecords = headerRecords;
    this.#line = line;
  }

  get done(): boolean {
    return this.records.size === this.#wanted.length && this.headers.length === this.#headerRecords.length;
  }

  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      // an empty line is no record; its carriage return may be the last byte of the chunk
      if (!this.#inside && byte !== lf && byte !== cr) this.#begin();
      if (byte === quote) this.#quoted = !this.#quoted;
      if (byte !== lf) continue;
      this.#line++;
      if (!this.#quoted) this.#inside = false;
    }
  }

  #begin(): void {
    this.#inside = true;
    if (this.#headerRecords[this.headers.length] === this.#passed) {
      this.headers.push(this.#line);
      return;
    }
    this.#passed++;
    if (this.#wanted[this.records.size] === this.#passed) this.records.set(this.#passed, this.#line);
  }
}
