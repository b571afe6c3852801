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
 * The CTEs that take terms apart: for each level but the last what it takes of a term, and what it leaves. The last one takes
 * what is left as it is.
 */
export function writeLevelSteps(dialect: Dialect, terms: readonly SummedTerm[], ladders: Ladders): string[] {
  const steps: string[] = [];
  for (let level = 0; ; level++) {
    const some = terms.filter((term) => level < ladders[term.ladder].exponents.length - 1);
    if (some.length === 0) return steps;
    const taken = some.map((term) => {
      const rounded = writeRounded(dialect, leftFor(term, level), ladders[term.ladder].exponents[level] ?? 0);
      return `${rounded} AS ${takenBy(term, level)}`;
    });
    const left = some.map((term) => `${leftFor(term, level)} - ${takenBy(term, level)} AS ${leftFor(term, level + 1)}`);
    const before = level === 0 ? 'terms' : `left${level}`;
    const [takenComment, leftComment] = level === 0 ? firstComments : laterComments;
    steps.push(writeStep(`level${level}`, takenComment, ['*', ...taken], before));
    steps.push(writeStep(`left${level + 1}`, leftComment, ['*', ...left], `level${level}`));
  }
}

const firstComments = [
  'each term rounded to a multiple of 2^k: (x + M) - M with M = 1.5 * 2^(k+52)',
  'what is left of it, exactly',
] as const;
const laterComments = ['that rounded to a multiple of a smaller power of two', 'what is left of it'] as const;

/** The name of the CTE that sums are made of, from the steps of the levels. */
export function lastStep(levelSteps: readonly string[]): string {
  return levelSteps.length === 0 ? 'terms' : `left${levelSteps.length / 2}`;
}

/** The aggregates of a term, level by level. */
export function sumLevels(term: SummedTerm, { exponents }: Ladder): LevelSums[] {
  return exponents.map((exponent, level) => {
    const part = level === exponents.length - 1 ? leftFor(term, level) : takenBy(term, level);
    if (term.signs === undefined) return { level, exponent, sum: `SUM(${part})`, over: undefined };
    // what a level takes of a positive error may be negative: it goes by the sign of the error. The difference of the sums is exact
    const positive = `SUM(${part} * ${term.signs.positive})`;
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
  return level === 0 ? name : `${name}_left${level}`;
}

/** Column of what a level takes of a term. */
function takenBy({ name }: SummedTerm, level: number): string {
  return `${name}_${level}`;
}

/** A name rounded to a multiple of 2^exponent. */
function writeRounded(dialect: Dialect, name: string, exponent: number): string {
  const m = dialect.quoteDouble(1.5 * 2 ** (exponent + 52));
  return `(${name} + ${m}) - ${m}`;
}
