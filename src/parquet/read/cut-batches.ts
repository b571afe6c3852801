import type { Column, ColumnBatch, TextDictionary } from '../../batch/column-batch.ts';
import { copyText } from '../../batch/copy-text.ts';
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
 * cost, whatever the size of the row group's dictionary. One pass over the codes of a batch; the arrays of a batch are
 * those of the one before, as a batch is borrowed.
 */
class TextCutter {
  readonly #codes: Int32Array;
  readonly #dictionary: TextDictionary;
  readonly #copied: (bytes: number) => void;
  /** The batch's code by the row group's code, valid where `#seen` has this batch. */
  readonly #local: Int32Array;
  readonly #seen: Int32Array;
  #batch = 0;
  /** Of the batch: codes, and by them those of the row group, with the places of their texts. */
  #own = new Int32Array(0);
  #distinct = new Int32Array(0);
  #offsets = new Uint32Array(1);
  #bytes = new Uint8Array(0);

  constructor(codes: Int32Array, dictionary: TextDictionary, copied: (bytes: number) => void) {
    this.#copied = copied;
    this.#codes = codes;
    this.#dictionary = dictionary;
    this.#local = new Int32Array(dictionary.size);
    this.#seen = new Int32Array(dictionary.size);
  }

  cut(from: number, to: number): Column {
    if (this.#own.length < to - from) {
      this.#own = new Int32Array(to - from);
      this.#distinct = new Int32Array(to - from);
      this.#offsets = new Uint32Array(to - from + 1);
    }
    const size = this.#renumber(from, to);
    const bytes = this.#gather(size);
    const dictionary = { size, offsets: this.#offsets.subarray(0, size + 1), bytes };
    return { kind: 'text', codes: this.#own.subarray(0, to - from), dictionary };
  }

  /** Numbers the texts of the rows by their appearance, run by run of equal ones; returns how many they are. */
  #renumber(from: number, to: number): number {
    const batch = ++this.#batch;
    const [codes, own, distinct, local, seen] = [this.#codes, this.#own, this.#distinct, this.#local, this.#seen];
    let size = 0;
    for (let row = from; row < to;) {
      const code = codes[row] ?? 0;
      if (seen[code] !== batch) {
        seen[code] = batch;
        local[code] = size;
        distinct[size++] = code;
      }
      const number = local[code] ?? 0;
      do own[row++ - from] = number;
      while (row < to && codes[row] === code);
    }
    return size;
  }

  #gather(size: number): Uint8Array {
    const { offsets: places, bytes: texts } = this.#dictionary;
    const offsets = this.#offsets;
    for (let index = 0; index < size; index++) {
      const code = this.#distinct[index] ?? 0;
      offsets[index + 1] = (offsets[index] ?? 0) + (places[code + 1] ?? 0) - (places[code] ?? 0);
    }
    const length = offsets[size] ?? 0;
    this.#copied(length);
    if (this.#bytes.length < length) this.#bytes = new Uint8Array(length);
    for (let index = 0; index < size; index++) {
      const code = this.#distinct[index] ?? 0;
      const start = places[code] ?? 0;
      copyText(texts, start, places[code + 1] ?? start, this.#bytes, offsets[index] ?? 0);
    }
    return this.#bytes.subarray(0, length);
  }
}
