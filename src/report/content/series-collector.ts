import type { ColumnBatch, TextColumn } from '../../batch/columns/column-batch.ts';
import { textAt } from '../../batch/columns/text-at.ts';
import { numberColumn, textColumn, timeColumn } from '../../batch/columns/typed-column.ts';
import { columnsOf } from '../../schema/columns-of.ts';
import { emptySums, PieceLists } from './piece-lists.ts';
import { RoughErrors } from './rough-errors.ts';
import { bytesAt, hashAt, hashesOf, isSame, keyAt, runEnd, type SeriesColumns } from './series-columns.ts';
import { SeriesFilter } from './series-filter.ts';
import { seriesColumns, seriesDimensions, seriesName, type SeriesKey, type SeriesPlan } from './series-plan.ts';
import { mostRows, SeriesRows, timesOfRow, type SeriesRowsState } from './series-rows.ts';

/** Rows of one series that stand together in a part, as plain data. */
export interface SeriesPiece extends SeriesKey {
  readonly place: number;
  readonly hash: number;
  readonly sums: Float64Array<ArrayBuffer>;
  readonly rows: SeriesRowsState;
}

/** What was collected of a part, as plain data. */
export interface CollectedState {
  /** As it was given. */
  readonly part: number;
  readonly pieces: readonly SeriesPiece[];
  /** Of all series of the part: see {@link SeriesFilter}. */
  readonly filter: Uint32Array<ArrayBuffer>;
}

/** The buffers of a state, to be moved between threads. */
export function collectedBuffers({ pieces, filter }: CollectedState): ArrayBuffer[] {
  return [filter.buffer, ...pieces.flatMap(({ sums, rows }) => [sums.buffer, rows.cells.buffer])];
}

/** A piece that is kept. */
interface Kept extends SeriesKey {
  readonly place: number;
  readonly hash: number;
  readonly sums: Float64Array<ArrayBuffer>;
  readonly rows: SeriesRows;
}

/**
 * Keeps the rows of the series of a part that a report may draw, while its batches pass: see {@link PieceLists} for which, and
 * {@link SeriesRows} for how many rows of each. What is kept depends on batches, slices and threads, and need not: where it is
 * not all of a series that is drawn, `CollectedSeries.pick` has its parts read again. The first and the last piece are
 * kept as well, since the rest of them may be in another part or slice.
 *
 * Cost: about 5 ns a row, and 0.1 µs for each run of rows of one series. Memory: at most 157 pieces of 75,000 / 4 doubles
 * and their times, with their texts; of 120 rows with four forecast types, 8 KB each.
 */
export class SeriesCollector {
  /** Columns that `add` needs in its batches. */
  readonly requiredColumns: readonly string[];
  readonly #part: number;
  readonly #dimensions: readonly string[];
  readonly #numbers: readonly string[];
  readonly #times: readonly string[];
  readonly #item: string;
  readonly #errors: RoughErrors;
  readonly #lists: PieceLists<Kept>;
  readonly #filter = new SeriesFilter();
  /** Ids of chosen items, or those of the only series that are wanted, and their places. */
  readonly #places: ReadonlyMap<string, number>;
  /** Where only some are wanted: their dimensions by item. */
  readonly #only: readonly SeriesKey[] | undefined;
  readonly #wanted = new Map<string, Kept>();
  #first: Kept | undefined;
  /** The series whose rows go on in the next batch, and what of it has passed. */
  #open: Kept | undefined;
  #openBytes: readonly Uint8Array[] = [];
  readonly #sums = emptySums();

  /** `part` is told by its state again. */
  constructor(plan: SeriesPlan, part: number) {
    const { item, windowStart, windowEnd, timestamp, target, mean, quantiles } = columnsOf(plan.schema);
    this.requiredColumns = seriesColumns(plan.schema);
    this.#part = part;
    this.#item = item;
    this.#dimensions = seriesDimensions(plan.schema);
    this.#times = [windowStart, windowEnd, timestamp];
    this.#numbers = [target, ...(mean === undefined ? [] : [mean]), ...quantiles.map(({ name }) => name)];
    this.#errors = new RoughErrors(plan);
    this.#lists = new PieceLists(this.#errors);
    this.#only = plan.only;
    const ids = plan.only?.map(({ item: id }) => id) ?? plan.chosen;
    this.#places = new Map([...new Set(ids)].map((id, place) => [id, place]));
  }

