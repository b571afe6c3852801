import type { PlantedDefect } from '../options.ts';

/** A part's clean text, cut into fields as they stand in the file: quotes included. Row 0 is the header. */
export interface RawTable {
  readonly rows: string[][];
}

/** The members of a {@link PlantedDefect} that say where in a file. */
export type RawPlace = Pick<PlantedDefect, 'record' | 'line' | 'byte' | 'column'>;

const encoder = new TextEncoder();

/** Cuts what the generator wrote: LF line ends, a quote only around a whole field. */
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

/** The mirror of {@link parseRaw}. */
export function formatRaw(table: RawTable): Uint8Array {
  return encoder.encode(textOf(table.rows));
}

/** Where a record (0 is the header) or one field of it begins. */
export function placeOf(table: RawTable, record: number, column?: number): RawPlace {
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
