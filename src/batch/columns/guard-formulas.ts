import type { Column, ColumnBatch, TextDictionary } from './column-batch.ts';

/** A batch whose text cells no spreadsheet runs, and how many cells had to be changed. */
export interface GuardedBatch {
  readonly batch: ColumnBatch;
  readonly guarded: number;
}

const guard = 0x27; // '
/** `=` `+` `-` `@`, tab, line feed, carriage return: what OWASP lists under "CSV Injection". */
const starters = new Set([0x3d, 0x2b, 0x2d, 0x40, 0x09, 0x0a, 0x0d]);
/** The last byte of the full-width `＝` `＋` `－` `＠`, which begin with EF BC. */
const wideStarters = new Set([0x9d, 0x8b, 0x8d, 0xa0]);

/**
 * Puts a quote mark before each text cell that a spreadsheet would run as a formula, as OWASP advises ("CSV Injection");
 * numbers and times are never touched (`-0.026` is a number). A batch without such cells is given back as it is. Costs a
 * look at each distinct text of the batch, and a copy of a dictionary that holds such texts.
 */
export function guardFormulas(batch: ColumnBatch): GuardedBatch {
  const columns = new Map<string, Column>();
  let guarded = 0;
  for (const [name, column] of batch.columns) {
    const cells = column.kind === 'text' ? countFormulas(column) : 0;
    guarded += cells;
    columns.set(name, column.kind === 'text' && cells > 0 ? guardColumn(column) : column);
  }
  return guarded === 0 ? { batch, guarded } : { batch: { ...batch, columns }, guarded };
}

/** The same for one text. */
export function guardText(text: string): string {
  const bytes = new TextEncoder().encode(text.slice(0, 2));
  const dictionary = { size: 1, offsets: Uint32Array.of(0, bytes.length), bytes };
  return isFormula(dictionary, 0) ? `'${text}` : text;
}

type TextColumn = Extract<Column, { kind: 'text' }>;

/** How many cells of a text column a spreadsheet would run as a formula. */
export function countFormulas({ codes, dictionary }: TextColumn): number {
  const formulas = new Uint8Array(dictionary.size);
  let found = 0;
  for (let code = 0; code < dictionary.size; code++) {
    formulas[code] = isFormula(dictionary, code) ? 1 : 0;
    found += formulas[code] ?? 0;
  }
  if (found === 0) return 0;
  let cells = 0;
  for (const code of codes) cells += formulas[code] ?? 0;
  return cells;
}

/** Whether a spreadsheet would run the text of this code. */
export function isFormula({ offsets, bytes }: TextDictionary, code: number): boolean {
  const start = offsets[code] ?? 0;
  const length = (offsets[code + 1] ?? 0) - start;
  const first = bytes[start] ?? 0;
  if (length === 0) return false;
  if (first !== 0xef) return starters.has(first);
  return length >= 3 && bytes[start + 1] === 0xbc && wideStarters.has(bytes[start + 2] ?? 0);
}

function guardColumn({ kind, codes, dictionary }: TextColumn): Column {
  const { size, offsets, bytes } = dictionary;
  const guardedBytes = new Uint8Array((offsets[size] ?? 0) + size);
  const guardedOffsets = new Uint32Array(size + 1);
  let at = 0;
  for (let code = 0; code < size; code++) {
    if (isFormula(dictionary, code)) guardedBytes[at++] = guard;
    const text = bytes.subarray(offsets[code] ?? 0, offsets[code + 1] ?? 0);
    guardedBytes.set(text, at);
    at += text.length;
    guardedOffsets[code + 1] = at;
  }
  return { kind, codes, dictionary: { size, offsets: guardedOffsets, bytes: guardedBytes.subarray(0, at) } };
}
