import type { ZodType } from 'zod';
import { openIfFolder, type ExportSource } from '../export/open-source.ts';
import { checkOptions, objectShape, type Zod } from '../options.ts';
import { toStorage } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';
import type { ConversionResult, ConvertOptions } from './conversion.ts';
import { convertOpened } from './convert-opened.ts';
import { convertFields } from './convert-options.ts';

/**
 * Converts a whole export, both tables with the same job, time and part numbers, and proves it: every file is read
 * back before it gets its name, and its rows, the checksums of its columns and the spelling of its times are compared
 * with what was read. CSV becomes Parquet and CSV again byte for byte; where that is impossible, the conversion stops
 * and says where, or with `lossy` lists what is lost. Nothing has a final name before everything is proven; then all
 * files get theirs in one swap, `_SUCCESS`, if the source has it, last. The source is only read. Parts are converted
 * on several threads, a large one in slices; memory is bounded by a row group for each thread, or what was made of two slices.
 *
 * @throws what opening and reading throw; `VALUE_NOT_RESTORABLE`, `DESTINATION_INVALID`, `EXPORT_EXISTS`,
 * `EXPORT_BUSY`, `JOURNAL_INVALID`, `CONVERSION_UNPROVEN`, `FILE_EXISTS`, `WRITE_FAILED`, `OPTION_INVALID`; the
 * signal's reason.
 */
export async function convertExport(
  source: ExportSource,
  destination: string | Storage,
  options: ConvertOptions,
): Promise<ConversionResult> {
  await checkOptions('convertExport', options, convertOptionsShape);
  const opened = await openIfFolder('convertExport', source, options.open, options.signal, 'source');
  const target = toStorage('convertExport', destination);
  return convertOpened(opened, target, options);
}

const convertOptionsShape = (z: Zod): ZodType<ConvertOptions> => objectShape<ConvertOptions>(z, convertFields(z));
