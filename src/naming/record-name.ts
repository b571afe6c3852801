import { BacktestExportError } from '../errors.ts';
import type { ExportIdentity } from './export-identity.ts';
import { formatExportTimestamp, parseExportTimestamp } from './export-timestamp.ts';
import { findJobNameProblem } from './job-name.ts';

/**
 * The name of the record that says what an export was converted from: `_converted_bike_2021-12-14T13-20-10Z.json`. It begins
 * with an underscore, so that neither this library nor Spark, Hive or Athena reads it as data.
 */
export function formatRecordName(jobName: string, exportedAt: Date): string {
  return `${start}${jobName}_${formatExportTimestamp(exportedAt)}${ending}`;
}

/** The export whose record has this name; undefined for any other name. The mirror of {@link formatRecordName}. */
export function parseRecordName(name: string): ExportIdentity | undefined {
  if (!name.startsWith(start) || !name.endsWith(ending)) return undefined;
  const stem = name.slice(start.length, -ending.length);
  const cut = stem.lastIndexOf('_');
  const jobName = stem.slice(0, Math.max(0, cut));
  if (findJobNameProblem(jobName) !== undefined) return undefined;
  try {
    return { jobName, exportedAt: parseExportTimestamp(stem.slice(cut + 1)).date };
  } catch (error) {
    if (error instanceof BacktestExportError) return undefined;
    throw error;
  }
}

const start = '_converted_';
const ending = '.json';
