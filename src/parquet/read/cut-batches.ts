import type { Column, ColumnBatch, TextDictionary } from '../../batch/column-batch.ts';
import type { GroupColumn } from './row-group-column.ts';

/**
 * Cuts a row group into batches of at most `batchRows` rows: numbers and times are views, texts get a dictionary each, whose
 * bytes are reported to `copied` first: a text of a megabyte may be in every batch of a file that holds it once.
 */
export function* cutBatches(
  columns: ReadonlyMap<string, GroupColumn>,
  rows: number,
  batchRows: number,
  recordsBefore: number,
  copied: (column: string, bytes: number) => void = () => undefined,
): Generator<ColumnBatch, void, undefined> {
  const cutters = [...columns].map(([name, column]) => {
    return [name, cutterOf(column, (bytes) => copied(name, bytes))] as const;
  });
  for (let from = 0; from < rows; from += batchRows) {
    const to = Math.min(rows, from + batchRows);
    const batch = new Map<string, Column>();
    for (const [name, cut] of cutters) batch.set(name, cut(from, to));
    yield { rows: to - from, firstRecord: recordsBefore + from + 1, columns: batch };
  }
}

type Cutter = (from: number, to: number) => Column;

function cutterOf(column: GroupColumn, copied: (bytes: number) => void): Cutter {
  if (column.kind === 'text') {
    const cutter = new TextCutter(column.codes, column.dictionary, copied);
    return (from, to) => cutter.cut(from, to);
  }
  const { kind, values, states, spellings } = column;
  const statesOf = (from: number, to: number): Uint8Array => states?.subarray(from, to) ?? valuesThroughout(to - from);
  if (kind === 'time') {
    return (from, to) => ({ kind, values: values.subarray(from, to), states: statesOf(from, to), spellings });
  }
  return (from, to) => ({ kind, values: values.subarray(from, to), states: statesOf(from, to) });
}

/** The states of rows that all have a value; one view serves all batches and columns that have none else. */
function valuesThroughout(rows: number): Uint8Array {
  if (noStates.length !== rows)
    noStates = rows <= mostStates.length ? mostStates.subarray(0, rows) : new Uint8Array(rows);
  if (rows > mostStates.length) mostStates = noStates;
  return noStates;
}

let mostStates = new Uint8Array(0);
let noStates = mostStates;

/**
 * Gives each batch a dictionary of the texts that it holds, in order of appearance, so that a batch costs what its rows
 * cost, whatever the size of the row group's dictionary. Two passes over the codes of a batch.
 */
class TextCutter {
  readonly #codes: Int32Array;
  readonly #dictionary: TextDictionary;
  readonly #copied: (bytes: number) => void;
  /** The batch's code + 1 by the row group's code, valid where `#seen` has this batch. */
  readonly #local: Int32Array;
  readonly #seen: Int32Array;
  #batch = 0;

  constructor(codes: Int32Array, dictionary: TextDictionary, copied: (bytes: number) => void) {
    this.#copied = copied;
    this.#codes = codes;
    this.#dictionary = dictionary;
    this.#local = new Int32Array(dictionary.size);
    this.#seen = new Int32Array(dictionary.size);
  }

  cut(from: number, to: number): Column {
    const batch = ++this.#batch;
    const codes = new Int32Array(to - from);
    const distinct: number[] = [];
    let last = -1;
    let lastLocal = 0;
    for (let row = from; row < to; row++) {
      const code = this.#codes[row] ?? 0;
      if (code !== last) {
        if (this.#seen[code] !== batch) {
          this.#seen[code] = batch;
          this.#local[code] = distinct.length;
          distinct.push(code);
        }
        last = code;
        lastLocal = this.#local[code] ?? 0;
      }
      codes[row - from] = lastLocal;
    }
    return { kind: 'text', codes, dictionary: this.#gather(distinct) };
  }

  #gather(distinct: readonly number[]): TextDictionary {
    const source = this.#dictionary;
    const offsets = new Uint32Array(distinct.length + 1);
    for (let index = 0; index < distinct.length; index++) {
      const code = distinct[index] ?? 0;
      offsets[index + 1] = (offsets[index] ?? 0) + (source.offsets[code + 1] ?? 0) - (source.offsets[code] ?? 0);
    }
    this.#copied(offsets[distinct.length] ?? 0);
    const bytes = new Uint8Array(offsets[distinct.length] ?? 0);
    for (let index = 0; index < distinct.length; index++) {
      const code = distinct[index] ?? 0;
      bytes.set(source.bytes.subarray(source.offsets[code] ?? 0, source.offsets[code + 1] ?? 0), offsets[index]);
    }
    return { size: distinct.length, offsets, bytes };
  }
}
