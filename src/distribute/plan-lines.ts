import { BacktestExportError, quoteText } from '../errors.ts';
import type { ExportWarning } from '../export/entries/export-catalog.ts';
import type { BacktestExport } from '../export/find/backtest-export.ts';
import type { TableSchema } from '../schema/schema.ts';
import type { StorageTransfer } from '../storage/storage.ts';
import { digestOfJson } from './digest.ts';
import { planDigest, unitDigest } from './plan-digest.ts';
import { formatVersion, planKind, type PlanHead, type PlanLine, type PlannedUnit } from './plan-line.ts';

/** The lines of some units, the first of which has the warnings. */
export function toPlanLines(
  head: PlanHead,
  units: readonly Omit<PlannedUnit, 'head'>[],
  warnings: readonly ExportWarning[],
): PlanLine[] {
  const whole = units.map((unit, index): PlannedUnit => ({ head, ...unit, ...(index === 0 ? { warnings } : {}) }));
  const plan = planDigest(whole.map(unitDigest));
  return whole.map((unit, index) => {
    const line = {
      kind: planKind,
      format: formatVersion,
      plan,
      number: index + 1,
      total: units.length,
      ...unit,
    } as const;
    return { ...line, check: digestOfJson(line) };
  });
}

/** The names of a header, those of columns that were left out included. */
export function headerNames({ columns, leftOut = [] }: TableSchema): string[] {
  const names = columns.map(({ name }) => name);
  for (const { name, field } of leftOut) names.splice(field, 0, name);
  return names;
}

/** How other processes open the storage of an export. @throws `OPTION_INVALID` where they cannot */
export function transferOf({ storage, location }: Pick<BacktestExport, 'storage' | 'location'>): StorageTransfer {
  const { transfer, base } = storage;
  if (transfer !== undefined) return transfer;
  const problem =
    base === undefined
      ? `expected a folder or a location in S3, found ${quoteText(location)}, which no other process can read`
      : `the export in ${quoteText(location)} is being replaced: plan it when its writer has ended`;
  throw new BacktestExportError('OPTION_INVALID', `planExport: ${problem}`);
}
