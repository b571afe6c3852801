import type { RecordShape } from '../../metrics/forecast/record-shape.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { countWhere, planTerms, type ForecastTerms, type SummedTerm } from '../terms/forecast-terms.ts';
import type { Ladder, LadderName, Ladders } from '../terms/ladder.ts';
import type { SummaryColumn } from '../terms/summary-columns.ts';

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
  /** How doubles are summed: by levels of these ladders, or as the engine does it. */
  readonly sums: Ladders | 'plain';
}

/** A statement, and what the columns of its result are. */
export interface SummaryQuery {
  readonly sql: string;
  readonly columns: readonly SummaryColumn[];
}

/** An item of the SELECT list. */
interface Selected {
  readonly column: SummaryColumn;
  readonly expression: string;
  readonly alias: string;
  /** Begins a paragraph with this comment. */
  readonly comment?: string;
}

/** The query that groups and sums forecasted-values over `cells`; a row of its result is described by `SummaryColumn`. */
export function writeSummaryQuery({ dialect, cells, shape, keys, sums }: SummaryQueryPlan): SummaryQuery {
  const terms = planTerms(shape);
  const names = ['ws', 'we', ...keys.map(cellOf)];
  const steps = [cells, ...writeSteps(dialect, shape, terms, names)];
  const selected = [...selectKeys(dialect, keys), ...selectCounts(terms)];
  let last = 'terms';
  if (sums === 'plain') {
    selected.push(...terms.sums.flatMap(selectPlain));
  } else {
    const levels = writeLevels(dialect, terms.sums, sums);
    steps.push(...levels.steps);
    last = levels.last;
    selected.push(...terms.sums.flatMap((term) => selectLevels(term, sums[term.ladder])));
    selected.push(...selectRests(dialect, terms.sums, sums));
  }
  const list = selected.map(({ expression, alias, comment }, index) => {
    const line = `  ${expression} AS ${alias}${index < selected.length - 1 ? ',' : ''}`;
    return comment === undefined ? line : `  -- ${comment}\n${line}`;
  });
  const sql = `WITH ${steps.join(',\n')}\nSELECT\n${list.join('\n')}\nFROM ${last}\nGROUP BY ${[...names, 'excluded'].join(', ')}`;
  return { sql, columns: selected.map(({ column }) => column) };
}

function cellOf(key: SummaryKey): string {
  return key.kind === 'item' ? 'item' : key.kind === 'timestamp' ? 'ts' : `d${key.number}`;
}

function step(name: string, comment: string, from: string, columns: readonly string[]): string {
  return `-- ${comment}\n${name} AS (\n  SELECT\n${columns.map((column) => `    ${column}`).join(',\n')}\n  FROM ${from}\n)`;
}

/** The CTEs from `cells` to `terms`. */
function writeSteps(dialect: Dialect, shape: RecordShape, terms: ForecastTerms, names: readonly string[]): string[] {
  const values = ['y', ...shape.types.map((_, type) => `f${type}`)];
  const first = terms.sums.filter(({ ladder }) => ladder === 'errors');
  const second = terms.sums.filter(({ ladder }) => ladder !== 'errors');
  const forecasts = shape.types.map((type, number) => `f${number} is ${type}`).join(', ');
  const signs = terms.sums.flatMap(({ name, signs }) =>
    signs === undefined
      ? []
      : [`CASE WHEN ${name} > 0 THEN ${dialect.quoteDouble(1)} ELSE ${dialect.quoteDouble(0)} END AS ${signs.under}`],
  );
  return [
    step('finite', `y is the actual, ${forecasts}; what is not finite is left out`, 'cells', [
      ...names,
      'bad',
      ...values.map((value) => `${value} AS any_${value}`),
      ...values.map((value) => `CASE WHEN ${dialect.isFinite(value)} THEN ${value} END AS ${value}`),
    ]),
    step('errors', 'errors and widths, and a bit for each forecast that a row with an actual lacks', 'finite', [
      '*',
      `${terms.excluded} AS excluded`,
      ...first.map(({ name, expression }) => `${expression} AS ${name}`),
    ]),
    step('terms', 'what else is summed, and the errors that are positive', 'errors', [
      '*',
      ...second.map(({ name, expression }) => `${expression} AS ${name}`),
      ...signs,
    ]),
  ];
}

/** Column of what is left of a term for a level. */
function leftFor(term: SummedTerm, level: number): string {
  return level === 0 ? term.name : `${term.name}_${level}`;
}

