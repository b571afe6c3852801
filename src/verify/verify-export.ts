import { accessErrorCodes, type BacktestExportError } from '../errors.ts';
import type { BacktestExport } from '../export/find/backtest-export.ts';
import { refuseIdleOptions, type ExportSource } from '../export/open-source.ts';
import { detectFrequency } from '../export/detect-frequency.ts';
import { given } from '../given.ts';
import { checkOptions } from '../options.ts';
import type { Frequency } from '../schema/frequency.ts';
import { commonSeason } from '../schema/season.ts';
import { createTemporaryStorage } from '../storage/temporary.ts';
import type { TemporaryStorage } from '../storage/temporary-storage.ts';
import { checkParts, type CheckedParts } from './scan/check-parts.ts';
import { findInFolder } from './scan/folder-findings.ts';
import { assertHistoryColumns } from './base/history-columns.ts';
import { judgePartitions } from './judge/judge-partitions.ts';
import { judgeSuspects } from './judge/judge-suspects.ts';
import { judgeTables } from './judge/judge-tables.ts';
import { makeContext } from './judge/make-context.ts';
import { makeReport } from './report/make-report.ts';
import { noteUnchecked } from './report/list-checked.ts';
import { openTolerantly, type OpenedExport } from './base/open-tolerantly.ts';
import { tellPhase } from './base/tell-phase.ts';
import { expectedBytes, planVerification, type VerificationPlan } from './base/plan.ts';
import { readHistory } from './scan/read-history.ts';
import { RecordStore } from './records/record-store.ts';
import type { VerificationReport } from './base/report.ts';
import { verifyOptionsShape, type VerifyOptions } from './base/verify-options.ts';

/**
 * Checks an export against the rules of `docs/verify.md`: its folder, its rows, each table against the other, and the
 * arithmetic of its metrics. Every finding is collected and counted; checking does not stop at the first. Given a location
 * instead of an opened export, it also tolerates parts in two formats and first parts whose header cannot be read.
 *
 * Every part is read once, on several threads; parts with findings, or with keys that may be duplicates, are read
 * again as far as needed. Memory: about 30 MB a thread, and 64 MiB of records; keys that do not fit are written to a
 * temporary folder, which is removed at the end, and judged by partitions. The report is the same for any number of
 * threads.
 *
 * @throws what `openExport` throws; `READ_FAILED`, `FILE_CHANGED` and other failures to read a file;
 * `WRITE_FAILED`; what an invalid history throws; `OPTION_INVALID`; the signal's reason. A part that can be read but not
 * decoded is a finding.
 */
export async function verifyExport(source: ExportSource, options: VerifyOptions = {}): Promise<VerificationReport> {
  await checkOptions('verifyExport', options, verifyOptionsShape);
  refuseIdleOptions('verifyExport', [source], options.open);
  return verifyPlanned(await openForVerification(source, options), options, checkParts);
}

/** An export that is opened to be verified, and the step between its timestamps. */
export interface OpenedVerification {
  readonly opened: OpenedExport;
  readonly frequency: Frequency | null;
  /** Of the hashes of keys, where parts were hashed already; by default random. */
  readonly seed?: Uint32Array | undefined;
}

/** Opens an export as far as possible. @throws what `openExport` throws, but for what verifying reports */
export async function openForVerification(
  source: ExportSource,
  { open, signal, frequency }: Pick<VerifyOptions, 'open' | 'signal' | 'frequency'>,
): Promise<OpenedVerification> {
  const opened = await openTolerantly(source, { ...given({ signal }), ...open });
  return { opened, frequency: frequency ?? (await findFrequency(opened.bx, signal)) };
}

/** The report on an opened export whose parts `check` checks: here, or elsewhere before. @throws as {@link verifyExport} */
export async function verifyPlanned(
  { opened, frequency, seed }: OpenedVerification,
  options: VerifyOptions,
  check: (plan: VerificationPlan, store: RecordStore) => Promise<CheckedParts>,
): Promise<VerificationReport> {
  assertHistoryColumns(options, opened.bx);
  const temporary = await makeRoom(opened, options);
  const store = new RecordStore(temporary?.storage);
  try {
    return await verify(planVerification(opened, options, frequency, temporary?.storage, seed), store, check);
  } finally {
    await store.settle();
    await temporary?.remove();
  }
}

/** The step between timestamps, as far as the first rows show it. The errors of damaged parts are found and reported later. */
export async function findFrequency(bx: BacktestExport, signal: AbortSignal | undefined): Promise<Frequency | null> {
  const isSkipped = ({ code }: BacktestExportError): boolean => !accessErrorCodes.has(code);
  return (await detectFrequency(bx, { isSkipped, signal })).frequency;
}

async function verify(
  plan: VerificationPlan,
  store: RecordStore,
  check: (plan: VerificationPlan, store: RecordStore) => Promise<CheckedParts>,
): Promise<VerificationReport> {
  const checked = await check(plan, store);
  const season = seasonOf(plan);
  if (season !== undefined) {
    tellPhase(plan, 'history');
    await readHistory(plan, store);
  }
  const context = makeContext(plan, checked, season);
  const counts = await judgePartitions(plan, context, store);
  await judgeSuspects(plan, context, store);
  judgeTables(plan, checked, context);
  noteUnchecked(plan, context);
  return makeReport({ plan, checked, context, counts, folder: findInFolder(plan) });
}

/** The season of MASE; undefined where it is not checked. */
function seasonOf({ options, frequency, bx }: VerificationPlan): number | undefined {
  const hasMase =
    bx.accuracyMetrics.exists && bx.accuracyMetrics.schema.columns.some(({ metric }) => metric === 'MASE');
  if (options.history === undefined || frequency === null || !hasMase) return undefined;
  return options.season ?? commonSeason(frequency);
}

/** Records of less text than this fit into memory. */
const smallBytes = 16 * 1024 * 1024;

async function makeRoom({ bx }: OpenedExport, options: VerifyOptions): Promise<TemporaryStorage | undefined> {
  const parts = [...bx.forecastedValues.parts, ...bx.accuracyMetrics.parts];
  const bytes = parts.reduce((sum, part) => sum + expectedBytes(part), 0);
  if (bytes < smallBytes && options.history === undefined) return undefined;
  return createTemporaryStorage(options.temporaryFolder);
}
