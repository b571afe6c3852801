import type { ZodType } from 'zod';
import { BacktestExportError } from '../errors.ts';
import { tableOf, type BacktestExport, type OpenOptions } from '../export/find/backtest-export.ts';
import { openOptionsShape } from '../export/open-export.ts';
import { openIfFolder, type ExportSource } from '../export/open-source.ts';
import { planGrouping, type GroupingPlan } from '../metrics/forecast/grouping-plan.ts';
import { plainIdentity } from '../naming/export-identity.ts';
import { checkOptions, objectShape, type Zod } from '../options.ts';
import { escapeUnsafe } from '../quote-text.ts';
import { tableNames, type TableName } from '../schema/schema.ts';
import { version } from '../version.ts';
import { findGaps } from '../export/entries/part-warnings.ts';
import { findFrequency } from '../verify/verify-export.ts';
import { checkedCells, type CheckedTable } from './checks/checked-table.ts';
import { writeChecks } from './checks/write-checks.ts';
import { writeCells } from './dialects/cells.ts';
import { writeCreateTable, writeDropTable } from './dialects/create-table.ts';
import { dialectNames, type Dialect, type DialectName } from './dialects/dialect.ts';
import { dialects } from './dialects/dialects.ts';
import { planSqlTable } from './dialects/plan-table.ts';
import { writeSource } from './dialects/source-table.ts';
import type { SqlTable } from './dialects/sql-table.ts';
import { parseTablePath } from './dialects/table-path.ts';
import { writeCountQuery } from './summary/count-query.ts';
import { writeSummaryQuery, type SummaryKey } from './summary/summary-query.ts';
import { wideLadders } from './terms/ladder.ts';

/** Options of {@link writeSql}. */
export interface WriteSqlOptions {
  readonly dialect: DialectName;
  /**
   * The name of the table with the forecasted values, with its schema where needed: `lake.bike`. That of the accuracy metrics has
   * `_accuracy_metrics` behind it. By default `forecasted_values` and `accuracy_metrics_values`.
   */
  readonly table?: string;
  /** What the statements do: the sums of a summary (the default), or checks as `verifyWith` runs them, without grouping. */
  readonly for?: 'summarize' | 'verify';
  /** Any of `window`, `item`, `step` and the dimension names, as in `summarize`. None by default, which is by window. */
  readonly by?: readonly string[];
  /** `exact` (the default) gives the levels of sums that are exact to the last bit; `plain` the engine's own sums. */
  readonly sums?: 'exact' | 'plain';
  /** The forecast type that errors are of: `mean`, `p50` …; by default `mean` where there is one, else p50. */
  readonly point?: string;
  /** Where the engine finds the export's folder, if that is not where this library does: `s3://…`, a mounted folder. */
  readonly location?: string;
  /** How the export is chosen and read, where a location is given; refused for an opened export. */
  readonly open?: OpenOptions;
  readonly signal?: AbortSignal;
}

/** One statement of the text. */
export interface SqlStatement {
  /** What it is for; no line breaks. */
  readonly comment: string;
  readonly sql: string;
}

/**
 * The text that summarizes an export in an engine, to be pasted: statements that make tables over its files, that add up what the
 * figures are made of, that count items, and that remove the tables again; or that check it. Reads headers and footers, for checks also some rows.
 * @throws `SQL_UNSUPPORTED` where SQL cannot read the export, or a statement would be longer than the engine takes;
 * `OPTION_INVALID`; as `openExport`
 */
export async function writeSql(from: ExportSource, options: WriteSqlOptions): Promise<string> {
  await checkOptions('writeSql', options, writeSqlOptionsShape);
  refuseIdle(options);
  const source = await openIfFolder('writeSql', from, options.open, options.signal);
  const dialect = dialects[options.dialect];
  const statements = await writeStatements(source, options);
  for (const { sql } of statements) assertLength(sql, dialect);
  const { jobName, exportedAt } = plainIdentity(source);
  const of = jobName === null ? '' : ` '${jobName}' of ${exportedAt ?? ''}`;
  const isVerify = options.for === 'verify';
  const intro = [
    `${isVerify ? 'Checks' : 'Sums'} of the backtest export${of} in ${source.location}`,
    `for ${dialect.title}, written by backtest-export ${version}. Run the statements one after another.`,
    isVerify
      ? 'What the rules mean: docs/verify.md of the package.'
      : 'What the columns mean, and how figures are made of them: docs/sql.md of the package.',
  ];
  const texts = statements.map(({ comment, sql }) => `${writeComment(comment)}\n${sql};\n`);
  return [`${intro.map(writeComment).join('\n')}\n`, ...texts].join('\n');
}

/** The statements of {@link writeSql}, in order. */
export async function writeStatements(source: BacktestExport, options: WriteSqlOptions): Promise<SqlStatement[]> {
  const dialect = dialects[options.dialect];
  const tables = await planTables(source, dialect, options);
  const made = tables.map((table) => ({
    comment: `${dialect.name === 'duckdb' ? 'A view' : 'A table'} over the files of ${table.table}, which stay as they are.`,
    sql: writeCreateTable(dialect, table),
  }));
  const removed = tables.map((table) => ({
    comment: `Removes ${writeSource(dialect, table).replaceAll(/\s/g, ' ')}, not the files.`,
    sql: writeDropTable(dialect, table),
  }));
  const forecasts = tables.find(({ table }) => table === 'forecasted-values');
  if (options.for === 'verify')
    return [...made, ...(await writeVerification(source, dialect, tables, options)), ...removed];
  return [...made, ...(forecasts === undefined ? [] : writeSummary(dialect, forecasts, options)), ...removed];
}

