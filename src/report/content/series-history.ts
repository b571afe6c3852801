import { textAt } from '../../batch/columns/text-at.ts';
import { numberColumn, textColumn, timeColumn } from '../../batch/columns/typed-column.ts';
import type { BacktestExport } from '../../export/find/backtest-export.ts';
import { isoTime } from '../../metrics/forecast/window-table.ts';
import { columnsOf } from '../../schema/columns-of.ts';
import { historyBatches, type HistoryBatch, type HistoryReading } from '../../verify/scan/history-batches.ts';
import type { HistoryValue, ReportedSeries } from '../base/report.ts';
import { seriesDimensions } from './series-plan.ts';

/** Horizons of history that are shown before the first window. */
const horizons = 3;
/** Values of all series, and fewest series that share them. */
const mostValues = 6000;
const fewestSeries = 4;

/**
 * Adds to series that are drawn the end of their training history, up to the first window that is shown: three horizons at most,
 * and 6,000 values of all series. Reads the files whole, on this thread; memory: twice as many values as are kept. Values
 * that are missing or not finite are left out; of several with one timestamp the least is kept, in whatever file it is.
 * Series stay without where the export has a dimension called `item`, `step` or `window`, which tells no series apart here.
 * @throws what `historyBatches` throws
 */
export async function addHistory(
  series: readonly ReportedSeries[],
  bx: BacktestExport,
  { history = [], ...reading }: HistoryReading & { readonly history?: readonly string[] | undefined },
): Promise<ReportedSeries[]> {
  const dimensions = seriesDimensions(bx);
  const most = Math.floor(mostValues / Math.max(fewestSeries, series.length));
  const tails = series.map((one) => new HistoryTail(one, dimensions, most));
  if (dimensions.length === bx.dimensions.length && tails.length > 0) {
    const byItem = groupByItem(tails);
    for (const location of history)
      for await (const rows of historyBatches(location, bx, reading)) addRows(rows, byItem);
  }
  return series.map((one, index) => ({ ...one, history: tails[index]?.list() ?? [] }));
}

function groupByItem(tails: readonly HistoryTail[]): ReadonlyMap<string, HistoryTail[]> {
  const byItem = new Map<string, HistoryTail[]>();
  for (const tail of tails) {
    const known = byItem.get(tail.item);
    if (known === undefined) byItem.set(tail.item, [tail]);
    else known.push(tail);
  }
  return byItem;
}

/** Gives the values of a batch to the series that they belong to. */
function addRows({ batch, schema }: HistoryBatch, byItem: ReadonlyMap<string, readonly HistoryTail[]>): void {
  const { item, dimensions, timestamp, target } = columnsOf(schema);
  const items = textColumn(batch, item);
  const tails = Array.from({ length: items.dictionary.size }, (_, code) => byItem.get(textAt(items.dictionary, code)));
  if (tails.every((found) => found === undefined)) return;
  const others = dimensions.map((name) => textColumn(batch, name));
  const times = timeColumn(batch, timestamp).values;
  const values = numberColumn(batch, target).values;
  for (let row = 0; row < batch.rows; row++) {
    const found = tails[items.codes[row] ?? 0];
    if (found === undefined) continue;
    const texts = others.map((column) => textAt(column.dictionary, column.codes[row] ?? 0));
    for (const tail of found) if (tail.has(texts)) tail.add(times[row] ?? Number.NaN, values[row] ?? Number.NaN);
  }
}

/** The last values before a time. */
class HistoryTail {
  readonly item: string;
  readonly #dimensions: readonly string[];
  readonly #end: number;
  readonly #most: number;
  /** By timestamp; twice as many as are shown at most. */
  #values = new Map<number, number>();
  /** Nothing before that is among the last. */
  #from = Number.NEGATIVE_INFINITY;

  constructor({ item, dimensions, windows }: ReportedSeries, names: readonly string[], most: number) {
    const horizon = windows.reduce((most, { timestamps }) => Math.max(most, timestamps.length), 0);
    this.item = item;
    this.#dimensions = names.map((name) => dimensions[name] ?? '');
    this.#end = Date.parse(windows[0]?.start ?? '');
    this.#most = Math.min(most, horizons * horizon);
  }

  has(dimensions: readonly string[]): boolean {
    return this.#dimensions.every((text, index) => text === dimensions[index]);
  }

  add(time: number, value: number): void {
    if (!(time < this.#end) || time < this.#from || !Number.isFinite(value)) return;
    this.#values.set(time, Math.min(value + 0, this.#values.get(time) ?? value + 0));
    if (this.#values.size > 2 * this.#most) this.#trim();
  }

  /** Oldest first. */
  list(): HistoryValue[] {
    this.#trim();
    return Array.from(this.#values, ([time, value]) => ({ timestamp: isoTime(time), value }));
  }

  #trim(): void {
    const last = [...this.#values].sort(([a], [b]) => a - b).slice(Math.max(0, this.#values.size - this.#most));
    this.#from = last[0]?.[0] ?? this.#from;
    this.#values = new Map(last);
  }
}
