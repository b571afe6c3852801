import { guardText } from '../../batch/columns/guard-formulas.ts';
import { quoteField } from '../../csv/encode-texts.ts';
import { escapeUnsafe } from '../../quote-text.ts';
import type { CsvRecords } from './document.ts';

/** How the texts of a CSV differ from those of the data. */
export interface CsvStyle {
  /** A quote mark before texts that a spreadsheet would run as a formula; numbers are never touched. */
  readonly guardFormulas?: boolean;
  /** For a terminal: characters that would steer it are escaped. */
  readonly terminal?: boolean;
}

/**
 * Records as CSV after RFC 4180 (CRLF, quotes where needed), the header first. Numbers in full precision, in the fewest
 * digits that read back to the same double; what has no value is empty.
 */
export function* csvRecords({ header, rows }: CsvRecords, style: CsvStyle = {}): Generator<string, void, undefined> {
  yield csvLine(header.map((name) => cellText(name, style)));
  for (const row of rows) yield csvLine(row.map((cell) => cellText(cell, style)));
}

/** One record of RFC 4180. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => quoteField(cell)).join(',')}\r\n`;
}

function cellText(cell: string | number | null, { guardFormulas = false, terminal = false }: CsvStyle): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return Object.is(cell, -0) ? '-0' : String(cell);
  const guarded = guardFormulas ? guardText(cell) : cell;
  return terminal ? escapeUnsafe(guarded) : guarded;
}
