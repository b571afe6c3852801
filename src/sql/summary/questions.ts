import type { GroupingPlan } from '../../metrics/forecast/grouping-plan.ts';
import { dialects } from '../dialects/dialects.ts';
import type { QueryOptions, SqlCell, SqlEngine } from '../engines/engine.ts';
import type { Ladders } from '../terms/ladder.ts';
import type { SummaryColumn } from '../terms/summary-columns.ts';
import { writeCountQuery, type CountColumn } from './count-query.ts';
import { writeRangeQuery, type RangeColumn } from './range-query.ts';
import { writeSummaryQuery, type SummaryKey } from './summary-query.ts';

/** Rows of an answer, and what their cells are. */
export interface Answer<Column> {
  readonly columns: readonly Column[];
  readonly rows: AsyncIterable<readonly SqlCell[]>;
}

/** What a summary asks about forecasted-values. */
export interface SummaryQuestions {
  /** Who answers, for messages. */
  readonly name: string;
  /** Distinct items, and the rows of each window and part. */
  counts(options: QueryOptions): Answer<CountColumn>;
  /** Counts and sums of each group. */
  groups(sums: Ladders | 'plain', options: QueryOptions): Answer<SummaryColumn>;
  /** How large the terms of sums are. */
  ranges(options: QueryOptions): Answer<RangeColumn>;
}

/** CTEs of an engine's dialect that end with `cells`. */
export interface AskedCells {
  readonly cells: string;
  /** The same with header lines, which are counted. */
  readonly counted: string;
}

/** Asks an engine by statements over its cells. */
export function askEngine(
  engine: SqlEngine,
  { cells, counted }: AskedCells,
  plan: GroupingPlan,
  dimensions: readonly string[],
): SummaryQuestions {
  const dialect = dialects[engine.dialect];
  const { shape } = plan;
  const keys = plan.keyParts.map(({ kind, name }): SummaryKey => {
    if (kind === 'step') return { kind: 'timestamp' };
    return name === 'item' ? { kind: 'item' } : { kind: 'dimension', name, number: dimensions.indexOf(name) };
  });
  const ask = <Column>(
    query: { readonly sql: string; readonly columns: readonly Column[] },
    options: QueryOptions,
  ): Answer<Column> => {
    return { columns: query.columns, rows: engine.query(query.sql, options) };
  };
  return {
    name: engine.name,
    counts: (options) => ask(writeCountQuery({ dialect, cells: counted }), options),
    groups: (sums, options) => ask(writeSummaryQuery({ dialect, cells, shape, keys, sums }), options),
    ranges: (options) => ask(writeRangeQuery({ dialect, cells, shape }), options),
  };
}
