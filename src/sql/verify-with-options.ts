import type { ZodType } from 'zod';
import { openOptionsShape } from '../export/open-export.ts';
import { objectShape, type Zod } from '../options.ts';
import { frequencyShape } from '../schema/frequency.ts';
import { findingCodes } from '../verify/base/rules.ts';
import type { VerifyOptions } from '../verify/base/verify-options.ts';

/**
 * Options of {@link verifyWith}: those of `verifyExport` but for threads and temporary files, which are the engine's, and the
 * history that MASE needs. Of `onProgress` the bytes are estimated.
 */
export interface VerifyWithOptions extends Pick<
  VerifyOptions,
  'open' | 'maxPlaces' | 'rules' | 'frequency' | 'signal' | 'onProgress'
> {
  /**
   * Relative difference up to which two metrics are equal; 1e-9 by default, at least 1e-11: an engine adds doubles in any order, which
   * changes a sum of up to 10,000 steps by less than that.
   */
  readonly tolerance?: number;
  /**
   * A table of forecasted-values in the engine, such as `catalog.schema.table`, which is made and kept if there is none. By default
   * the engine reads the files, or a table over them is made and dropped again.
   */
  readonly table?: string;
  /** The same for accuracy-metrics-values. */
  readonly accuracyTable?: string;
  /** Where the engine finds the export's folder, if that is not where this library does: `s3a://…`, a mounted folder. */
  readonly location?: string;
  /** Told of a table that was made for the occasion and could not be dropped again. */
  readonly onTableLeft?: (name: string, error: unknown) => void;
}

/** The zod shape of {@link VerifyWithOptions}. */
export const verifyWithOptionsShape = (z: Zod): ZodType<VerifyWithOptions> =>
  objectShape<VerifyWithOptions>(z, {
    open: openOptionsShape(z).optional(),
    tolerance: z.number().min(1e-11).max(1).optional(),
    maxPlaces: z.int().min(0).max(1000).optional(),
    rules: z.partialRecord(z.enum(findingCodes), z.enum(['off', 'warn', 'error'])).optional(),
    frequency: frequencyShape(z).optional(),
    signal: z.instanceof(AbortSignal).optional(),
    onProgress: z.function().optional(),
    table: z.string().min(1).optional(),
    accuracyTable: z.string().min(1).optional(),
    location: z.string().min(1).optional(),
    onTableLeft: z.function().optional(),
  });
