import { BacktestExportError } from '../../errors.ts';
import type { SqlCell } from '../engines/engine.ts';
import { planLadder, rangeOfTerms, type LadderName, type Ladders } from '../terms/ladder.ts';
import type { RangeColumn } from './range-query.ts';
import type { AnswerReader } from '../engines/read-answer.ts';

/** The largest magnitude of the terms of each ladder, and their smallest that is not 0. */
export type TermRanges = ReadonlyMap<LadderName, { readonly largest: number; readonly smallest: number }>;

/** Reads the answer to the query of ranges. @throws `ENGINE_RESULT_INVALID`; what the engine throws */
export async function readRanges(
  columns: readonly RangeColumn[],
  answer: AsyncIterable<readonly SqlCell[]>,
  reader: AnswerReader,
): Promise<TermRanges> {
  const ranges = new Map<LadderName, { largest: number; smallest: number }>();
  let rows = 0;
  for await (const row of answer) {
    rows++;
    reader.assertLength(row, columns.length);
    for (const [at, { ladder, bound }] of columns.entries()) {
      const value = reader.magnitude(row[at], bound);
      if (value === null) continue;
      const known = ranges.get(ladder) ?? { largest: 0, smallest: Number.POSITIVE_INFINITY };
      ranges.set(ladder, known);
      if (bound === 'largest') known.largest = Math.max(known.largest, value);
      else known.smallest = Math.min(known.smallest, value);
    }
  }
  if (rows !== 1) throw reader.refuse(`expected one row of the ranges of terms, found ${rows}`);
  return ranges;
}

/**
 * Ladders that take terms of these ranges, in sums of at most so many rows; where a kind has no terms, or all are 0, that of before.
 * @throws `SUMS_INEXACT` where there is none: a term is infinite, or a sum could be
 */
export function fitLadders(before: Ladders, ranges: TermRanges, rows: number): Ladders {
  const fit = (name: LadderName): Ladders[LadderName] => {
    const range = ranges.get(name);
    if (range === undefined || range.largest === 0) return before[name];
    const { largest, smallest } = range;
    const ladder = planLadder(rangeOfTerms(largest, smallest), rows);
    if (ladder !== undefined) return ladder;
    const problem =
      `expected ${meanings[name]} small enough that ${rows} of them add up to a double, found one of ${largest}; ` +
      'summarize the export without an engine';
    throw new BacktestExportError('SUMS_INEXACT', problem);
  };
  return { errors: fit('errors'), squares: fit('squares'), shares: fit('shares') };
}

/** Terms that no ladder takes although it was made for their range: the data changed meanwhile, or the engine rounds otherwise. */
export function refuseRest(name: LadderName, rows: number): BacktestExportError {
  const problem =
    `expected exact sums of ${meanings[name]}, found ${rows} rows that are not the sum of their parts, although these were ` +
    'chosen by the range of the numbers: the data changed meanwhile, or the engine does not compute in IEEE doubles';
  return new BacktestExportError('SUMS_INEXACT', problem);
}

const meanings: Readonly<Record<LadderName, string>> = {
  errors: 'actuals, errors and widths of intervals',
  squares: 'squared errors',
  shares: 'errors relative to their actuals',
};
