import type { NumberColumn, TextColumn, TimeColumn } from '../batch/columns/column-batch.ts';
import { dictionaryTexts } from '../batch/forms/rows.ts';
import { numberColumn, textColumn, timeColumn } from '../batch/columns/typed-column.ts';
import type { RecordPlace } from '../export/parts/locate-rows.ts';
import type { SideColumns } from './join-plan.ts';
import type { Block } from './read-blocks.ts';

/** Rows by number: those of the current block, or those that are held. */
export interface RowSource {
  /** The compared columns, in the order of the plan; read again after every change. */
  readonly numbers: readonly NumberColumn[];
  /** Number of a row in its table, from 0. */
  ordinalOf(row: number): number;
  /** Index of its part among the table's, and its record in it. */
  recordOf(row: number): RecordPlace;
  /** Its key by column names; times in ISO 8601. */
  keyOf(row: number): Record<string, string>;
}

/** Walks over the rows of one side, block by block. */
export class RowCursor implements RowSource {
  texts: readonly TextColumn[] = [];
  times: readonly TimeColumn[] = [];
  numbers: readonly NumberColumn[] = [];
  /** The current row. */
  row = 0;
  /** Rows of the block. */
  rows = 0;
  readonly #columns: SideColumns;
  readonly #blocks: AsyncGenerator<Block, void, undefined>;
  #block: Block | undefined;

  constructor(blocks: AsyncGenerator<Block, void, undefined>, columns: SideColumns) {
    this.#blocks = blocks;
    this.#columns = columns;
  }

  /** Whether there is no row left; true before the first block too. */
  get spent(): boolean {
    return this.row >= this.rows;
  }

  /** Goes to the next block; false at the end. */
  async next(): Promise<boolean> {
    const { value } = await this.#blocks.next();
    this.#block = value ?? undefined;
    this.row = 0;
    this.rows = this.#block?.batch.rows ?? 0;
    if (this.#block === undefined) return false;
    const { batch } = this.#block;
    this.texts = this.#columns.texts.map((name) => textColumn(batch, name));
    this.times = this.#columns.times.map((name) => timeColumn(batch, name));
    this.numbers = this.#columns.numbers.map((name) => numberColumn(batch, name));
    return true;
  }

  /** Ends the reading. */
  async close(): Promise<void> {
    await this.#blocks.return();
  }

  ordinalOf(row: number): number {
    return (this.#block?.firstOrdinal ?? 0) + (this.#block?.kept?.[row] ?? row);
  }

  recordOf(row: number): RecordPlace {
    const record = (this.#block?.batch.firstRecord ?? 1) + (this.#block?.kept?.[row] ?? row);
    return { part: this.#block?.part ?? 0, record };
  }

  keyOf(row: number): Record<string, string> {
    const texts = this.texts.map(({ codes, dictionary }) => dictionaryTexts(dictionary)[codes[row] ?? 0] ?? '');
    return keyRecord(
      this.#columns,
      texts,
      this.times.map(({ values }) => values[row] ?? Number.NaN),
    );
  }
}

/** A key by column names. It has no prototype, so that a column may have any name. */
export function keyRecord(
  columns: SideColumns,
  texts: readonly string[],
  times: readonly number[],
): Record<string, string> {
  const key = Object.create(null) as Record<string, string>;
  for (const [index, name] of columns.texts.entries()) key[name] = texts[index] ?? '';
  for (const [index, name] of columns.times.entries()) {
    const time = times[index] ?? Number.NaN;
    key[name] = Number.isNaN(time) ? '' : new Date(time).toISOString();
  }
  return key;
}
