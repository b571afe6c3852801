import { openOptionsShape } from '../export/open-export.ts';
import type { FieldShapes, Zod } from '../options.ts';
import { settingsFields } from '../parquet/write/settings.ts';
import { columnNamings } from '../schema/column-naming.ts';
import type { ConvertOptions } from './conversion.ts';

/** The shapes of the fields of {@link ConvertOptions}, for every function that converts. */
export const convertFields = (z: Zod): FieldShapes<ConvertOptions> => ({
  open: openOptionsShape(z).optional(),
  format: z.enum(['CSV', 'PARQUET']),
  ...settingsFields(z),
  rowsPerPart: z.int().min(1).optional(),
  guardFormulas: z.boolean().optional(),
  columnNames: z.enum(columnNamings).optional(),
  lossy: z.boolean().optional(),
  overwrite: z.boolean().optional(),
  threads: z.int().min(1).max(256).optional(),
  signal: z.instanceof(AbortSignal).optional(),
  onProgress: z.function().optional(),
});
