import type { ZodType } from 'zod';
import { summaryFields, type SummarizeOptions } from '../metrics/summarize-options.ts';
import { objectShape, type Zod } from '../options.ts';

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
    ...summaryFields(z),
    sums: z.enum(['exact', 'plain']).optional(),
    table: z.string().min(1).optional(),
    location: z.string().min(1).optional(),
    onTableLeft: z.function().optional(),
  });
