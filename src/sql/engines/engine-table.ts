import { BacktestExportError, quoteText } from '../../errors.ts';
import type { BacktestExport, ExportTable } from '../../export/find/backtest-export.ts';
import { given } from '../../given.ts';
import { baseOf } from '../../storage/view.ts';
import { writeCreateTable, writeDropTable } from '../dialects/create-table.ts';
import { dialects } from '../dialects/dialects.ts';
import { planSqlTable } from '../dialects/plan-table.ts';
import type { SqlTable } from '../dialects/sql-table.ts';
import { assertExternal } from './assert-external.ts';
import { assertUnchanged } from './assert-unchanged.ts';
import type { SqlEngine } from './engine.ts';
import { columnsIn, assertSameColumns } from './table-columns.ts';
import { temporaryPath, namedPath } from './table-path.ts';

/** How an engine gets a table over an export's files. */
export interface EngineTableOptions {
  /**
   * The table's name, also with its schema and catalog: `name`, `schema.name`, `catalog.schema.name`. One that exists is used once
   * its columns are checked; one that does not is made and kept. By default a table is made for the occasion and dropped
   * again. An engine that reads files has no tables.
   */
  readonly table?: string | undefined;
  /** Where the engine finds the export's folder, if that is not where this library does: `s3a://…`, a mounted folder. */
  readonly location?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of a table that was made for the occasion and could not be dropped again. */
  readonly onTableLeft?: ((name: string, error: unknown) => void) | undefined;
  /** How long the table may take to drop, in milliseconds; default 30,000. The signal does not shorten it. */
  readonly dropTimeout?: number | undefined;
}

/**
 * Runs work on a table of an export as the engine sees it. A table that is made for it is dropped afterwards, however the work
 * ends; one that this function has not made itself is never dropped. Files stay: only external tables are made.
 * @throws `FILE_CHANGED` where the parts are not those that were listed any more; `TABLE_MISMATCH` for a table with other columns; `OPTION_INVALID` for a name that can be none, or none where the
 * engine's catalog or schema is not known; what `planSqlTable`, the engine and the work throw
 */
export async function withEngineTable<Result>(
  engine: SqlEngine,
  source: BacktestExport,
  table: ExportTable,
  options: EngineTableOptions,
  work: (table: SqlTable) => Promise<Result>,
): Promise<Result> {
  const planned = await planIn(engine, source, table, options);
  const { signal } = options;
  const run = async (): Promise<Result> => {
    const result = await work(planned);
    await assertUnchanged(source, table, signal);
    return result;
  };
  if (engine.home === undefined) return run();
  if (options.table !== undefined) {
    const found = await columnsIn(engine, planned.path, signal);
    if (found === undefined) await create(engine, planned, signal);
    else assertSameColumns(engine, planned, found);
    return run();
  }
  let isMade = false;
  try {
    await create(engine, planned, signal);
    isMade = true;
    return await run();
  } finally {
    await drop(engine, planned, isMade ? options : { ...options, onTableLeft: undefined });
  }
}

async function planIn(
  engine: SqlEngine,
  source: BacktestExport,
  table: ExportTable,
  { table: name, location, signal }: EngineTableOptions,
): Promise<SqlTable> {
  if (engine.home === undefined && name !== undefined) {
    const problem = `table: ${engine.name} reads the files themselves, without a table, found ${quoteText(name)}`;
    throw new BacktestExportError('OPTION_INVALID', problem);
  }
  const path = engine.home === undefined ? [] : name === undefined ? temporaryPath(engine) : namedPath(engine, name);
  const { transfer } = baseOf(source.storage);
  const found = location ?? (transfer?.kind === 'local' ? engine.locate?.(transfer.root) : undefined);
  return planSqlTable(source, table, dialects[engine.dialect], { path, ...given({ location: found, signal }) });
}

async function create(engine: SqlEngine, table: SqlTable, signal: AbortSignal | undefined): Promise<void> {
  const sql = writeCreateTable(dialects[engine.dialect], table);
  assertExternal(engine, sql);
  await runDdl(engine, sql, signal);
}

/** Drops what was made for the occasion; it may be there although its statement has failed here. A failure is told, not thrown: the work's own result or error is what counts. */
async function drop(engine: SqlEngine, table: SqlTable, options: EngineTableOptions): Promise<void> {
  const { onTableLeft, dropTimeout = 30_000 } = options;
  try {
    const stop = AbortSignal.timeout(dropTimeout);
    if ((await columnsIn(engine, table.path, stop)) === undefined) return; // it was never made
    await runDdl(engine, writeDropTable(dialects[engine.dialect], table), stop);
  } catch (error) {
    onTableLeft?.(table.path.join('.'), error);
  }
}

async function runDdl(engine: SqlEngine, sql: string, signal: AbortSignal | undefined): Promise<void> {
  const rows = engine.query(sql, given({ signal }));
  for await (const _ of rows); // DDL has none that matter
}
