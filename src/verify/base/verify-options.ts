import type { ZodType } from 'zod';
import { objectShape, type FieldShapes, type Zod } from '../../options.ts';
import type { OpenOptions } from '../../export/find/backtest-export.ts';
import { openOptionsShape } from '../../export/open-export.ts';
import type { Progress } from '../../export/parts/run-parts.ts';
import { frequencyShape, type Frequency } from '../../schema/frequency.ts';
import { findingCodes, type FindingCode, type Severity } from './rules.ts';

/**
 * What is done once all parts are read: the training history is read, keys and metrics are judged, windows that overlap are read
 * again for rows that repeat, and parts with findings for the details of their places.
 */
export type VerifyPhase = 'history' | 'judging' | 'rereading' | 'placing';

/** How far a verification is: its parts, then what is done with what was read. */
export interface VerifyProgress extends Progress {
  /** Absent while parts are read. */
  readonly phase?: VerifyPhase;
  /** Steps of the phase that are done, and their total: partitions of keys, or parts; 0 of 0 where that is not known. */
  readonly steps?: number;
  readonly totalSteps?: number;
}

/** Options of `verifyExport`. */
export interface VerifyOptions {
  /** Which export, and how its text is written, where a location is given; refused for an opened export. */
  readonly open?: Omit<OpenOptions, 'repeatedHeaders'>;
  /** Relative difference up to which two metrics are equal; 1e-9 by default. */
  readonly tolerance?: number;
  /** Places to keep for each finding; 20 by default. Everything is counted. */
  readonly maxPlaces?: number;
  /** Another severity for a rule, or `off`. */
  readonly rules?: Readonly<Partial<Record<FindingCode, Severity | 'off'>>>;
  /**
   * CSV files of the target time series, for MASE: with a header and, in any order, the item and its
   * dimensions under their names in the export, `timestamp`, and the values in one more column, `target_value` or `historyTarget`.
   */
  readonly history?: readonly string[];
  /** The column of the history with the values. */
  readonly historyTarget?: string;
  /**
   * The columns of the history, by their names in its header or by their places, from 1: `item`, `time`, `value`, and the
   * export's dimensions by their names. Needed only where the names differ, or, by places, where there is no header.
   */
  readonly historyColumns?: Readonly<Record<string, string | number>>;
  /** The season of MASE, in steps; by default 24 for hours, 7 for days, 1 for weeks, 12 for months, 4 for quarters. */
  readonly season?: number;
  /** Step between timestamps, where the caller knows it; inferred by default. */
  readonly frequency?: Frequency;
  /** Threads at most; the available cores by default. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Called periodically, on the caller's thread. */
  readonly onProgress?: (progress: VerifyProgress) => void;
  /** Where records are written that do not fit into memory; by default the system's folder for temporary files. */
  readonly temporaryFolder?: string;
}

/** What {@link VerifyOptions} must be. */
export const verifyOptionsShape = (z: Zod): ZodType<VerifyOptions> =>
  objectShape<VerifyOptions>(z, verifyOptionFields(z));

/** The shapes of the fields of {@link VerifyOptions}. */
export function verifyOptionFields(z: Zod): FieldShapes<VerifyOptions> {
  return {
    open: openOptionsShape(z).optional(),
    tolerance: z.number().min(0).max(1).optional(),
    maxPlaces: z.int().min(0).max(100_000).optional(),
    rules: z.partialRecord(z.enum(findingCodes), z.enum(['off', 'warn', 'error'])).optional(),
    history: z.array(z.string().min(1)).min(1).optional(),
    historyTarget: z.string().min(1).optional(),
    historyColumns: z.record(z.string(), z.union([z.string().min(1), z.int().min(1)])).optional(),
    season: z.int().min(1).optional(),
    frequency: frequencyShape(z).optional(),
    threads: z.int().min(1).max(256).optional(),
    signal: z.instanceof(AbortSignal).optional(),
    onProgress: z.function().optional(),
    temporaryFolder: z.string().min(1).optional(),
  };
}
