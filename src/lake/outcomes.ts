import type { BacktestExportError } from '../errors.ts';
import { plainIdentity } from '../naming/export-identity.ts';
import type { ConversionStatus, ExportOutcome } from './conversions.ts';
import type { PlannedConversion } from './plan-conversions.ts';

/** What is known of an export before it is converted. */
export function outcomeOf(
  { catalog, found, parts, bytes }: PlannedConversion,
  destination: string,
  status: ConversionStatus,
  reason: string | null = null,
): ExportOutcome {
  const place = { source: catalog.location, destination };
  return { ...plainIdentity(found), ...place, parts, bytes, status, reason, result: null, error: null };
}

/** An error as an outcome has it. */
export function plainError({ code, message, position }: BacktestExportError): ExportOutcome['error'] {
  return { code, message, position };
}

/** A folder whose exports cannot be listed. */
export function problemOutcome(
  { folder, error }: { readonly folder: string; readonly error: BacktestExportError },
  location: string,
): ExportOutcome {
  return {
    jobName: null,
    exportedAt: null,
    source: folder === '' ? location : `${location}/${folder}`,
    destination: '',
    parts: 0,
    bytes: 0,
    status: 'failed',
    reason: null,
    result: null,
    error: plainError(error),
  };
}

/** How many exports there are of each status. */
export function countStatuses(exports: readonly ExportOutcome[]): Record<ConversionStatus, number> {
  const counts = { converted: 0, replaced: 0, unchanged: 0, skipped: 0, failed: 0, planned: 0, 'not-started': 0 };
  for (const { status } of exports) counts[status] += 1;
  return counts;
}