  /** Looks at the rows of a batch; keeps copies only. */
  add(batch: ColumnBatch): void {
    const columns = this.#openBatch(batch);
    if (this.#only !== undefined) {
      this.#addWanted(columns, this.#only, batch.rows);
      return;
    }
    this.#errors.open(batch);
    let from = 0;
    if (this.#open !== undefined) {
      if (isSame(columns, this.#openBytes)) {
        from = runEnd(columns, 0, batch.rows);
        if (this.#goOn(this.#open, columns, from, batch.rows)) return;
      } else this.#closeOpen();
    }
    while (from < batch.rows) {
      const to = runEnd(columns, from, batch.rows);
      this.#addRun(columns, from, to, batch.rows);
      from = to;
    }
  }

  /** Everything as plain data; the collector is not used afterwards. */
  takeState(): CollectedState {
    const last = this.#open;
    if (last !== undefined) this.#closeOpen();
    const edges = [this.#first, last].filter((piece) => piece !== undefined);
    const kept = new Set([...this.#lists.list(), ...this.#wanted.values(), ...edges]);
    return {
      part: this.#part,
      pieces: Array.from(kept, ({ item, dimensions, place, hash, sums, rows }) => {
        return { item, dimensions, place, hash, sums, rows: rows.export() };
      }),
      filter: this.#filter.export(),
    };
  }

  /** Rows of the batch that go on with the open series; true where it may go on even after them. */
  #goOn(open: Kept, columns: SeriesColumns, to: number, rows: number): boolean {
    this.#errors.add(open.sums, 0, to);
    open.rows.add(columns.numbers, 0, to);
    if (to === rows) return true;
    this.#closeOpen();
    return false;
  }

  #addRun(columns: SeriesColumns, from: number, to: number, rows: number): void {
    const hash = hashAt(columns, from);
    const place = columns.places[columns.item.codes[from] ?? 0] ?? -1;
    this.#filter.add(hash);
    this.#sums.fill(0);
    this.#errors.add(this.#sums, from, to);
    const make = (key: SeriesKey): Kept => this.#makePiece(key, { hash, place }, columns, from, to);
    if (to === rows) {
      this.#open = make(keyAt(columns, from));
      this.#openBytes = bytesAt(columns, from);
    } else if (this.#first === undefined) {
      this.#first = make(keyAt(columns, from));
      this.#keep(this.#first);
    } else if (this.#lists.look({ place, hash, sums: this.#sums })) {
      const key = keyAt(columns, from);
      this.#lists.add(key, () => make(key));
    }
  }

  #makePiece(
    key: SeriesKey,
    { hash, place }: Pick<Kept, 'hash' | 'place'>,
    columns: SeriesColumns,
    from: number,
    to: number,
  ): Kept {
    const types = this.#numbers.length - 1;
    const rows = new SeriesRows(timesOfRow + 1 + types, mostRows(0, types), to - from);
    rows.add(columns.numbers, from, to);
    return { ...key, hash, place, sums: this.#sums.slice(), rows };
  }

  #closeOpen(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    this.#first ??= open;
    this.#keep(open);
  }

  #keep(piece: Kept): void {
    if (this.#lists.look(piece)) this.#lists.add(piece, () => piece);
  }

  /** Rows of the only series that are wanted, wherever they are: one piece for each series. */
  #addWanted(columns: SeriesColumns, only: readonly SeriesKey[], rows: number): void {
    for (let from = 0, to = 0; from < rows; from = to) {
      to = runEnd(columns, from, rows);
      const place = columns.places[columns.item.codes[from] ?? 0] ?? -1;
      if (place < 0) continue;
      const key = keyAt(columns, from);
      const name = seriesName(key);
      const known = this.#wanted.get(name);
      if (known !== undefined) known.rows.add(columns.numbers, from, to);
      else if (only.some((wanted) => seriesName(wanted) === name)) {
        const hash = hashAt(columns, from);
        this.#wanted.set(name, this.#makePiece(key, { hash, place }, columns, from, to));
      }
    }
  }

  #openBatch(batch: ColumnBatch): SeriesColumns {
    const item = textColumn(batch, this.#item);
    return {
      item,
      hashes: hashesOf(item),
      places: this.#placesOf(item),
      dimensions: this.#dimensions.map((name) => {
        const column = textColumn(batch, name);
        return { column, hashes: hashesOf(column) };
      }),
      numbers: [
        ...this.#times.map((name) => timeColumn(batch, name).values),
        ...this.#numbers.map((name) => numberColumn(batch, name).values),
      ],
    };
  }

  #placesOf(column: TextColumn): Int32Array {
    const places = new Int32Array(column.dictionary.size).fill(-1);
    if (this.#places.size === 0) return places;
    for (let code = 0; code < places.length; code++)
      places[code] = this.#places.get(textAt(column.dictionary, code)) ?? -1;
    return places;
  }
}
