import type { Dialect } from '../dialects/dialect.ts';
import { countWhere, type SummedTerm } from '../terms/forecast-terms.ts';
import type { Ladder, LadderName, Ladders } from '../terms/ladder.ts';
import { writeStep } from './term-steps.ts';

/** The aggregates of a term's levels: of each the sum, and of an error that of its negative values, negated. */
export interface LevelSums {
  readonly level: number;
  readonly exponent: number;
  readonly sum: string;
  readonly over: string | undefined;
}

/**
 * The CTEs that take terms apart: of each level but the last what it leaves of a term, x − ((x + M) − M). What the level took
 * is the difference, exactly, so that there is no column for it.
 */
export function writeLevelSteps(dialect: Dialect, terms: readonly SummedTerm[], ladders: Ladders): string[] {
  const steps: string[] = [];
  for (let level = 0; ; level++) {
    const columns = terms.flatMap((term) => {
      const { exponents } = ladders[term.ladder];
      if (level >= exponents.length - 1) return [];
      const left = leftFor(term, level);
      return [`${left} - (${writeRounded(dialect, left, exponents[level] ?? 0)}) AS ${leftFor(term, level + 1)}`];
    });
    if (columns.length === 0) return steps;
    const comment =
      level === 0
        ? 'what is left of each term after rounding to a multiple of 2^k: (x + M) - M with M = 1.5 * 2^(k+52); exact'
        : 'what is left of that';
    steps.push(writeStep(`left${level + 1}`, comment, ['*', ...columns], level === 0 ? 'terms' : `left${level}`));
  }
}

/** The name of the CTE that sums are made of, from the steps of the levels. */
export function lastStep(levelSteps: readonly string[]): string {
  return levelSteps.length === 0 ? 'terms' : `left${levelSteps.length}`;
}

/** The aggregates of a term, level by level. */
export function sumLevels(term: SummedTerm, { exponents }: Ladder): LevelSums[] {
  return exponents.map((exponent, level) => {
    const left = leftFor(term, level);
    const isLast = level === exponents.length - 1;
    const part = isLast ? left : `${left} - ${leftFor(term, level + 1)}`;
    if (term.signs === undefined) return { level, exponent, sum: `SUM(${part})`, over: undefined };
    // what is left of a positive error may be negative: it goes by the sign of the error. The difference of the sums is exact
    const positive = `SUM(${isLast ? part : `(${part})`} * ${term.signs.positive})`;
    return { level, exponent, sum: positive, over: `${positive} - SUM(${part})` };
  });
}

/**
 * The number of rows with a term of a ladder that is not the sum of its levels, or too large for them; all rows of a group that
 * has more than the ladder is for. Undefined without terms.
 */
export function countRest(
  dialect: Dialect,
  terms: readonly SummedTerm[],
  ladders: Ladders,
  name: LadderName,
): string | undefined {
  const { exponents, top, rows } = ladders[name];
  const limit = dialect.quoteDouble(2 ** top);
  const conditions = terms.flatMap((term) => {
    if (term.ladder !== name) return [];
    const left = leftFor(term, exponents.length - 1);
    return [`ABS(${term.name}) >= ${limit} OR ${writeRounded(dialect, left, exponents.at(-1) ?? 0)} <> ${left}`];
  });
  if (conditions.length === 0) return undefined;
  const tooMany = `CASE WHEN COUNT(*) > ${rows} THEN COUNT(*) ELSE 0 END`;
  return `${countWhere(`\n    ${conditions.join('\n    OR ')}\n  `)} + ${tooMany}`;
}

/** Column of what is left of a term for a level. */
function leftFor({ name }: SummedTerm, level: number): string {
  return level === 0 ? name : `${name}_${level}`;
}

/** A name rounded to a multiple of 2^exponent. */
function writeRounded(dialect: Dialect, name: string, exponent: number): string {
  const m = dialect.quoteDouble(1.5 * 2 ** (exponent + 52));
  return `(${name} + ${m}) - ${m}`;
}