function writeLevels(
  dialect: Dialect,
  sums: readonly SummedTerm[],
  ladders: Ladders,
): { steps: string[]; last: string } {
  const steps: string[] = [];
  let last = 'terms';
  for (let level = 0; ; level++) {
    const columns = sums.flatMap((term) => {
      const { exponents } = ladders[term.ladder];
      if (level >= exponents.length - 1) return [];
      const left = leftFor(term, level);
      return [`${left} - (${roundTo(dialect, left, exponents[level] ?? 0)}) AS ${leftFor(term, level + 1)}`];
    });
    if (columns.length === 0) return { steps, last };
    const name = `left${level + 1}`;
    steps.push(
      step(
        name,
        level === 0
          ? 'what is left of each term after it was rounded to a multiple of a power of two: (x + M) - M'
          : 'what is left of that',
        last,
        ['*', ...columns],
      ),
    );
    last = name;
  }
}

function roundTo(dialect: Dialect, x: string, exponent: number): string {
  const m = dialect.quoteDouble(1.5 * 2 ** (exponent + 52));
  return `(${x} + ${m}) - ${m}`;
}

function selectKeys(dialect: Dialect, keys: readonly SummaryKey[]): Selected[] {
  return [
    { column: { kind: 'windowStart' }, expression: dialect.timeText('ws'), alias: 'window_start' },
    { column: { kind: 'windowEnd' }, expression: dialect.timeText('we'), alias: 'window_end' },
    ...keys.map((key): Selected => {
      if (key.kind === 'timestamp')
        return { column: { kind: 'timestamp' }, expression: dialect.timeText('ts'), alias: 'timestamp_text' };
      if (key.kind === 'item') return { column: { kind: 'item' }, expression: 'item', alias: 'item_id' };
      return {
        column: { kind: 'dimension', name: key.name },
        expression: cellOf(key),
        alias: `dimension${key.number}`,
      };
    }),
    { column: { kind: 'excluded' }, expression: 'excluded', alias: 'excluded_types' },
    { column: { kind: 'unreadable' }, expression: 'SUM(bad)', alias: 'n_unreadable' },
  ];
}

function selectCounts({ counts }: ForecastTerms): Selected[] {
  return counts.map(({ count, expression, name }) => ({ column: { kind: 'count', count }, expression, alias: name }));
}

function selectPlain({ name, sum, signs }: SummedTerm): Selected[] {
  if (signs === undefined) return [{ column: { kind: 'sum', sum }, expression: `SUM(${name})`, alias: name }];
  return [
    { column: { kind: 'sum', sum }, expression: `SUM(CASE WHEN ${name} > 0 THEN ${name} END)`, alias: `${name}_under` },
    {
      column: { kind: 'sum', sum: signs.over },
      expression: `SUM(CASE WHEN ${name} < 0 THEN -${name} END)`,
      alias: `${name}_over`,
    },
  ];
}

function selectLevels(term: SummedTerm, { exponents }: Ladder): Selected[] {
  const { name, sum, signs } = term;
  return exponents.flatMap((_, level): Selected[] => {
    const left = leftFor(term, level);
    const part = level === exponents.length - 1 ? left : `${left} - ${leftFor(term, level + 1)}`;
    if (signs === undefined)
      return [{ column: { kind: 'level', sum, level }, expression: `SUM(${part})`, alias: `${name}_sum${level}` }];
    const under = `SUM((${part}) * ${signs.under})`;
    return [
      { column: { kind: 'level', sum, level }, expression: under, alias: `${name}_under${level}` },
      {
        column: { kind: 'level', sum: signs.over, level },
        expression: `${under} - SUM(${part})`,
        alias: `${name}_over${level}`,
      },
    ];
  });
}

function selectRests(dialect: Dialect, sums: readonly SummedTerm[], ladders: Ladders): Selected[] {
  return (['errors', 'squares', 'shares'] as const).flatMap((ladder: LadderName): Selected[] => {
    const { exponents, top } = ladders[ladder];
    const limit = dialect.quoteDouble(2 ** top);
    const conditions = sums
      .filter((term) => term.ladder === ladder)
      .flatMap((term) => {
        const left = leftFor(term, exponents.length - 1);
        return [`ABS(${term.name}) >= ${limit}`, `${roundTo(dialect, left, exponents.at(-1) ?? 0)} <> ${left}`];
      });
    if (conditions.length === 0) return [];
    return [
      {
        column: { kind: 'rest', ladder },
        expression: countWhere(conditions.join('\n      OR ')),
        alias: `rest_${ladder}`,
      },
    ];
  });
}
