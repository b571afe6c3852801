import type { BacktestExport } from '../export/find/backtest-export.ts';
import { partSources } from '../export/tables/planned-table.ts';
import { isSameCell } from './column-tally.ts';
import { planJoin } from './join-plan.ts';
import { joinTables, type JoinOptions } from './join-tables.ts';
import { RowBits } from './row-bits.ts';
import type { RowSource } from './row-cursor.ts';
import type { JoinSink } from './walk-rows.ts';

/** The rows of one export's forecasted-values whose keys all of them have. */
export interface CommonRows {
  readonly source: BacktestExport;
  /** By their number in the table. */
  readonly rows: RowBits;
  /** All rows of the table. */
  readonly total: number;
  /** Common rows whose actual differs by bits from that of the first export. */
  readonly otherActuals: number;
}

/**
 * Finds the rows that all exports have, by item, dimensions, window and timestamp. The first export is joined with
 * each of the others, each time only its rows that are still common; then once more with those joined before it last
 * lost rows. Where a key appears several times, as many of its rows are common as the export with the fewest has.
 * Memory: a bit for each row, and the held rows.
 */
export async function findCommonRows(exports: readonly BacktestExport[], options: JoinOptions): Promise<CommonRows[]> {
  const [first, ...others] = exports;
  if (first === undefined) return [];
  // `base` is how many rows of the first export were common when the rows of this one were found
  const partners = others.map((source) => ({ source, rows: new RowBits(), total: 0, otherActuals: 0, base: -1 }));
  let base: RowBits | undefined;
  let total = 0;
  // the second round shrinks nothing further: what it starts from is common to all
  for (let round = 0; round < 2; round++) {
    for (const partner of partners) {
      if (partner.base === base?.size) continue;
      const match = await matchRows(first, partner.source, base, options);
      if (base === undefined) total = match.rowsA;
      base = match.a;
      partner.rows = match.b;
      partner.total = match.rowsB;
      partner.otherActuals = match.otherActuals;
      partner.base = base.size;
    }
  }
  return [{ source: first, rows: base ?? new RowBits(), total, otherActuals: 0 }, ...partners];
}

async function matchRows(
  first: BacktestExport,
  other: BacktestExport,
  base: RowBits | undefined,
  options: JoinOptions,
): Promise<Match> {
  const total = new Match();
  const [a, b] = [first.forecastedValues, other.forecastedValues];
  const plan = planJoin(a.schema, b.schema, (column) => column.role === 'target');
  const sides = [{ sources: partSources(a), only: base }, { sources: partSources(b) }] as const;
  await joinTables(...sides, plan, options, { start: () => new Match(), accept: (share) => total.merge(share) });
  return total;
}

/** The rows of two sides that have a partner. */
class Match implements JoinSink {
  readonly a: RowBits = new RowBits();
  readonly b: RowBits = new RowBits();
  otherActuals = 0;
  rowsA = 0;
  rowsB = 0;

  matched(a: RowSource, rowA: number, b: RowSource, rowB: number, count: number): void {
    this.rowsA += count;
    this.rowsB += count;
    const [actualA, actualB] = [a.numbers[0], b.numbers[0]];
    for (let step = 0; step < count; step++) {
      this.a.add(a.ordinalOf(rowA + step));
      this.b.add(b.ordinalOf(rowB + step));
      if (!isSameCell(actualA, rowA + step, actualB, rowB + step)) this.otherActuals++;
    }
  }

  alone(side: 'a' | 'b'): void {
    if (side === 'a') this.rowsA++;
    else this.rowsB++;
  }

  /** Takes in the rows of another share. */
  merge(other: Match): void {
    this.a.merge(other.a);
    this.b.merge(other.b);
    this.otherActuals += other.otherActuals;
    this.rowsA += other.rowsA;
    this.rowsB += other.rowsB;
  }
}
