import type { ZodType } from 'zod';
import { convertFields } from '../convert/convert-options.ts';
import { BacktestExportError, quoteText } from '../errors.ts';
import { findExports } from '../export/find/find-exports.ts';
import { given } from '../given.ts';
import { checkOptions, objectShape, type Zod } from '../options.ts';
import { isWithin } from '../storage/is-within.ts';
import { openBelow } from '../storage/open-below.ts';
import { toGuarded } from '../storage/given-storage.ts';
import { openStorage, toStorage, withSide } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { ConversionRun } from './conversion-run.ts';
import type { ConvertedExports, ConvertExportsOptions, ExportOutcome } from './conversions.ts';
import { countStatuses, problemOutcome } from './outcomes.ts';
import { placeExport } from './layout.ts';
import { planConversions, type PlannedConversion } from './plan-conversions.ts';

/**
 * Converts every export in a folder and in the folders below it, each into a folder of its own, proven as `convertExport`
 * proves it, one after another. A record is published with each export: the next call leaves those alone that were converted
 * with the same options from the same files and whose result is still as it was published, to the size and time of each file.
 * After a process was killed, the next call also takes over the large parts that it had proven of the export it was at.
 *
 * Where the destination has an export for which that is not so, as its source has changed, that export fails with
 * `EXPORT_EXISTS`, or is left (`skipExisting`) or replaced (`overwrite`). An export that fails does not stop the others.
 *
 * @throws before anything is written: `EXPORT_NOT_FOUND`; `DESTINATION_INVALID`, where two exports would be written as one or the
 * destination is in the source; `OPTION_INVALID`; what `findExports` throws. Then only the signal's reason.
 */
export async function convertExports(
  source: string | Storage,
  destination: string | Storage,
  options: ConvertExportsOptions,
): Promise<ConvertedExports> {
  await checkOptions('convertExports', options, convertExportsShape);
  const { layout = 'hive', overwrite, skipExisting, depth, maxFolders, signal, dryRun = false, format } = options;
  if (overwrite === true && skipExisting === true) {
    const problem = 'convertExports.skipExisting: expected one of skipExisting and overwrite, found both';
    throw new BacktestExportError('OPTION_INVALID', problem);
  }
  placeExport(layout, { jobName: 'job', exportedAt: new Date(0), folder: '' }); // refuses a layout before anything is read
  const side = 'source';
  const from =
    typeof source === 'string'
      ? openStorage(source, { s3: options.open?.s3, side })
      : withSide(toGuarded('convertExports', source), side);
  const to = toStorage('convertExports', destination);
  if (await isWithin({ storage: to, folder: '' }, { storage: from, folder: '' })) throw inside(from, to);
  const search = await findExports(from, given({ depth, maxFolders, signal }));
  const planned = planConversions(search, layout, options.open);
  await assertOutside(planned, from, to);
  const problems = search.problems.map((problem): ExportOutcome => problemOutcome(problem, search.location));
  for (const outcome of problems) options.onExport?.(outcome);
  const run = new ConversionRun(planned, to, options);
  const exports = [...problems, ...(await run.run(problems.length > 0))];
  return {
    source: search.location,
    destination: to.location,
    to: format,
    dryRun,
    exports,
    counts: countStatuses(exports),
    tooDeep: search.tooDeep,
  };
}

/** Refuses a layout that leads back into the source, as it may where the source is in the destination. */
async function assertOutside(planned: readonly PlannedConversion[], from: Storage, to: Storage): Promise<void> {
  const source = { storage: from, folder: '' };
  if (!(await isWithin(source, { storage: to, folder: '' }))) return;
  for (const { to: folder } of planned) {
    if (await isWithin({ storage: to, folder }, source)) throw inside(from, openBelow(to, folder));
  }
}

function inside(source: Storage, destination: Storage): BacktestExportError {
  const problem = `expected a destination outside of the source ${quoteText(source.location)}, found ${quoteText(destination.location)}, whose exports the next run would find there`;
  return new BacktestExportError('DESTINATION_INVALID', problem);
}

const convertExportsShape = (z: Zod): ZodType<ConvertExportsOptions> =>
  objectShape<ConvertExportsOptions>(z, {
    ...convertFields(z),
    layout: z.string().optional(),
    depth: z.int().min(0).optional(),
    maxFolders: z.int().min(1).optional(),
    skipExisting: z.boolean().optional(),
    dryRun: z.boolean().optional(),
    failFast: z.boolean().optional(),
    onExport: z.function().optional(),
  });
