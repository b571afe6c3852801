import { BacktestExportError } from '../errors.ts';
import type { OpenOptions } from '../export/find/backtest-export.ts';
import { isExportFiles } from '../export/entries/list-files.ts';
import type { ExportSource } from '../export/open-source.ts';
import { tableOf } from '../export/find/backtest-export.ts';
import { given } from '../given.ts';
import type { Frequency } from '../schema/frequency.ts';
import { planVerification, type VerificationPlan } from '../verify/base/plan.ts';
import { planInputs } from '../verify/scan/check-parts.ts';
import type { CheckInput } from '../verify/scan/check-part.ts';
import { openForVerification } from '../verify/verify-export.ts';
import { digestOfJson } from './digest.ts';
import type { PlanLine, PlannedHeader, VerificationHead } from './plan-line.ts';
import { headerNames, toPlanLines, transferOf } from './plan-lines.ts';

/** What a plan for `verify` depends on. */
export interface VerificationPlanning {
  readonly open?: OpenOptions;
  readonly frequency?: Frequency;
  readonly maxPlaces?: number;
  readonly signal?: AbortSignal;
}

/**
 * The lines of a plan whose states are judged into a report. The export is opened again then: it must be given by its location.
 * @throws `OPTION_INVALID`; what opening throws
 */
export async function planVerificationLines(
  from: ExportSource,
  { open = {}, frequency, maxPlaces, signal }: VerificationPlanning,
): Promise<PlanLine[]> {
  const source = locationOf(from);
  const opened = await openForVerification(source, given({ open, frequency, signal }));
  const plan = planVerification(opened.opened, given({ maxPlaces }), opened.frequency, undefined);
  const inputs = planInputs(plan);
  const storage = transferOf(plan.bx);
  const { signal: _signal, repeatedHeaders: _repeatedHeaders, exportedAt, ...reading } = open;
  const time = exportedAt instanceof Date ? exportedAt.toISOString() : exportedAt;
  const head: VerificationHead = {
    for: 'verify',
    source,
    open: { ...reading, ...given({ exportedAt: time }) },
    tables: tablesOf(plan, inputs),
    decode: inputs[0]?.source.decode ?? {},
    frequency: plan.frequency,
    seed: [...plan.seed],
    partitions: plan.partitions,
    maxPlaces: plan.maxPlaces,
    ...partDigests(plan),
  };
  const units = inputs.map(({ source: { part, expected }, file }) => {
    return { storage, table: expected.schema.table, part, index: file };
  });
  return toPlanLines(head, units, []);
}

/** Whether the parts of an export are those that were planned. */
export function partDigests({ parts }: VerificationPlan): Pick<VerificationHead, 'parts' | 'versions'> {
  return {
    parts: digestOfJson(parts.map(({ name, part }) => [name, part.path, part.size])),
    versions: digestOfJson(parts.map(({ part }) => part.version)),
  };
}

function tablesOf({ bx }: VerificationPlan, inputs: readonly CheckInput[]): VerificationHead['tables'] {
  const tables = new Map<string, PlannedHeader>();
  for (const { source } of inputs) {
    const { schema, file } = source.expected;
    const table = tableOf(bx, schema.table);
    tables.set(schema.table, { header: headerNames(schema), file, parts: table.parts.length, bytes: table.bytes });
  }
  return Object.fromEntries(tables);
}

function locationOf(from: ExportSource): VerificationHead['source'] {
  if (typeof from === 'string') return from;
  if (isExportFiles(from) && from.storage === undefined) {
    const { forecastedValues, accuracyMetrics } = from;
    return given({ forecastedValues, accuracyMetrics });
  }
  const problem = 'planExport: expected the location of the export, which is opened again when its states are judged';
  throw new BacktestExportError('OPTION_INVALID', problem);
}
