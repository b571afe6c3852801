import { notDefined } from '../schema/number-text.ts';
import { stateNotDefined, stateNull, type Column, type ColumnBatch, type TextDictionary } from './column-batch.ts';

/** A cell of a row: text, a number, `'not defined'`, an instant, or null for an empty cell of a number or time column. */
export type Cell = string | number | Date | null;

/** A row by column names as in the header. It has no prototype, so that a column may have any name. */
export type Row = Record<string, Cell>;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The rows of a batch as owned plain objects. */
export function* toRows(batch: ColumnBatch): Generator<Row, void, undefined> {
  const readers = [...batch.columns].map(([name, column]) => [name, cellReader(column)] as const);
  for (let row = 0; row < batch.rows; row++) {
    const cells: Row = Object.create(null) as Row;
    for (const [name, read] of readers) cells[name] = read(row);
    yield cells;
  }
}

/** The texts of a dictionary, as strings. */
export function dictionaryTexts(dictionary: TextDictionary): string[] {
  return Array.from({ length: dictionary.size }, (_, index) =>
    decoder.decode(dictionary.bytes.subarray(dictionary.offsets[index] ?? 0, dictionary.offsets[index + 1] ?? 0)),
  );
}

function cellReader(column: Column): (row: number) => Cell {
  if (column.kind === 'text') {
    const texts = dictionaryTexts(column.dictionary);
    return (row) => texts[column.codes[row] ?? 0] ?? '';
  }
  const { values, states } = column;
  if (column.kind === 'time') return (row) => (states[row] === stateNull ? null : new Date(values[row] ?? Number.NaN));
  return (row) => {
    const state = states[row];
    if (state === stateNull) return null;
    return state === stateNotDefined ? notDefined : (values[row] ?? Number.NaN);
  };
}
