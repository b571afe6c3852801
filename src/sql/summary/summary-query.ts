import type { RecordShape } from '../../metrics/forecast/record-shape.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { planTerms, type ForecastTerms, type SummedTerm } from '../terms/forecast-terms.ts';
import { ladderNames, type Ladders } from '../terms/ladder.ts';
import type { SummaryColumn } from '../terms/summary-columns.ts';
import { countRest, lastStep, sumLevels, writeLevelSteps } from './level-steps.ts';
import { writeTermSteps } from './term-steps.ts';

/** What rows are grouped by besides their window. */
export type SummaryKey =
  | { readonly kind: 'item' }
  | { readonly kind: 'timestamp' }
  /** Column `d0`, `d1` … of the cells by its number, and its name in the export. */
  | { readonly kind: 'dimension'; readonly name: string; readonly number: number };

/** What {@link writeSummaryQuery} is made of. */
export interface SummaryQueryPlan {
  readonly dialect: Dialect;
  /** CTEs that end with `cells`, without WITH: `cells AS (SELECT …)`. */
  readonly cells: string;
  readonly shape: RecordShape;
  readonly keys: readonly SummaryKey[];
  /** How doubles are summed: exactly, by levels of these ladders, or as the engine does it. */
  readonly sums: Ladders | 'plain';
}

/** A statement, and what the columns of its result are, in order. */
export interface SummaryQuery {
  readonly sql: string;
  readonly columns: readonly SummaryColumn[];
}

/** An item of the SELECT list. */
interface Selected {
  readonly column: SummaryColumn;
  readonly expression: string;
  readonly alias: string;
  /** For a line above it. */
  readonly comment?: string;
}

/**
 * The query that groups and sums forecasted-values over `cells`. A row of its result is a group, its columns are those of
 * `SummaryColumn`. The sums of levels are exact, so that neither the order of rows nor how an engine divides them matters.
 * @throws `SCHEMA_INVALID` for more than 52 forecast types
 */
export function writeSummaryQuery({ dialect, cells, shape, keys, sums }: SummaryQueryPlan): SummaryQuery {
  const terms = planTerms(shape);
  const cellNames = ['ws', 'we', ...keys.map(cellOf)];
  const isPlain = sums === 'plain';
  const levelSteps = isPlain ? [] : writeLevelSteps(dialect, terms.sums, sums);
  const steps = [cells, ...writeTermSteps(dialect, shape, terms, [...cellNames, 'bad']), ...levelSteps];
  const selected = [
    ...selectKeys(dialect, keys),
    ...selectCounts(terms),
    ...terms.sums.flatMap((term) => (isPlain ? selectPlain(term) : selectLevels(term, sums))),
    ...(isPlain ? [] : selectRests(dialect, terms.sums, sums)),
  ];
  const lines = [
    `WITH ${steps.join(',\n')}`,
    'SELECT',
    selected.map(writeSelected).join(',\n'),
    `FROM ${lastStep(levelSteps)}`,
    `GROUP BY ${[...cellNames, 'excluded'].join(', ')}`,
  ];
  return { sql: lines.join('\n'), columns: selected.map(({ column }) => column) };
}

function cellOf(key: SummaryKey): string {
  if (key.kind === 'dimension') return `d${key.number}`;
  return key.kind === 'item' ? 'item' : 'ts';
}

function writeSelected({ expression, alias, comment }: Selected): string {
  return `${comment === undefined ? '' : `  -- ${comment}\n`}  ${expression} AS ${alias}`;
}

function selectKeys(dialect: Dialect, keys: readonly SummaryKey[]): Selected[] {
  return [
    { column: { kind: 'windowStart' }, expression: dialect.timeText('ws'), alias: 'window_start' },
    { column: { kind: 'windowEnd' }, expression: dialect.timeText('we'), alias: 'window_end' },
    ...keys.map((key) => selectKey(dialect, key)),
    { column: { kind: 'excluded' }, expression: 'excluded', alias: 'excluded_types' },
    {
      column: { kind: 'unreadable' },
      expression: 'SUM(bad)',
      alias: 'n_unreadable',
      comment: 'cells that are not what their column should be: above 0, nothing else here is right',
    },
  ];
}

function selectKey(dialect: Dialect, key: SummaryKey): Selected {
  if (key.kind === 'item')
    return { column: { kind: 'item' }, expression: dialect.answerText('item'), alias: 'item_id' };
  if (key.kind === 'timestamp') {
    return { column: { kind: 'timestamp' }, expression: dialect.timeText('ts'), alias: 'step_time' };
  }
  const { name, number } = key;
  const expression = dialect.answerText(cellOf(key));
  return { column: { kind: 'dimension', name }, expression, alias: `dimension${number}` };
}

function selectCounts({ counts }: ForecastTerms): Selected[] {
  return counts.map(({ count, expression, name }, index) => ({
    column: { kind: 'count', count },
    expression,
    alias: name,
    ...(index === 0 && { comment: 'counts of rows' }),
  }));
}

function selectPlain({ name, sum, signs, meaning }: SummedTerm): Selected[] {
  const comment = meaning;
  if (signs === undefined) {
    return [{ column: { kind: 'sum', sum }, expression: `SUM(${name})`, alias: `${name}_sum`, comment }];
  }
  const under = `SUM(CASE WHEN ${name} > 0 THEN ${name} END)`;
  const over = `SUM(CASE WHEN ${name} < 0 THEN -${name} END)`;
  return [
    { column: { kind: 'sum', sum }, expression: under, alias: `${name}_under`, comment },
    { column: { kind: 'sum', sum: signs.over }, expression: over, alias: `${name}_over` },
  ];
}

function selectLevels(term: SummedTerm, ladders: Ladders): Selected[] {
  const { name, sum, signs, meaning, ladder } = term;
  return sumLevels(term, ladders[ladder]).flatMap((sums): Selected[] => {
    const { level, exponent } = sums;
    const comment = level === 0 ? { comment: `levels of ${meaning}` } : {};
    const column = { kind: 'level', sum, level, exponent } as const;
    if (signs === undefined) return [{ column, expression: sums.sum, alias: `${name}_level${level}`, ...comment }];
    const over = { ...column, sum: signs.over };
    return [
      { column, expression: sums.sum, alias: `${name}_under${level}`, ...comment },
      { column: over, expression: sums.over ?? '', alias: `${name}_over${level}` },
    ];
  });
}

function selectRests(dialect: Dialect, terms: readonly SummedTerm[], ladders: Ladders): Selected[] {
  return ladderNames.flatMap((ladder): Selected[] => {
    const expression = countRest(dialect, terms, ladders, ladder);
    if (expression === undefined) return [];
    const comment = 'rows that the levels do not hold exactly: above 0, ask again with more of them';
    return [{ column: { kind: 'rest', ladder }, expression, alias: `rest_of_${ladder}`, comment }];
  });
}
