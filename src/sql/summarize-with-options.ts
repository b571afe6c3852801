import type { ZodType } from 'zod';
import { openOptionsShape } from '../export/open-export.ts';
import type { SummarizeOptions } from '../metrics/summarize-options.ts';
import type { Worst } from '../metrics/base/summary.ts';
import { objectShape, type Zod } from '../options.ts';
import { frequencyShape } from '../schema/frequency.ts';

/**
 * Options of {@link summarizeWith}: those of `summarize` but `onBadPart`, as an engine reads all parts in one statement. Of
 * `onProgress` the bytes of forecasted-values are estimated; `threads` read accuracy-metrics-values.
 */
export interface SummarizeWithOptions extends Omit<SummarizeOptions, 'onBadPart'> {
  /**
   * How doubles are added up: `exact` (the default) gives the figures of `summarize` to the last bit; `plain` is the engine's
   * own SUM, cheaper, and different from run to run in the last digits, which a note of the result says.
   */
  readonly sums?: 'exact' | 'plain';
  /**
   * The name of the engine's table of forecasted-values, also with its schema and catalog: `schema.name`, `catalog.schema.name`. One
   * that exists is used once its columns are checked, one that does not is made and kept. By default a table is made for
   * the occasion and dropped again; DuckDB reads the files and has none.
   */
  readonly table?: string;
  /** Where the engine finds the export's folder, if that is not where this library does: `s3a://…`, a mounted folder. */
  readonly location?: string;
  /** Told of a table that was made for the occasion and could not be dropped again. */
  readonly onTableLeft?: (name: string, error: unknown) => void;
}

/** The zod shape of {@link SummarizeWithOptions}. */
export const summarizeWithOptionsShape = (z: Zod): ZodType<SummarizeWithOptions> =>
  objectShape<SummarizeWithOptions>(z, {
    open: openOptionsShape(z).optional(),
    by: z.array(z.string()).optional(),
    worst: objectShape<Worst>(z, { metric: z.string(), count: z.int().min(1) }).optional(),
    reading: z.enum(['pooled', 'averaged']).optional(),
    point: z.string().optional(),
    threads: z.int().min(1).max(256).optional(),
    signal: z.instanceof(AbortSignal).optional(),
    onProgress: z.function().optional(),
    onGroup: z.function().optional(),
    maxGroups: z.int().min(1).optional(),
    frequency: frequencyShape(z).optional(),
    accuracyMetrics: z.boolean().optional(),
    sums: z.enum(['exact', 'plain']).optional(),
    table: z.string().min(1).optional(),
    location: z.string().min(1).optional(),
    onTableLeft: z.function().optional(),
  });
