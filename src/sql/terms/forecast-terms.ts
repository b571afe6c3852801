import { map } from '../../metrics/forecast/kernel/map.generated.ts';
import { typeCount, type RecordShape } from '../../metrics/forecast/record-shape.ts';
import type { LadderName } from './ladder.ts';

/**
 * What the kernel adds up for each row, as SQL over the columns of the query's steps: `y` and `f0`, `f1` … are NULL where they are
 * not finite, `any_y`, `any_f0` … only where the cell is empty; `a` is |y|, `e0` the error y − f0, `under0` 1 where it is
 * positive and 0 elsewhere. A comparison with NULL is never true, so that a row counts as `kernel/assembly/rows.ts` counts it:
 * covered and below zero are rows with a finite forecast, and a row without a finite actual adds to no sum.
 */
export interface ForecastTerms {
  /** The columns that are taken apart by a ladder, each with the sums that come of it. */
  readonly sums: readonly SummedTerm[];
  /** Aggregates by number of the count of a record; in order. */
  readonly counts: readonly { readonly count: number; readonly name: string; readonly expression: string }[];
  /** The mask of types without a finite forecast, of rows with a finite actual. */
  readonly excluded: string;
}

/** A column of doubles that is to be summed. */
export interface SummedTerm {
  readonly ladder: LadderName;
  /** Its name in the query. */
  readonly name: string;
  /** Its expression over the columns before it. */
  readonly expression: string;
  /** Number of its sum in a record; of an error the sums of its positive and of its negative values, the latter negated. */
  readonly sum: number;
  readonly signs: undefined | { readonly under: string; readonly over: number };
  /** What it is, for a comment. */
  readonly meaning: string;
}

/** The terms of an export's forecast types. */
export function planTerms(shape: RecordShape): ForecastTerms {
  return { sums: planSums(shape), counts: planCounts(shape), excluded: planExcluded(shape.types.length) };
}

function planSums({ types, intervals, widths, squares, shares, point }: RecordShape): SummedTerm[] {
  const single = (ladder: LadderName, name: string, expression: string, sum: number, meaning: string): SummedTerm => {
    return { ladder, name, expression, sum, signs: undefined, meaning };
  };
  const sums = [single('errors', 'a', 'ABS(y)', 0, '|y|')];
  for (const [type, name] of types.entries()) {
    const sum = 1 + 2 * type;
    const signs = { under: `under${type}`, over: sum + 1 };
    sums.push({ ladder: 'errors', name: `e${type}`, expression: `y - f${type}`, sum, signs, meaning: `y - ${name}` });
  }
  for (const [interval, { lower, upper }] of intervals.entries()) {
    const expression = `CASE WHEN y IS NOT NULL THEN f${upper} - f${lower} END`;
    const meaning = `${types[upper] ?? ''} - ${types[lower] ?? ''}`;
    sums.push(single('errors', `w${interval}`, expression, widths + interval, meaning));
  }
  if (point < 0) return sums;
  const error = `e${point}`;
  sums.push(single('squares', 'squared', `${error} * ${error}`, squares, `(y - ${types[point] ?? ''})²`));
  const share = `CASE WHEN y <> 0 THEN ABS(${error} / y) END`;
  sums.push(single('shares', 'share', share, shares, `|y - ${types[point] ?? ''}| / |y|`));
  return sums;
}

function planCounts({ types, intervals, hasMean }: RecordShape): ForecastTerms['counts'] {
  const crossed = types.slice(hasMean ? 2 : 1).map((_, index) => {
    const lower = index + (hasMean ? 1 : 0);
    return `f${lower} > f${lower + 1}`;
  });
  return [
    { count: map.ROWS, name: 'n_rows', expression: 'COUNT(*)' },
    { count: map.ACTUALS, name: 'n_actuals', expression: 'COUNT(y)' },
    { count: map.MISSING, name: 'n_missing', expression: 'COUNT(*) - COUNT(any_y)' },
    { count: map.NON_FINITE, name: 'n_not_finite', expression: 'COUNT(any_y) - COUNT(y)' },
    { count: map.ZERO, name: 'n_zero', expression: countWhere('y = 0') },
    {
      count: map.CROSSED,
      name: 'n_crossed',
      expression: crossed.length === 0 ? '0' : countWhere(crossed.join(' OR ')),
    },
    ...types.flatMap((_, type) => [
      { count: typeCount(type, map.NEGATIVE), name: `n_negative${type}`, expression: countWhere(`f${type} < 0`) },
      { count: typeCount(type, map.COVERED), name: `n_covered${type}`, expression: countWhere(`y <= f${type}`) },
      {
        count: typeCount(type, map.TYPE_MISSING),
        name: `n_missing${type}`,
        expression: `COUNT(*) - COUNT(any_f${type})`,
      },
      {
        count: typeCount(type, map.TYPE_NON_FINITE),
        name: `n_not_finite${type}`,
        expression: `COUNT(any_f${type}) - COUNT(f${type})`,
      },
    ]),
    ...intervals.map(({ lower, upper }, interval) => ({
      count: typeCount(types.length, interval * map.COUNTS_PER_INTERVAL + map.INSIDE),
      name: `n_inside${interval}`,
      expression: countWhere(`f${lower} <= y AND y <= f${upper}`),
    })),
  ];
}

/** An aggregate: the rows for which a condition is true. */
export function countWhere(condition: string): string {
  return `COUNT(*) FILTER (WHERE ${condition})`;
}

function planExcluded(types: number): string {
  const bits = Array.from({ length: types }, (_, type) => `CASE WHEN f${type} IS NULL THEN ${2 ** type} ELSE 0 END`);
  return `CASE WHEN y IS NULL THEN 0 ELSE ${bits.join(' + ')} END`;
}
