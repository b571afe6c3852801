import type { RecordShape } from '../../metrics/forecast/record-shape.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { planTerms } from '../terms/forecast-terms.ts';
import type { LadderName } from '../terms/ladder.ts';
import { writeTermSteps } from './term-steps.ts';

/**
 * A column of the query of ranges: of one term, its largest magnitude, which may be infinite, or its smallest that is not 0; null
 * without any.
 */
export interface RangeColumn {
  readonly ladder: LadderName;
  readonly bound: 'largest' | 'smallest';
}

/** The statement of {@link writeRangeQuery}. */
export interface RangeQuery {
  readonly sql: string;
  readonly columns: readonly RangeColumn[];
}

/** What {@link writeRangeQuery} is made of. */
export interface RangeQueryPlan {
  readonly dialect: Dialect;
  /** CTEs that end with `cells`, without WITH. */
  readonly cells: string;
  readonly shape: RecordShape;
}

/** The query of how large the terms are that are to be summed, in one row: for ladders that fit where the usual ones do not. */
export function writeRangeQuery({ dialect, cells, shape }: RangeQueryPlan): RangeQuery {
  const terms = planTerms(shape);
  const steps = [cells, ...writeTermSteps(dialect, shape, terms, [])];
  const columns = terms.sums.flatMap(({ ladder }): RangeColumn[] => [
    { ladder, bound: 'largest' },
    { ladder, bound: 'smallest' },
  ]);
  const list = terms.sums.flatMap(({ name, meaning }) => [
    `-- ${meaning}\n  MAX(ABS(${name})) AS ${name}_largest`,
    `MIN(CASE WHEN ${name} <> 0 THEN ABS(${name}) END) AS ${name}_smallest`,
  ]);
  return { sql: `WITH ${steps.join(',\n')}\nSELECT\n  ${list.join(',\n  ')}\nFROM terms`, columns };
}
