import type { ColumnSchema } from '../../schema/schema.ts';
import { stateNotDefined, stateNull, stateValue, type Column, type ColumnBatch } from './column-batch.ts';

/** A cell for {@link BatchBuilder}: text, a number, milliseconds of a time, `undefined` for not defined, null for empty. */
export type BuilderCell = string | number | null | undefined;

/** Collects rows cell by cell into batches of owned arrays: for decoders that are not the fast one, and for tests. */
export class BatchBuilder {
  readonly #columns: readonly ColumnSchema[];
  readonly #cells: BuilderCell[][];
  /** Rows collected since the last batch. */
  rows = 0;
  #records = 0;

  constructor(columns: readonly ColumnSchema[]) {
    this.#columns = columns;
    this.#cells = columns.map(() => []);
  }

  /** Adds a row: one cell for each column of the constructor, in its order. */
  add(cells: readonly BuilderCell[]): void {
    for (let index = 0; index < this.#cells.length; index++) this.#cells[index]?.push(cells[index]);
    this.rows++;
  }

  /** The rows collected so far as a batch; starts an empty one. `spellings` are bits by time column. */
  take(spellings: ReadonlyMap<string, number> = new Map()): ColumnBatch {
    const columns = new Map<string, Column>();
    for (const [index, column] of this.#columns.entries()) {
      columns.set(column.name, buildColumn(column, this.#cells[index] ?? [], spellings.get(column.name) ?? 0));
      this.#cells[index] = [];
    }
    const batch = { rows: this.rows, firstRecord: this.#records + 1, columns };
    this.#records += this.rows;
    this.rows = 0;
    return batch;
  }
}

function buildColumn(column: ColumnSchema, cells: readonly BuilderCell[], spellings: number): Column {
  if (column.kind === 'text') return buildText(cells);
  const values = new Float64Array(cells.length);
  const states = new Uint8Array(cells.length);
  // loops: `from` with a function takes ten times as long
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    values[row] = typeof cell === 'number' ? cell : Number.NaN;
    states[row] = cell === undefined ? stateNotDefined : cell === null ? stateNull : stateValue;
  }
  return column.kind === 'time' ? { kind: 'time', values, states, spellings } : { kind: 'number', values, states };
}

function buildText(cells: readonly BuilderCell[]): Column {
  const known = new Map<string, number>();
  const codes = new Int32Array(cells.length);
  for (let row = 0; row < cells.length; row++) {
    const text = String(cells[row] ?? '');
    let code = known.get(text);
    if (code === undefined) known.set(text, (code = known.size));
    codes[row] = code;
  }
  const encoded = [...known.keys()].map((text) => encoder.encode(text));
  const offsets = new Uint32Array(encoded.length + 1);
  for (const [index, bytes] of encoded.entries()) offsets[index + 1] = (offsets[index] ?? 0) + bytes.length;
  const bytes = new Uint8Array(offsets[encoded.length] ?? 0);
  for (const [index, piece] of encoded.entries()) bytes.set(piece, offsets[index]);
  return { kind: 'text', codes, dictionary: { size: encoded.length, offsets, bytes } };
}

const encoder = new TextEncoder();
