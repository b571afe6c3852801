import type { ConversionResult, ConvertOptions } from '../convert/conversion.ts';
import type { ErrorCode, ErrorPosition } from '../errors.ts';
import type { FindExportsOptions } from '../export/find/find-exports.ts';
import type { ExportFormat } from '../naming/part-extension.ts';

/** Options of `convertExports`: those of `convertExport` for each export, and what is done with many. */
export interface ConvertExportsOptions
  extends Omit<ConvertOptions, 'onProgress'>, Pick<FindExportsOptions, 'depth' | 'maxFolders'> {
  /**
   * The folder of each export below the destination: `hive` (`job=NAME/exported_at=TIME`, the default), `flat` (`NAME_TIME`),
   * `mirror` (the folders of the source), or a template such as `{date}/{job}` with `{job}`, `{time}`, `{date}` and `{path}`.
   */
  readonly layout?: string;
  /** Leaves an export as it is where the destination has it, whatever it was made of; refused by default. */
  readonly skipExisting?: boolean;
  /** Says what would be done and writes nothing. */
  readonly dryRun?: boolean;
  /** Ends with the first export that fails; by default the others are converted all the same. */
  readonly failFast?: boolean;
  /** Called with each export when it is done, skipped or failed. */
  readonly onExport?: (outcome: ExportOutcome) => void;
  /** Called as work progresses. */
  readonly onProgress?: (progress: ConvertExportsProgress) => void;
}

/** The progress of many conversions: bytes as in `ConvertProgress`, of all exports that are to be converted. */
export interface ConvertExportsProgress {
  readonly bytes: number;
  readonly totalBytes: number;
  /** Exports that are finished, and all that are to be converted. */
  readonly exports: number;
  readonly totalExports: number;
}

/**
 * What becomes of an export. `converted`: it is written and proven. `replaced`: the same in place of an earlier one. `unchanged`: it was
 * converted before with the same options from the same files, whose result is still there. `skipped`: the destination has
 * it, and `skipExisting` leaves it. `failed`: see the error. `planned`: a dry run would convert or replace it.
 * `not-started`: another export failed first.
 */
export type ConversionStatus =
  'converted' | 'replaced' | 'unchanged' | 'skipped' | 'failed' | 'planned' | 'not-started';

/** One of many exports, and what became of it. Plain data. */
export interface ExportOutcome {
  readonly jobName: string | null;
  /** ISO 8601, UTC. */
  readonly exportedAt: string | null;
  /** Its folder in the source, and in the destination. */
  readonly source: string;
  readonly destination: string;
  /** Parts and bytes of the source. */
  readonly parts: number;
  readonly bytes: number;
  readonly status: ConversionStatus;
  /** Why it was skipped or replaced, or would be; null where there is nothing to say. */
  readonly reason: string | null;
  /** What was written, where something was. */
  readonly result: ConversionResult | null;
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly position: ErrorPosition } | null;
}

/** What became of all exports below a location. */
export interface ConvertedExports {
  readonly source: string;
  readonly destination: string;
  readonly to: ExportFormat;
  readonly dryRun: boolean;
  /** In the order in which they were found: by folder, then by time. */
  readonly exports: readonly ExportOutcome[];
  /** How many of each status. */
  readonly counts: Readonly<Record<ConversionStatus, number>>;
  /** Folders that were too deep to be searched. */
  readonly tooDeep: readonly string[];
}
