import { fixedStep, type Frequency } from '../../schema/frequency.ts';
import { metricColumns } from '../../verify/judge/arithmetic.ts';
import type { CheckedTable, CheckedTables, CheckStatement } from './checked-table.ts';
import { duplicateQuery } from './duplicate-query.ts';
import type { StepCount } from './forecast-windows.ts';
import { validForecasts } from './forecast-windows.ts';
import { validMetrics } from './metric-rows.ts';
import { countName, forecastRowQuery, groupColumns, metricRowQuery } from './row-query.ts';
import { seriesChecks, type SeriesCheck } from './series-checks.ts';
import { countQuery } from './series-query.ts';
import { listOf } from './sql-text.ts';

/** What is known of an export without reading its rows. */
export interface ChecksToWrite {
  readonly tables: CheckedTables;
  /** Null where it is unknown. */
  readonly frequency: Frequency | null;
  /** Whether no part of a table is missing, as far as numbers show. */
  readonly wholeForecasts: boolean;
  readonly wholeMetrics: boolean;
  readonly tolerance: number;
}

/** The longest horizon of Amazon Forecast. */
const mostSteps = 500;

/**
 * The statements that check an export, to be pasted: rows by window and time, series, duplicates. What they count are the codes of
 * `docs/verify.md`; the rules about times and windows are left to the reader of the first ones.
 */
export function writeChecks({ tables, frequency, tolerance, ...whole }: ChecksToWrite): CheckStatement[] {
  const { dialect, forecasts, metrics } = tables;
  const columns = metricColumns(metrics?.schema, forecasts?.schema);
  const checks = seriesChecks(tables, { columns, ...whole, hasFrequency: frequency !== null, tolerance });
  const judge = { steps: stepsOf(frequency), careful: true, columns, windows: windowQuery(tables, frequency) };
  const known = [forecasts, metrics].filter((table) => table !== undefined);
  const series = countQuery({ tables, judge, checks, tolerance }, namesOf(checks, tables));
  return [
    ...known.map((table) => writeRows(table, tables)),
    {
      title: 'Series',
      comment:
        'Series and their windows: how often each rule is broken; of a metric how many cells were compared, how many differ, and where most. ' +
        'suspects are windows with rows of one step or between the steps: the statements about duplicates compare them.',
      sql: series,
    },
    ...known.map((table) => ({
      title: `Duplicates in ${table.schema.table}`,
      comment: `Rows of ${table.schema.table} that repeat another one: likeness 0 is the first row of a key, 1 repeats it exactly, 2 in all but the last bits, 3 with other values.`,
      sql: duplicateQuery(table, dialect),
    })),
  ];
}

function writeRows(table: CheckedTable, { dialect }: CheckedTables): CheckStatement {
  const name = table.schema.table;
  const isForecasts = name === 'forecasted-values';
  const { sql, counts } = (isForecasts ? forecastRowQuery : metricRowQuery)(table, dialect);
  const third = isForecasts ? 'ts' : 'kind_code';
  const [start, end, middle = '', ...others] = groupColumns(third);
  const columns = [
    `${dialect.timeText(start ?? '')} AS window_start`,
    `${dialect.timeText(end ?? '')} AS window_end`,
    isForecasts ? `${dialect.timeText(middle)} AS time` : middle,
    ...others,
    'by_part',
    ...counts.map(({ code }) => countName(code)),
  ];
  return {
    title: `Rows of ${name}`,
    comment: `Rows of ${name} by window and ${isForecasts ? 'time' : 'kind (0 Computed, 1 Summary, 2 another)'}, then (by_part 1) by file, which must be every part with rows: cells that are missing, not finite, below 0. no_item is 1 for rows without an item, 2 for header lines.`,
    sql: `SELECT\n${listOf(columns)}\nFROM (\n${sql}\n) AS counted\nORDER BY by_part, ws, we, ${third}, no_item, part`,
  };
}

/** Bits for as many steps as Forecast's horizon can have. */
function stepsOf(frequency: Frequency | null): StepCount {
  const milliseconds = frequency === null ? null : fixedStep(frequency);
  return milliseconds === null ? { by: 'keys' } : { by: 'bits', milliseconds, steps: mostSteps };
}

/** The windows of both tables with their steps by the frequency. */
function windowQuery({ dialect, forecasts, metrics }: CheckedTables, frequency: Frequency | null): string {
  const parts = [
    ...(forecasts === undefined
      ? []
      : [
          `    SELECT ws, we, 1 AS in_forecasts, 0 AS in_metrics\n    FROM (\n${validForecasts(forecasts, dialect)}\n    ) AS f`,
        ]),
    ...(metrics === undefined
      ? []
      : [
          `    SELECT ws, we, 0 AS in_forecasts, CASE WHEN kind = 0 THEN 1 ELSE 0 END AS in_metrics\n    FROM (\n${validMetrics(metrics, dialect)}\n    ) AS m`,
        ]),
  ];
  return `  SELECT ws, we, ${stepsBetween(frequency, dialect.monthNumber)} AS steps,
    MAX(in_forecasts) AS in_forecasts, MAX(in_metrics) AS in_metrics
  FROM (
${parts.join('\n    UNION ALL\n')}
  ) AS listed
  GROUP BY ws, we`;
}

function stepsBetween(frequency: Frequency | null, monthNumber: (time: string) => string): string {
  if (frequency === null) return 'CAST(CASE WHEN ws = we THEN 1 END AS BIGINT)';
  const milliseconds = fixedStep(frequency);
  if (milliseconds !== null) return `CAST(floor((we - ws) / ${milliseconds}) + 1 AS BIGINT)`;
  const months = frequency.count * (frequency.unit === 'year' ? 12 : 1);
  return `CAST(floor((${monthNumber('we')} - ${monthNumber('ws')}) / ${months}) + 1 AS BIGINT)`;
}

/** What each check is called in the answer. */
function namesOf(checks: readonly SeriesCheck[], { metrics }: CheckedTables): string[] {
  const columns = metricColumns(metrics?.schema, undefined);
  return checks.map(({ code, column, meaning }) => {
    const name = column === undefined ? '' : ` ${columns[column]?.name ?? ''}`;
    return `${code}${name}${meaning === undefined ? '' : `, as a ${meaning}`}`;
  });
}
