import type { PlantedDefect } from '../options.ts';

/** A part's clean text, split into raw fields including their quotes. Row 0 is the header. */
export interface RawTable {
  readonly rows: string[][];
}

/** The position fields of a {@link PlantedDefect}. */
export type PlantedPlace = Pick<PlantedDefect, 'record' | 'line' | 'byte' | 'column'>;

const encoder = new TextEncoder();

/** Splits the generator's own CSV: LF line ends, quotes only around whole fields. */
export function parseRaw(bytes: Uint8Array): RawTable {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  const rows: string[][] = [];
  let row: string[] = [];
  let start = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '"') quoted = !quoted;
    if (quoted || (character !== ',' && character !== '\n')) continue;
    row.push(text.slice(start, index));
    start = index + 1;
    if (character === ',') continue;
    rows.push(row);
    row = [];
  }
  return { rows };
}

/** The inverse of {@link parseRaw}. */
export function formatRaw(table: RawTable): Uint8Array {
  return encoder.encode(textOf(table.rows));
}

/** Where a record (0 is the header) or one of its fields begins. */
export function placeOf(table: RawTable, record: number, column?: number): PlantedPlace {
  const before = textOf(table.rows.slice(0, record));
  const line = 1 + before.split('\n').length - 1;
  const start = encoder.encode(before).length;
  if (column === undefined) return { record, line, byte: start };
  const fields = (table.rows[record] ?? []).slice(0, column);
  const inside = fields.reduce((sum, field) => sum + encoder.encode(field).length + 1, 0);
  return { record, line, byte: start + inside, column: table.rows[0]?.[column] ?? '' };
}

/** The byte after a record and its line end. */
export function endOf(table: RawTable, record: number): number {
  return encoder.encode(textOf(table.rows.slice(0, record + 1))).length;
}

function textOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.join(',')}\n`).join('');
}
