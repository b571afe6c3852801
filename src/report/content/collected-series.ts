import type { ForecastType } from '../../schema/schema.ts';
import { columnsOf } from '../../schema/columns-of.ts';
import { isoTime } from '../../metrics/forecast/window-table.ts';
import type { Figure } from '../../metrics/base/summary.ts';
import type { ReportedSeries, SeriesWindow } from '../base/report.ts';
import { emptySums, PieceLists } from './piece-lists.ts';
import { RoughErrors } from './rough-errors.ts';
import type { CollectedState, SeriesPiece } from './series-collector.ts';
import { mayHold } from './series-filter.ts';
import { hashSeries } from './series-hash.ts';
import { seriesDimensions, seriesName, type DrawnItem, type SeriesKey, type SeriesPlan } from './series-plan.ts';
import { mostRows, SeriesRows, timesOfRow } from './series-rows.ts';

/** Doubles of rows that are held until it is known which series are drawn: 32 MB. */
const mostHeld = 4 * 2 ** 20;

/** Reads parts again, only the series named; gives what collectors with `only` collected. */
export type ReadAgain = (parts: readonly number[], only: readonly SeriesKey[]) => Promise<readonly CollectedState[]>;

/** The pieces of one series. */
interface Gathered extends SeriesKey {
  readonly place: number;
  readonly hash: number;
  readonly sums: Float64Array;
  readonly rows: SeriesRows;
}

/**
 * What collectors kept of all parts or slices, merged in any order. The series that {@link CollectedSeries.pick} gives are the
 * same however parts were cut, read and merged: one that is not whole here is read again. Memory: at most 32 MB of rows and one
 * more state, and a filter for each part.
 */
export class CollectedSeries {
  readonly #plan: SeriesPlan;
  readonly #errors: RoughErrors;
  #series = new Map<string, Gathered>();
  #held = 0;
  readonly #filters: { readonly part: number; readonly words: Uint32Array }[] = [];

  constructor(plan: SeriesPlan) {
    this.#plan = plan;
    this.#errors = new RoughErrors(plan);
  }

  merge({ part, pieces, filter }: CollectedState): void {
    this.#filters.push({ part, words: filter });
    for (const piece of pieces) this.#add(piece);
    if (this.#held > mostHeld) this.#trim();
  }

  /**
   * The rows of the drawn items, in their order. An item is whole if as many rows of it were kept or counted as its group has;
   * where one is not, the parts that may hold such items are read once more.
   * @throws what `read` throws
   */
  async pick(drawn: readonly DrawnItem[], read: ReadAgain): Promise<ReportedSeries[]> {
    const keys = drawn.map((item) => this.#keyOf(item));
    const missing = keys.filter((key, index) => this.#series.get(seriesName(key))?.rows.rows !== drawn[index]?.rows);
    const again = new CollectedSeries({ ...this.#plan, only: missing });
    const hashes = missing.map(hashSeries);
    const parts = new Set(
      this.#filters.flatMap(({ part, words }) => (hashes.some((hash) => mayHold(words, hash)) ? [part] : [])),
    );
    if (parts.size > 0)
      for (const state of await read(
        [...parts].sort((a, b) => a - b),
        missing,
      ))
        again.merge(state);
    const isMissing = new Set(missing.map(seriesName));
    return drawn.map((item, index) => {
      const name = seriesName(keys[index] ?? this.#keyOf(item));
      const found = isMissing.has(name) ? again.#series.get(name) : this.#series.get(name);
      return this.#report(item, found?.rows, drawn.length);
    });
  }

  #add({ item, dimensions, place, hash, sums, rows }: SeriesPiece): void {
    const name = seriesName({ item, dimensions });
    let known = this.#series.get(name);
    if (known === undefined) {
      const types = this.#types.length;
      const own = new SeriesRows(
        timesOfRow + 1 + types,
        mostRows(0, types),
        rows.cells.length / (timesOfRow + 1 + types),
      );
      this.#series.set(name, (known = { item, dimensions, place, hash, sums: emptySums(), rows: own }));
    } else this.#held -= heldBy(known);
    for (let index = 0; index < sums.length; index++) known.sums[index] = (known.sums[index] ?? 0) + (sums[index] ?? 0);
    known.rows.merge(rows);
    this.#held += heldBy(known);
  }

  /** Keeps the series that may be drawn, as far as is known so far. */
  #trim(): void {
    if (this.#plan.only !== undefined) return; // at most as many as are drawn
    const lists = new PieceLists<Gathered>(this.#errors);
    for (const series of this.#series.values()) if (lists.look(series)) lists.add(series, () => series);
    this.#series = new Map(Array.from(lists.list(), (series) => [seriesName(series), series]));
    this.#held = 0;
    for (const series of this.#series.values()) this.#held += heldBy(series);
  }

  /** Forecast types, in the order of cells. */
  get #types(): readonly ForecastType[] {
    const { mean, quantiles } = columnsOf(this.#plan.schema);
    return [...(mean === undefined ? [] : ['mean']), ...quantiles.map(({ forecastType }) => forecastType)];
  }

  #keyOf({ item: { item, dimensions } }: DrawnItem): SeriesKey {
    return { item, dimensions: seriesDimensions(this.#plan.schema).map((name) => dimensions[name] ?? '') };
  }

  #report({ item, reasons, rows: counted }: DrawnItem, rows: SeriesRows | undefined, drawn: number): ReportedSeries {
    const types = this.#types;
    const cells = rows?.sorted(mostRows(drawn, types.length)) ?? new Float64Array();
    const width = timesOfRow + 1 + types.length;
    const windows: SeriesWindow[] = [];
    for (let from = 0, to = 0; from < cells.length; from = to) {
      while (to < cells.length && cells[to] === cells[from] && cells[to + 1] === cells[from + 1]) to += width;
      windows.push(reportWindow(cells.subarray(from, to), types));
    }
    return {
      item: item.item,
      dimensions: item.dimensions,
      reasons,
      metrics: item.metrics,
      windows,
      windowsLeftOut: Math.max(0, item.windowCount - windows.length),
      rowsLeftOut: Math.max(0, counted - cells.length / width),
      history: [],
    };
  }
}

/** Doubles, or as much for its texts. */
function heldBy({ item, dimensions, rows }: Gathered): number {
  return dimensions.reduce((sum, text) => sum + text.length / 4, rows.held + item.length / 4);
}

/** The rows of one window, by timestamp. */
function reportWindow(cells: Float64Array, types: readonly ForecastType[]): SeriesWindow {
  const width = timesOfRow + 1 + types.length;
  const column = (index: number): Figure[] =>
    Array.from({ length: cells.length / width }, (_, row) => {
      const value = cells[row * width + index] ?? Number.NaN;
      return Number.isNaN(value) ? null : value;
    });
  return {
    start: isoTime(cells[0]),
    end: isoTime(cells[1]),
    timestamps: column(2).map((time) => isoTime(time ?? Number.NaN)),
    actuals: column(timesOfRow),
    forecasts: Object.fromEntries(types.map((type, at) => [type, column(timesOfRow + 1 + at)])),
  };
}
