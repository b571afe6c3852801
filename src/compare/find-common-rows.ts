import type { BacktestExport } from '../export/backtest-export.ts';
import { partSources } from '../export/planned-table.ts';
import { planJoin } from './join-plan.ts';
import { joinTables, type JoinOptions } from './join-tables.ts';
import { RowBits } from './row-bits.ts';
import type { RowSource } from './row-cursor.ts';
import type { JoinSink } from './walk-rows.ts';

/** The rows of each export's forecasted-values whose keys all of them have. */
export interface CommonRows {
  /** By export: the rows, by their number in the table. */
  readonly rows: readonly RowBits[];
  /** By export: all rows of the table. */
  readonly totals: readonly number[];
  /** By export: common rows whose actual differs by bits from that of the first. */
  readonly otherActuals: readonly number[];
}

/**
 * Finds the rows that all exports have, by item, dimensions, window and timestamp. The first export is joined with each
 * of the others, less and less of it; once more with those joined before the last loss. Where a key appears several times,
 * as many of its rows are common as the export with the fewest has. Memory: a bit for each row, and the held rows.
 */
export async function findCommonRows(exports: readonly BacktestExport[], options: JoinOptions): Promise<CommonRows> {
  const found = exports.map((): Found => ({ rows: new RowBits(), total: 0, otherActuals: 0, base: -1 }));
  const [first] = found;
  if (first === undefined) return { rows: [], totals: [], otherActuals: [] };
  let base: RowBits | undefined;
  // the second round shrinks nothing further: what it starts from is common to all
  for (let round = 0; round < 2; round++) {
    for (const [index, partner] of found.entries()) {
      if (index === 0 || partner.base === base?.size) continue;
      const match = await matchRows(exports, index, base, options);
      if (base === undefined) first.total = match.rowsA;
      if (round === 0) partner.total = match.rowsB;
      base = match.a;
      partner.rows = match.b;
      partner.otherActuals = match.otherActuals;
      partner.base = base.size;
    }
  }
  first.rows = base ?? first.rows;
  return {
    rows: found.map(({ rows }) => rows),
    totals: found.map(({ total }) => total),
    otherActuals: found.map(({ otherActuals }) => otherActuals),
  };
}

interface Found {
  rows: RowBits;
  total: number;
  otherActuals: number;
  /** How many rows of the first export were common when these rows were found. */
  base: number;
}

async function matchRows(
  exports: readonly BacktestExport[],
  index: number,
  base: RowBits | undefined,
  options: JoinOptions,
): Promise<Match> {
  const [first, other] = [exports[0], exports[index]];
  const total = new Match();
  if (first === undefined || other === undefined) return total;
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
      const same =
        Object.is(actualA?.values[rowA + step], actualB?.values[rowB + step]) &&
        actualA?.states[rowA + step] === actualB?.states[rowB + step];
      if (!same) this.otherActuals++;
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
