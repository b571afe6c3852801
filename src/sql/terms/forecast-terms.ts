import { BacktestExportError } from '../../errors.ts';
import { map } from '../../metrics/forecast/kernel/map.generated.ts';
import { typeCount, type RecordShape } from '../../metrics/forecast/record-shape.ts';
import type { LadderName } from './ladder.ts';

/**
 * What the kernel adds up for each row, as SQL over the columns of the query's steps: `y` and `f0`, `f1` … are NULL where they are
 * not finite, `any_y`, `any_f0` … only where the cell is empty; `a` is |y|, `e0` the error y − f0, `positive0` 1 where it is
 * positive and 0 elsewhere. A comparison with NULL is never true, so that a row counts as `kernel/assembly/rows.ts` counts it:
 * covered and below zero are rows with a finite forecast, and a row without a finite actual adds to no sum.
 */
export interface ForecastTerms {
  readonly sums: readonly SummedTerm[];
  readonly counts: readonly CountedTerm[];
  /** The mask of types without a finite forecast, of rows with a finite actual; 0 of others. */
  readonly excluded: string;
}

/** A column of doubles that is to be summed: NULL in rows that it leaves out. */
export interface SummedTerm {
  readonly ladder: LadderName;
  /** The step that it belongs to, since it may need columns of the one before. */
  readonly step: 'errors' | 'terms';
  /** Its name in the query. */
  readonly name: string;
  readonly expression: string;
  /** Number of its sum in a record; of an error that of its positive values. */
  readonly sum: number;
  /** Of an error: the column that is 1 where it is positive, and the number of the sum of its negative values, negated. */
  readonly signs: { readonly positive: string; readonly over: number } | undefined;
  /** What it is, for a comment. */
  readonly meaning: string;
}

/** A count of a record, by its number. */
export interface CountedTerm {
  readonly count: number;
  /** Its name in the query. */
  readonly name: string;
  /** An aggregate. */
  readonly expression: string;
}

/** Bits of a mask that doubles and whole numbers of every engine hold. */
const mostTypes = 52;

/** The terms of an export's forecast types. @throws `SCHEMA_INVALID` for more than 52 types */
export function planTerms(shape: RecordShape): ForecastTerms {
  const types = shape.types.length;
  if (types > mostTypes) {
    const problem = `expected at most ${mostTypes} forecast types, as each is a bit of a number in the query, found ${types}`;
    throw new BacktestExportError('SCHEMA_INVALID', problem);
  }
  const sums = [planActuals(), ...planErrors(shape), ...planWidths(shape), ...planPoint(shape)];
  return { sums, counts: planCounts(shape), excluded: planExcluded(shape) };
}

function planActuals(): SummedTerm {
  const place = { ladder: 'errors', step: 'errors', sum: 0, signs: undefined } as const;
  return { ...place, name: 'a', expression: 'ABS(y)', meaning: '|y|' };
}

function planErrors({ types }: RecordShape): SummedTerm[] {
  return types.map((name, type) => {
    const sum = 1 + 2 * type;
    const signs = { positive: `positive${type}`, over: sum + 1 };
    const text = { name: `e${type}`, expression: `y - f${type}`, meaning: `y - ${name}` };
    return { ladder: 'errors', step: 'errors', sum, signs, ...text };
  });
}

function planWidths({ types, intervals, widths }: RecordShape): SummedTerm[] {
  return intervals.map(({ lower, upper }, interval) => {
    const place = { ladder: 'errors', step: 'errors', sum: widths + interval, signs: undefined } as const;
    const expression = `CASE WHEN y IS NOT NULL THEN f${upper} - f${lower} END`;
    return { ...place, name: `w${interval}`, expression, meaning: `${types[upper] ?? ''} - ${types[lower] ?? ''}` };
  });
}

function planPoint({ types, point, squares, shares }: RecordShape): SummedTerm[] {
  if (point < 0) return [];
  const error = `e${point}`;
  const meaning = `y - ${types[point] ?? ''}`;
  const place = { step: 'terms', signs: undefined } as const;
  // as the kernel has it: the share is rounded once, and is infinite where a quotient is
  const share = `CASE WHEN y <> 0 THEN ABS(${error} / y) END`;
  return [
    {
      ...place,
      ladder: 'squares',
      name: 'squared',
      expression: `${error} * ${error}`,
      sum: squares,
      meaning: `(${meaning})^2`,
    },
    { ...place, ladder: 'shares', name: 'share', expression: share, sum: shares, meaning: `|${meaning}| / |y|` },
  ];
}

function planCounts({ types, intervals, hasMean }: RecordShape): CountedTerm[] {
  const firstQuantile = hasMean ? 1 : 0;
  const crossed = types.slice(firstQuantile + 1).map((_, index) => {
    return `f${firstQuantile + index} > f${firstQuantile + index + 1}`;
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
    ...types.flatMap((_, type) => planTypeCounts(type)),
    ...intervals.map(({ lower, upper }, interval) => ({
      count: typeCount(types.length, interval * map.COUNTS_PER_INTERVAL + map.INSIDE),
      name: `n_inside${interval}`,
      expression: countWhere(`f${lower} <= y AND y <= f${upper}`),
    })),
  ];
}

function planTypeCounts(type: number): CountedTerm[] {
  const number = (count: number): number => typeCount(type, count);
  return [
    { count: number(map.NEGATIVE), name: `n_negative${type}`, expression: countWhere(`f${type} < 0`) },
    { count: number(map.COVERED), name: `n_covered${type}`, expression: countWhere(`y <= f${type}`) },
    { count: number(map.TYPE_MISSING), name: `n_missing${type}`, expression: `COUNT(*) - COUNT(any_f${type})` },
    {
      count: number(map.TYPE_NON_FINITE),
      name: `n_not_finite${type}`,
      expression: `COUNT(any_f${type}) - COUNT(f${type})`,
    },
  ];
}

/** An aggregate: the rows for which a condition is true. All dialects have it; with FILTER the query takes half as long again in DuckDB. */
export function countWhere(condition: string): string {
  return `COUNT_IF(${condition})`;
}

function planExcluded({ types }: RecordShape): string {
  const bits = types.map((_, type) => `CASE WHEN f${type} IS NULL THEN ${2 ** type} ELSE 0 END`);
  return `CASE\n  WHEN y IS NULL THEN 0\n  ELSE ${bits.join('\n    + ')}\nEND`;
}
