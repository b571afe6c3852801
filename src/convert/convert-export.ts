import type { ZodType } from 'zod';
import { tableOf } from '../export/find/backtest-export.ts';
import { openIfFolder, type ExportSource } from '../export/open-source.ts';
import { Destination } from '../export/write/destination.ts';
import { plainIdentity } from '../naming/export-identity.ts';
import { checkOptions, objectShape, type Zod } from '../options.ts';
import { byTable } from '../schema/schema.ts';
import { toStorage } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';
import type { ConversionResult, ConvertOptions } from './conversion.ts';
import { convertFields } from './convert-options.ts';
import { convertUnits } from './convert-units.ts';
import { describeTable } from './describe-table.ts';
import { listEarlyLosses } from './early-losses.ts';
import { joinLosses } from './loss-list.ts';
import { planUnits } from './plan-units.ts';
import { toInput } from './unit.ts';

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
  const early = listEarlyLosses(opened, options);
  const units = planUnits(opened, options);
  const { jobName, complete } = opened;
  const { overwrite = false } = options;
  const targets = units.flatMap(({ target: place }) => (place.kind === 'file' ? [place.path] : []));
  const { signal } = options;
  const folder = await Destination.open(target, { overwrite, signal, source: opened, targets });
  // whether an export may be replaced is decided when it is published, under the lock
  const writing = { ...options, overwrite: overwrite || jobName !== undefined };
  const inputs = units.map((unit) => toInput(unit, target, writing));
  const outputs = await folder.orDiscard(async () => {
    const done = await convertUnits(inputs, folder, options);
    await folder.publish({ complete });
    return done;
  });
  return {
    source: opened.location,
    destination: target.location,
    ...plainIdentity(opened),
    from: opened.format,
    to: options.format,
    tables: byTable((name) => describeTable(tableOf(opened, name), inputs, outputs)),
    losses: joinLosses([early, ...outputs.map(({ losses }) => losses)]),
    guardedCells: outputs.reduce((sum, { guarded }) => sum + guarded, 0),
    warnings: opened.warnings,
  };
}

const convertOptionsShape = (z: Zod): ZodType<ConvertOptions> => objectShape<ConvertOptions>(z, convertFields(z));
