import { notDefined } from '../../schema/number-text.ts';
import {
  stateNotDefined,
  stateNull,
  type Column,
  type ColumnBatch,
  type NumberColumn,
  type TextDictionary,
  type TimeColumn,
} from '../columns/column-batch.ts';

/** A cell of a row: text, a number, `'not defined'`, an instant, or null for an empty cell of a number or time column. */
export type Cell = string | number | Date | null;

/** A row by column names as in the header. It inherits nothing, so that a column may have any name. */
export type Row = Record<string, Cell>;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The rows of a batch as owned plain objects, some hundred at a time, since they take far more memory than their cells.
 * Column by column, which is what the engine does best. Cost: 25 ns a cell, twice that for a time.
 */
export function* toRowLists(batch: ColumnBatch): Generator<Row[], void, undefined> {
  const columns = [...batch.columns].map(([name, column]) => [name, cellWriter(column)] as const);
  for (let from = 0; from < batch.rows; from += rowsAtOnce) {
    const rows: Row[] = [];
    for (let row = from; row < Math.min(from + rowsAtOnce, batch.rows); row++) rows.push(new EmptyRow());
    for (const [name, write] of columns) write(rows, name, from);
    yield rows;
  }
}

/** The same, row by row. */
export function* toRows(batch: ColumnBatch): Generator<Row, void, undefined> {
  for (const rows of toRowLists(batch)) yield* rows;
}

const rowsAtOnce = 512;

/**
 * What all rows are made by. An object of `Object.create(null)` is a hash table, which takes three times as long to fill
 * as one whose properties the engine knows by place; so rows have a prototype, which has none and is empty. A function, since
 * the prototype of a class cannot be replaced; TypeScript gives no function the type of a constructor, hence the cast.
 */
const EmptyRow = function Row(): void {} as unknown as new () => Row;
EmptyRow.prototype = Object.freeze(Object.create(null));

/** The texts of a dictionary, as strings. */
export function dictionaryTexts(dictionary: TextDictionary): string[] {
  return Array.from({ length: dictionary.size }, (_, index) =>
    decoder.decode(dictionary.bytes.subarray(dictionary.offsets[index] ?? 0, dictionary.offsets[index + 1] ?? 0)),
  );
}

/** Sets one cell in each of these rows, which start at the row `from` of their batch. */
type CellWriter = (rows: readonly Row[], name: string, from: number) => void;

function cellWriter(column: Column): CellWriter {
  if (column.kind === 'text') {
    const texts = dictionaryTexts(column.dictionary);
    return (rows, name, from) => {
      let at = from;
      for (const row of rows) row[name] = texts[column.codes[at++] ?? 0] ?? '';
    };
  }
  return column.kind === 'time' ? timeWriter(column) : numberWriter(column);
}

function timeWriter({ values, states }: TimeColumn): CellWriter {
  return (rows, name, from) => {
    let at = from;
    for (const row of rows) {
      row[name] = states[at] === stateNull ? null : new Date(values[at] ?? Number.NaN);
      at++;
    }
  };
}

function numberWriter({ values, states }: NumberColumn): CellWriter {
  return (rows, name, from) => {
    let at = from;
    for (const row of rows) {
      const state = states[at];
      if (state === stateNull) row[name] = null;
      else row[name] = state === stateNotDefined ? notDefined : (values[at] ?? Number.NaN);
      at++;
    }
  };
}
