import type { ConvertedExports, ConversionStatus, ExportOutcome } from '../../lake/conversions.ts';
import { escapeUnsafe } from '../../quote-text.ts';
import type { Document } from '../layout/document.ts';
import { showBytes, showCount, showExport, showText } from '../values/show-value.ts';

/** What `convert --all` prints at the end: the total. Each export has had its line. */
export function describeConversions(result: ConvertedExports): Document {
  const { exports, counts, dryRun, destination } = result;
  const parts = statuses.flatMap((status) => (counts[status] === 0 ? [] : [`${counts[status]} ${labels[status]}`]));
  const read = exports.reduce((sum, { bytes, result: made }) => sum + (made === null ? 0 : bytes), 0);
  const written = exports.reduce((sum, { result: made }) => sum + bytesWritten(made), 0);
  const sizes = written === 0 ? '' : `, ${showBytes(read)} → ${showBytes(written)}`;
  const nothing = dryRun ? '; nothing was written' : '';
  const title = `${showCount(exports.length, 'export')} to ${showText(destination)}: ${parts.join(', ')}${sizes}${nothing}`;
  return { sections: () => [{ title }], data: result };
}

/**
 * The line of an export: `converted  bike, exported 2021-12-14 13:20:10Z: 1624 rows, 263 kB → 58.5 kB, in job=bike/…`. Its folder is named
 * as it is below `root`, which the total names.
 */
export function formatOutcome(outcome: ExportOutcome, root: string): string {
  const { status, destination, source, parts, bytes, reason, result, error } = outcome;
  const facts = [`${showCount(parts, 'part')}, ${showBytes(bytes)}`];
  if (result !== null) {
    const rows = Object.values(result.tables).reduce((sum, table) => sum + (table?.rows ?? 0), 0);
    facts[0] = `${showCount(rows, 'row')}, ${showBytes(bytes)} → ${showBytes(bytesWritten(result))}`;
    if (result.losses.length > 0) facts.push(`not restorable: ${showCount(result.losses.length, 'loss', 'losses')}`);
  }
  if (reason !== null) facts.push(showText(reason));
  const above = root.endsWith('/') ? root : `${root}/`;
  const folder = destination.startsWith(above) ? destination.slice(above.length) : destination;
  const where = error === null ? `in ${showText(folder)}` : `${error.code}, from ${showText(source)}`;
  return escapeUnsafe(`${status.padEnd(11)}  ${showExport(outcome, 'unknown')}: ${facts.join(', ')}, ${where}`);
}

function bytesWritten(result: ExportOutcome['result']): number {
  return Object.values(result?.tables ?? {}).reduce((sum, table) => sum + (table?.bytesWritten ?? 0), 0);
}

const labels: Readonly<Record<ConversionStatus, string>> = {
  converted: 'converted',
  replaced: 'replaced',
  unchanged: 'unchanged since they were converted',
  skipped: 'skipped',
  planned: 'to be converted',
  failed: 'failed',
  'not-started': 'not started',
};
const statuses = Object.keys(labels) as readonly ConversionStatus[];
