import { TupleTable } from '../../batch/tables/tuple-table.ts';
import { sortInSteps, type Steps } from '../../pause.ts';
import type { RowRef } from '../base/finding-book.ts';
import type { WindowSpan } from '../base/window-list.ts';
import { historyValue, key, place } from './record-fields.ts';

/** The records of one kind in a partition. */
export interface Records {
  readonly doubles: Float64Array;
  readonly words: Uint32Array;
  /** Doubles of a record. */
  readonly width: number;
}

/** The records of a partition, by kind. */
export interface PartitionRecords {
  readonly runs: Records;
  readonly rows: Records;
  readonly history: Records;
}

/** One time series: where its records begin, in doubles. Runs and rows by window, then part and record. */
export interface SeriesRecords {
  readonly runs: readonly number[];
  readonly rows: readonly number[];
  readonly history: readonly number[];
}

/** Part and (first) record of a run or row. */
export function rowRefOf({ words }: Records, at: number): RowRef {
  return { file: words[2 * at + place.fileWord] ?? 0, record: words[2 * at + place.recordWord] ?? 0 };
}

/** The window of a run or row. */
export function windowOf({ doubles }: Records, at: number): WindowSpan {
  return { start: doubles[at + place.start] ?? Number.NaN, end: doubles[at + place.end] ?? Number.NaN };
}

function isSameWindow({ doubles }: Records, a: number, b: number): boolean {
  return doubles[a + place.start] === doubles[b + place.start] && doubles[a + place.end] === doubles[b + place.end];
}

/** The runs or rows of a series, which are sorted by window, those of one window at a time. */
export function* listByWindow(records: Records, sorted: readonly number[]): Generator<readonly number[], void> {
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    to = from + 1;
    while (to < sorted.length && isSameWindow(records, sorted[from] ?? 0, sorted[to] ?? 0)) to++;
    yield sorted.slice(from, to);
  }
}

/** Makes {@link Records} of doubles. */
export function recordsOf(doubles: Float64Array, width: number): Records {
  return { doubles, words: new Uint32Array(doubles.buffer, doubles.byteOffset, doubles.length * 2), width };
}

/**
 * The time series of a partition, except those with only history, without the records of dropped parts. Memory:
 * about 40 bytes a record.
 */
export interface PartitionSeries {
  /** How many series there are, and how many distinct items. */
  readonly size: number;
  readonly items: number;
  /** The records of a series, by its number. */
  of(id: number): Steps<SeriesRecords>;
}

/** Groups a partition's records by time series. */
export function* groupBySeries(
  { runs, rows, history }: PartitionRecords,
  dropped: ReadonlySet<number>,
): Steps<PartitionSeries> {
  const most = countOf(runs) + countOf(rows);
  const series = new TupleTable(4, most + countOf(history));
  const items = new TupleTable(2, most);
  const isKept =
    (records: Records) =>
    (at: number): boolean => {
      if (dropped.has(records.words[2 * at + place.fileWord] ?? 0)) return false;
      items.intern(records.words, 2 * at + key.itemWord);
      return true;
    };
  const runLists = yield* listBySeries(runs, series, isKept(runs));
  const rowLists = yield* listBySeries(rows, series, isKept(rows));
  const known = series.size;
  const historyLists = yield* listBySeries(history, series, () => true);
  return {
    size: known,
    items: items.size,
    *of(id) {
      const timeOf = (at: number): number => history.doubles[at + historyValue.time] ?? Number.NaN;
      // a value without a time precedes no window
      const values = historyLists.of(id).filter((at) => !Number.isNaN(timeOf(at)));
      const [ofRuns, ofRows] = [runLists.of(id), rowLists.of(id)];
      if (values.length > 1) yield* sortInSteps(values, (a, b) => timeOf(a) - timeOf(b));
      if (ofRuns.length > 1) yield* sortInSteps(ofRuns, byWindow(runs));
      if (ofRows.length > 1) yield* sortInSteps(ofRows, byWindow(rows));
      return { runs: ofRuns, rows: ofRows, history: values };
    },
  };
}

function countOf({ doubles, width }: Records): number {
  return doubles.length / width;
}

/** Puts the records of each series into a list. */
function* listBySeries(records: Records, series: TupleTable, isKept: (at: number) => boolean): Steps<RecordLists> {
  const lists = new RecordLists(records);
  for (let record = 0; record < countOf(records); record++) {
    const at = record * records.width;
    if (isKept(at)) lists.add(series.intern(records.words, 2 * at + key.seriesWord), record);
    if (record % 256 === 0) yield;
  }
  return lists;
}

/** The records of each series, as linked lists. */
class RecordLists {
  readonly #width: number;
  readonly #heads: number[] = [];
  readonly #next: Int32Array;

  constructor(records: Records) {
    this.#width = records.width;
    this.#next = new Int32Array(countOf(records));
  }

  add(id: number, record: number): void {
    this.#next[record] = this.#heads[id] ?? 0;
    while (this.#heads.length < id) this.#heads.push(0);
    this.#heads[id] = record + 1;
  }

  of(id: number): number[] {
    const list: number[] = [];
    for (let entry = this.#heads[id] ?? 0; entry !== 0; entry = this.#next[entry - 1] ?? 0) {
      list.push((entry - 1) * this.#width);
    }
    return list.reverse();
  }
}

/** By window, then part and record. */
function byWindow({ doubles, words }: Records): (a: number, b: number) => number {
  const by = (values: ArrayLike<number>, a: number, b: number): number => (values[a] ?? 0) - (values[b] ?? 0);
  return (a, b) =>
    by(doubles, a + place.start, b + place.start) ||
    by(doubles, a + place.end, b + place.end) ||
    by(words, 2 * a + place.fileWord, 2 * b + place.fileWord) ||
    by(words, 2 * a + place.recordWord, 2 * b + place.recordWord);
}
