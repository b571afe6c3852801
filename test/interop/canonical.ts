import type { ExportTable } from '#src/index.js';
import {
  stateNotDefined,
  stateNull,
  stateValue,
  type Column,
  type ColumnBatch,
} from '#src/batch/columns/column-batch.js';
import type { PartNotes } from '#src/batch/decode-options.js';
import { dictionaryTexts, type Cell } from '#src/batch/forms/rows.js';
import { decodeParquet } from '#src/parquet/read/decode.js';
import type { ColumnKind, TableSchema } from '#src/schema/schema.js';
import { collect } from '../support/collect.ts';
import { memoryFile } from '../support/memory-file.ts';

/** A value as `python/canonical.py` has it: text, a time in milliseconds, a double's bits as hex or `nan`, or null. */
export type Value = string | number | null;
/** Columns by name, with their values. */
export type Columns = Record<string, Value[]>;

/** Reads a Parquet file with this library. */
export async function readHere(bytes: Uint8Array, batchRows = 300): Promise<Columns> {
  const columns: Columns = {};
  for await (const batch of decodeParquet(memoryFile(bytes, 'part.parquet'), { batchRows })) {
    for (const [name, values] of Object.entries(toValues(batch))) (columns[name] ??= []).push(...values);
  }
  return columns;
}

/** How many pages of a Parquet file this library read, and how many of them had no CRC-32 to check. */
export async function countPages(bytes: Uint8Array): Promise<PartNotes['pages']> {
  const batches = decodeParquet(memoryFile(bytes, 'part.parquet'));
  for (;;) {
    const next = await batches.next();
    if (next.done === true) return next.value.pages;
  }
}

/** The values of a table of an export, read row by row through the front door. */
export async function exportValues(table: ExportTable): Promise<Columns> {
  const rows = await collect(table.rows());
  return Object.fromEntries(
    table.schema.columns.map(({ name, kind }) => [
      name,
      rows.map((row) => (row[name] === 'not defined' ? 'not defined' : cellValue(row[name] ?? null, kind))),
    ]),
  );
}

/** The values of a batch. */
export function toValues(batch: ColumnBatch): Columns {
  return Object.fromEntries([...batch.columns].map(([name, column]) => [name, columnValues(column)]));
}

function columnValues(column: Column): Value[] {
  if (column.kind === 'text') {
    const texts = dictionaryTexts(column.dictionary);
    return Array.from(column.codes, (code) => texts[code]!);
  }
  const { kind, values, states } = column;
  return Array.from(states, (state, row) => {
    if (state === stateNull) return null;
    if (state === stateNotDefined) return 'not defined';
    if (state !== stateValue) throw new Error(`state ${state}`);
    return kind === 'time' ? values[row]! : bitsOf(values[row]!);
  });
}

/** A double's 64 bits as 16 hexadecimal digits; any NaN is `nan`. */
export function bitsOf(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

/** Rows for a table, by columns; `not defined` is null, as it is in a Parquet file that this library writes. */
export function rowValues(schema: TableSchema, rows: readonly Readonly<Record<string, Cell>>[]): Columns {
  return Object.fromEntries(
    schema.columns.map(({ name, kind }) => [name, rows.map((row) => cellValue(row[name] ?? null, kind))]),
  );
}

/** A cell of a column of this kind. */
export function cellValue(cell: Cell, kind: ColumnKind): Value {
  if (kind === 'text') return String(cell ?? '');
  if (cell === null || cell === 'not defined') return null;
  if (kind === 'time') return Number(cell);
  return bitsOf(Number(cell));
}

/** What each column of a table is. */
export function kindsOf(schema: TableSchema): Record<string, ColumnKind> {
  return Object.fromEntries(schema.columns.map(({ name, kind }) => [name, kind]));
}