async function planTables(source: BacktestExport, dialect: Dialect, options: WriteSqlOptions): Promise<SqlTable[]> {
  const { table: name, location, signal } = options;
  const path = name === undefined ? undefined : parseTablePath('writeSql.table', name);
  const tables: SqlTable[] = [];
  for (const table of tableNames) {
    if (!tableOf(source, table).exists) continue;
    const placement = { path: pathOf(table, path), location, signal };
    tables.push(await planSqlTable(source, tableOf(source, table), dialect, placement));
  }
  return tables;
}

function pathOf(table: TableName, path: readonly string[] | undefined): string[] {
  if (path === undefined) return [table.replaceAll('-', '_')];
  if (table === 'forecasted-values') return [...path];
  return [...path.slice(0, -1), `${path.at(-1) ?? ''}_accuracy_metrics`];
}

function writeSummary(dialect: Dialect, table: SqlTable, options: WriteSqlOptions): SqlStatement[] {
  const { by = [], point, sums = 'exact' } = options;
  const plan = planGrouping({ schema: table.schema, by, ...(point !== undefined && { point }) });
  const keys = plan.keyParts.map((part) => keyOf(part, table));
  const cells = writeCells(dialect, table, { timestamp: keys.some(({ kind }) => kind === 'timestamp') });
  const ladders = sums === 'plain' ? sums : wideLadders();
  const { sql } = writeSummaryQuery({ dialect, cells, shape: plan.shape, keys, sums: ladders });
  const counted = writeCells(dialect, table, { timestamp: false, headers: true });
  return [
    {
      comment: 'Counts and sums: a row for each window and key, and for each set of forecasts that its rows lack.',
      sql,
    },
    {
      comment:
        'Distinct items of each window and of all, and the rows of each file: every file of the export has to be in it.',
      sql: writeCountQuery({ dialect, cells: counted }).sql,
    },
  ];
}

async function writeVerification(
  source: BacktestExport,
  dialect: Dialect,
  tables: readonly SqlTable[],
  { signal }: WriteSqlOptions,
): Promise<SqlStatement[]> {
  const checked = (name: TableName): CheckedTable | undefined => {
    const table = tables.find((each) => each.table === name);
    return table && checkedCells(dialect, table);
  };
  const isWhole = (name: TableName): boolean => findGaps(tableOf(source, name).parts).length === 0;
  return writeChecks({
    tables: { dialect, forecasts: checked('forecasted-values'), metrics: checked('accuracy-metrics-values') },
    frequency: await findFrequency(source, signal),
    wholeForecasts: isWhole('forecasted-values'),
    wholeMetrics: isWhole('accuracy-metrics-values'),
    tolerance: 1e-9,
  }).map(({ comment, sql }) => ({ comment, sql }));
}

/** Options that checks do not take. @throws `OPTION_INVALID` */
function refuseIdle({ for: what, by, sums, point }: WriteSqlOptions): void {
  if (what !== 'verify') return;
  const idle = Object.entries({ by, sums, point }).find(([, value]) => value !== undefined)?.[0];
  if (idle === undefined) return;
  throw new BacktestExportError('OPTION_INVALID', `writeSql.${idle}: it is of a summary, not of checks`);
}

function keyOf({ name, kind }: GroupingPlan['keyParts'][number], { schema }: SqlTable): SummaryKey {
  if (kind === 'step') return { kind: 'timestamp' };
  return name === 'item' ? { kind: 'item' } : { kind: 'dimension', name, number: schema.dimensions.indexOf(name) };
}

/** The most bytes of a statement. Sources: quotas of Athena; `query.max-length` of Trino. */
const mostBytes: Readonly<Record<DialectName, number>> = {
  athena: 262_144,
  trino: 1_000_000,
  spark: Infinity,
  duckdb: Infinity,
};

function assertLength(sql: string, { name, title }: Dialect): void {
  const bytes = new TextEncoder().encode(sql).length;
  if (bytes <= mostBytes[name]) return;
  const problem = `a statement would have ${bytes} bytes, of which ${title} takes ${mostBytes[name]}: the parts of the export must be listed by name, as other files of its folder have such names; copy the export to a folder of its own, or convert it`;
  throw new BacktestExportError('SQL_UNSUPPORTED', problem);
}

/** A comment of one line: nothing in a name ends it. */
function writeComment(text: string): string {
  return `-- ${escapeUnsafe(text)}`;
}

/** The zod shape of {@link WriteSqlOptions}. */
export const writeSqlOptionsShape = (z: Zod): ZodType<WriteSqlOptions> =>
  objectShape<WriteSqlOptions>(z, {
    dialect: z.enum(dialectNames),
    for: z.enum(['summarize', 'verify']).optional(),
    table: z.string().optional(),
    by: z.array(z.string()).optional(),
    sums: z.enum(['exact', 'plain']).optional(),
    point: z.string().optional(),
    location: z.string().optional(),
    open: openOptionsShape(z).optional(),
    signal: z.instanceof(AbortSignal).optional(),
  });
