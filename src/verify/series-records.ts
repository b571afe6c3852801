import { KeyTable } from './key-table.ts';
import { historyValue, key, metricRow, run } from './record-layout.ts';

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

/** Part and (first) record of a run or row: they stand at the same place in every kind that has them. */
export function placeOf({ words }: Records, at: number): { readonly file: number; readonly record: number } {
  return { file: words[2 * at + run.fileWord] ?? 0, record: words[2 * at + run.recordWord] ?? 0 };
}

/** Makes {@link Records} of doubles. */
export function recordsOf(doubles: Float64Array, width: number): Records {
  return { doubles, words: new Uint32Array(doubles.buffer, doubles.byteOffset, doubles.length * 2), width };
}

/** How many distinct items and time series a partition holds. */
export interface PartitionCounts {
  items: number;
  series: number;
}

/**
 * Goes through a partition by time series, those with nothing but history left out, without the records of dropped
 * parts. Memory: about 40 bytes a record.
 */
export function* groupBySeries(
  { runs, rows, history }: PartitionRecords,
  dropped: ReadonlySet<number>,
  counts: PartitionCounts,
): Generator<SeriesRecords, void, undefined> {
  const most = countOf(runs) + countOf(rows);
  const series = new KeyTable(4, most + countOf(history));
  const items = new KeyTable(2, most);
  const isKept =
    (records: Records, fileWord: number) =>
    (at: number): boolean => {
      if (dropped.has(records.words[2 * at + fileWord] ?? 0)) return false;
      items.idOf(records.words, 2 * at + key.itemWord);
      return true;
    };
  const runLists = new RecordLists(runs, series, isKept(runs, run.fileWord));
  const rowLists = new RecordLists(rows, series, isKept(rows, metricRow.fileWord));
  const known = series.size;
  const historyLists = new RecordLists(history, series, () => true);
  counts.items += items.size;
  counts.series += known;
  for (let id = 0; id < known; id++) {
    yield {
      runs: sortRecords(runs, runLists.of(id), run),
      rows: sortRecords(rows, rowLists.of(id), metricRow),
      history: historyLists
        .of(id)
        .sort((a, b) => (history.doubles[a + historyValue.time] ?? 0) - (history.doubles[b + historyValue.time] ?? 0)),
    };
  }
}

function countOf({ doubles, width }: Records): number {
  return doubles.length / width;
}

/** The records of each series, as linked lists. */
class RecordLists {
  readonly #width: number;
  readonly #heads: number[] = [];
  readonly #next: Int32Array;

  constructor(records: Records, series: KeyTable, isKept: (at: number) => boolean) {
    this.#width = records.width;
    this.#next = new Int32Array(countOf(records));
    for (let record = 0; record < this.#next.length; record++) {
      const at = record * records.width;
      if (!isKept(at)) continue;
      const id = series.idOf(records.words, 2 * at + key.seriesWord);
      this.#next[record] = this.#heads[id] ?? 0;
      while (this.#heads.length < id) this.#heads.push(0);
      this.#heads[id] = record + 1;
    }
  }

  of(id: number): number[] {
    const list: number[] = [];
    for (let entry = this.#heads[id] ?? 0; entry !== 0; entry = this.#next[entry - 1] ?? 0) {
      list.push((entry - 1) * this.#width);
    }
    return list.reverse();
  }
}

interface Ordered {
  readonly start: number;
  readonly end: number;
  readonly fileWord: number;
  readonly recordWord: number;
}

function sortRecords({ doubles, words }: Records, list: number[], layout: Ordered): number[] {
  if (list.length < 2) return list;
  const by = (values: ArrayLike<number>, a: number, b: number): number => (values[a] ?? 0) - (values[b] ?? 0);
  return list.sort(
    (a, b) =>
      by(doubles, a + layout.start, b + layout.start) ||
      by(doubles, a + layout.end, b + layout.end) ||
      by(words, 2 * a + layout.fileWord, 2 * b + layout.fileWord) ||
      by(words, 2 * a + layout.recordWord, 2 * b + layout.recordWord),
  );
}
