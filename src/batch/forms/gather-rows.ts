import type { ColumnSchema } from '../../schema/schema.ts';
import type { ColumnBatch } from '../columns/column-batch.ts';
import { TextGatherer } from './gather-texts.ts';
import { NumberGatherer, TimeGatherer } from './gather-values.ts';
import type { OwnedRows } from './owned-rows.ts';
import { numberColumn, textColumn, timeColumn } from '../columns/typed-column.ts';

/** How borrowed batches become owned rows. */
export interface GatherOptions {
  /** What each batch holds, in this order. */
  readonly columns: readonly ColumnSchema[];
  /** Rows at most that are given at a time. */
  readonly mostRows: number;
  /** About how many rows there are, so that no array has to grow. */
  readonly expectedRows: number;
}

/**
 * Copies borrowed batches into owned rows, as many at a time as asked for; fewer at the end, or where the texts of a column
 * have more than 16 MiB. Each cell is copied once. When the batches end with an error, the rows before it are given first.
 */
export async function* gatherRows(
  batches: AsyncIterable<ColumnBatch>,
  options: GatherOptions,
  signal?: AbortSignal,
): AsyncGenerator<OwnedRows, void, undefined> {
  const { mostRows } = options;
  let gatherer = new RowGatherer(options.columns, Math.min(mostRows, Math.max(1, options.expectedRows)));
  try {
    for await (const batch of batches) {
      for (let from = 0; from < batch.rows;) {
        const to = Math.min(batch.rows, from + mostRows - gatherer.rows);
        gatherer.add(batch, from, to, mostRows);
        from = to;
        if (gatherer.rows < mostRows && gatherer.bytes < mostTextBytes) continue;
        const full = gatherer;
        gatherer = new RowGatherer(options.columns, mostRows);
        yield full.take();
      }
    }
  } catch (error) {
    if (gatherer.rows > 0 && signal?.aborted !== true) yield gatherer.take();
    throw error;
  }
  if (gatherer.rows > 0) yield gatherer.take();
}

const mostTextBytes = 16 * 1024 * 1024;

/** Owned rows, while batches are being added. */
class RowGatherer {
  rows = 0;
  #capacity: number;
  readonly #columns: readonly { readonly add: AddColumn; readonly gatherer: Gatherer }[];

  constructor(columns: readonly ColumnSchema[], capacity: number) {
    this.#capacity = capacity;
    this.#columns = columns.map((column) => gathererOf(column, capacity));
  }

  /** The most bytes of texts in a column. */
  get bytes(): number {
    return this.#columns.reduce((most, { gatherer }) => Math.max(most, 'bytes' in gatherer ? gatherer.bytes : 0), 0);
  }

  add(batch: ColumnBatch, from: number, to: number, mostRows: number): void {
    const rows = this.rows + to - from;
    if (rows > this.#capacity) {
      this.#capacity = Math.min(mostRows, Math.max(rows, 4 * this.#capacity));
      for (const { gatherer } of this.#columns) gatherer.grow(this.#capacity);
    }
    for (const { add } of this.#columns) add(batch, from, to, this.rows);
    this.rows = rows;
  }

  take(): OwnedRows {
    return { rows: this.rows, columns: this.#columns.map(({ gatherer }) => gatherer.take(this.rows)) };
  }
}

type Gatherer = NumberGatherer | TimeGatherer | TextGatherer;
type AddColumn = (batch: ColumnBatch, from: number, to: number, rows: number) => void;

function gathererOf({ name, kind }: ColumnSchema, capacity: number): { add: AddColumn; gatherer: Gatherer } {
  if (kind === 'number') {
    const gatherer = new NumberGatherer(capacity);
    return { gatherer, add: (batch, from, to, rows) => gatherer.add(numberColumn(batch, name), from, to, rows) };
  }
  if (kind === 'time') {
    const gatherer = new TimeGatherer(capacity);
    return { gatherer, add: (batch, from, to, rows) => gatherer.add(timeColumn(batch, name), from, to, rows) };
  }
  const gatherer = new TextGatherer(capacity);
  return { gatherer, add: (batch, from, to, rows) => gatherer.add(textColumn(batch, name), from, to, rows) };
}
