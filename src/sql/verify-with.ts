import type { BacktestExport, ExportTable } from '../export/find/backtest-export.ts';
import { refuseIdleOptions, type ExportSource } from '../export/open-source.ts';
import { given } from '../given.ts';
import { checkOptions } from '../options.ts';
import { openTolerantly } from '../verify/base/open-tolerantly.ts';
import { planVerification, type VerificationPlan } from '../verify/base/plan.ts';
import type { VerificationReport } from '../verify/base/report.ts';
import { findFrequency } from '../verify/verify-export.ts';
import { askOf } from './checks/ask.ts';
import { checkedCells, type CheckedTable } from './checks/checked-table.ts';
import { checkProgress } from './checks/check-progress.ts';
import { readHeads } from './checks/read-heads.ts';
import { reportChecks } from './checks/report-checks.ts';
import { runChecks } from './checks/run-checks.ts';
import { dialects } from './dialects/dialects.ts';
import { assertEngine } from './engines/assert-engine.ts';
import { withEngineTable } from './engines/engine-table.ts';
import type { SqlEngine } from './engines/engine.ts';
import { verifyWithOptionsShape, type VerifyWithOptions } from './verify-with-options.ts';

/**
 * Checks an export against the rules of `docs/verify.md` as `verifyExport` does, but an engine reads the rows. The report has the
 * same counts; what it cannot say of text and files is in `notChecked`. This machine lists the folder, reads the header
 * of each part, and the beginning of one for the frequency.
 *
 * An export without duplicates and findings is read twice: once to count rows by window and time, once to judge all series, in a
 * statement that moves one row for each series and window between workers. Duplicates are compared by further statements;
 * the first places of each finding about rows take one more, of all findings about series one: `maxPlaces: 0` asks for none.
 *
 * @throws `ENGINE_RESULT_INVALID` where the answer is not of all parts; `SQL_UNSUPPORTED`; `TOO_MANY_GROUPS` for a million different
 * times; `TABLE_MISMATCH`; what the engine throws; as `verifyExport`
 */
export async function verifyWith(
  engine: SqlEngine,
  source: ExportSource,
  options: VerifyWithOptions = {},
): Promise<VerificationReport> {
  await checkOptions('verifyWith', options, verifyWithOptionsShape);
  refuseIdleOptions('verifyWith', [source], options.open);
  assertEngine('verifyWith', engine);
  const { signal, maxPlaces, rules, tolerance } = options;
  const opened = await readHeads(await openTolerantly(source, { ...given({ signal }), ...options.open }), signal);
  const frequency = options.frequency ?? (await findFrequency(opened.bx, signal));
  const plan = planVerification(opened, given({ maxPlaces, rules, tolerance, signal }), frequency, undefined);
  const { forecastedValues, accuracyMetrics } = opened.bx;
  return withCells(engine, opened.bx, forecastedValues, options.table, options, (forecasts) =>
    withCells(engine, opened.bx, accuracyMetrics, options.accuracyTable, options, (metrics) =>
      verify(engine, plan, forecasts, metrics, options),
    ),
  );
}

async function verify(
  engine: SqlEngine,
  plan: VerificationPlan,
  forecasts: CheckedTable | undefined,
  metrics: CheckedTable | undefined,
  { signal, onProgress }: VerifyWithOptions,
): Promise<VerificationReport> {
  const tables = { dialect: dialects[engine.dialect], forecasts, metrics };
  const ask = askOf(engine, checkProgress(plan, onProgress), signal);
  return reportChecks(ask, plan, await runChecks(ask, plan, tables));
}

/** Runs work on a table as the engine sees it; undefined where the export has none. */
async function withCells<Result>(
  engine: SqlEngine,
  source: BacktestExport,
  table: ExportTable,
  name: string | undefined,
  { location, signal, onTableLeft }: VerifyWithOptions,
  work: (table: CheckedTable | undefined) => Promise<Result>,
): Promise<Result> {
  if (!table.exists) return work(undefined);
  const options = given({ table: name, location, signal, onTableLeft });
  return withEngineTable(engine, source, table, options, (seen) => work(checkedCells(dialects[engine.dialect], seen)));
}
