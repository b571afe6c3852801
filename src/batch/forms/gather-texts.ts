import type { TextColumn, TextDictionary } from '../columns/column-batch.ts';
import { cut, grown } from './gather-values.ts';
import type { OwnedDictionary, OwnedTexts } from './owned-rows.ts';
import { TextTable } from '../tables/text-table.ts';
import { unfilled } from '../columns/unfilled.ts';

/**
 * Copies the codes of a text column, batch after batch, into one owned array, and joins the dictionaries. That of the
 * first batch is copied as it is; texts are looked up only when another one follows: one look-up for each entry of a
 * batch's dictionary, not for each row.
 */
export class TextGatherer {
  #codes: Int32Array;
  #first: OwnedDictionary | undefined;
  #table: TextTable | undefined;
  #bytes = 0;

  /** With room for as many rows. */
  constructor(capacity: number) {
    this.#codes = new Int32Array(unfilled(4 * capacity));
  }

  /** About how many bytes the texts have that were added, repeated ones included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Appends the rows `from` to `to` (not included) of a column, of which as many as `rows` are there already. */
  add({ codes, dictionary }: TextColumn, from: number, to: number, rows: number): void {
    this.#bytes += dictionary.offsets[dictionary.size] ?? 0;
    if (rows === 0) {
      this.#first = copyDictionary(dictionary);
      this.#codes.set(codes.subarray(from, to));
      return;
    }
    this.#table ??= this.#tableOfFirst(rows);
    const joined = joinDictionary(this.#table, dictionary);
    for (let row = from, at = rows; row < to; row++, at++) this.#codes[at] = joined[codes[row] ?? 0] ?? 0;
  }

  /** Makes room for as many rows. */
  grow(capacity: number): void {
    this.#codes = grown(this.#codes, new Int32Array(unfilled(4 * capacity)));
  }

  take(rows: number): OwnedTexts {
    const dictionary = this.#table === undefined ? this.#first : dictionaryOf(this.#table);
    return { kind: 'text', codes: cut(this.#codes, rows), dictionary: dictionary ?? noTexts };
  }

  /** A dictionary of Parquet may hold a text twice, a table never does. */
  #tableOfFirst(rows: number): TextTable {
    const table = new TextTable();
    if (this.#first !== undefined) renumber(this.#codes, rows, joinDictionary(table, this.#first));
    return table;
  }
}

const noTexts: OwnedDictionary = { size: 0, offsets: new Int32Array(1), bytes: new Uint8Array(0) };

/** Interns every text of a dictionary; returns the number in the table for each of its codes. */
export function joinDictionary(table: TextTable, dictionary: TextDictionary | OwnedDictionary): Int32Array {
  const { size, offsets, bytes } = dictionary;
  const ids = new Int32Array(size);
  for (let code = 0; code < size; code++) ids[code] = table.intern(bytes, offsets[code] ?? 0, offsets[code + 1] ?? 0);
  return ids;
}

/** Replaces the first codes by their numbers; nothing to do where these are the same. */
export function renumber(codes: Int32Array, rows: number, ids: Int32Array): void {
  if (ids.every((id, code) => id === code)) return;
  for (let row = 0; row < rows; row++) codes[row] = ids[codes[row] ?? 0] ?? 0;
}

/** All texts of a table, in order of their numbers. */
export function dictionaryOf(table: TextTable): OwnedDictionary {
  const { bytes, offsets } = table.export();
  return { size: table.size, offsets: new Int32Array(offsets), bytes: new Uint8Array(bytes) };
}

function copyDictionary({ size, offsets, bytes }: TextDictionary): OwnedDictionary {
  return { size, offsets: new Int32Array(offsets.subarray(0, size + 1)), bytes: bytes.slice(0, offsets[size]) };
}
