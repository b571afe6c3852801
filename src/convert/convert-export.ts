import type { ZodType } from 'zod';
import { formatSums, joinSums, type ContentSums } from '../batch/hash/content-sum.ts';
import { BacktestExportError } from '../errors.ts';
import { tableOf, type BacktestExport, type ExportTable } from '../export/find/backtest-export.ts';
import { openOptionsShape } from '../export/open-export.ts';
import { openIfFolder, type ExportSource } from '../export/open-source.ts';
import { Destination } from '../export/write/destination.ts';
import { plainIdentity } from '../naming/export-identity.ts';
import { checkOptions, objectShape, type Zod } from '../options.ts';
import { compressions } from '../parquet/codecs/compress.ts';
import { byTable } from '../schema/schema.ts';
import { toStorage } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';
import type { ConversionLoss, ConversionResult, ConvertedTable, ConvertOptions } from './conversion.ts';
import { convertUnits } from './convert-units.ts';
import type { UnitInput, UnitOutput } from './unit.ts';
import { joinLosses } from './loss-list.ts';
import { planUnits } from './plan-units.ts';

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
  const opened = await openIfFolder('convertExport', source, options.open, options.signal);
  const target = toStorage('convertExport', destination);
  const units = planUnits(opened, options);
  const { jobName, complete } = opened;
  const { overwrite = false } = options;
  const targets = units.flatMap(({ target: place }) => (place.kind === 'file' ? [place.path] : []));
  const { signal } = options;
  const folder = await Destination.open(target, { overwrite, signal, source: opened, targets });
  const emptyParts = listEmptyParts(opened, options);
  const inputs = units.map((unit): UnitInput => ({
    ...unit,
    destination: target.transfer ?? target,
    format: options.format,
    compression: options.compression ?? 'snappy',
    guardFormulas: options.guardFormulas ?? false,
    lossy: options.lossy ?? false,
    // whether an export may be replaced is decided when it is published, under the lock
    overwrite: overwrite || jobName !== undefined,
  }));
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
    losses: joinLosses([emptyParts, ...outputs.map(({ losses }) => losses)]),
    guardedCells: outputs.reduce((sum, { guarded }) => sum + guarded, 0),
    warnings: opened.warnings,
  };
}

/** Tables whose parts are all empty: Parquet would have no columns for them. */
function listEmptyParts(
  source: BacktestExport,
  { format, lossy = false, rowsPerPart }: ConvertOptions,
): ConversionLoss[] {
  if (format === 'CSV' && rowsPerPart === undefined) return [];
  return [source.forecastedValues, source.accuracyMetrics].flatMap((table) => {
    const [first] = table.parts;
    if (table.exists || first === undefined) return [];
    const reason = `the parts of ${table.name} are empty: without a header there are no columns to write`;
    if (!lossy) throw new BacktestExportError('VALUE_NOT_RESTORABLE', reason, { position: { file: first.path } });
    const place = { reason, file: first.path, record: null, byte: null };
    return { table: table.name, kind: 'empty-parts' as const, column: null, count: table.parts.length, ...place };
  });
}

function describeTable(
  table: ExportTable,
  inputs: readonly UnitInput[],
  outputs: readonly UnitOutput[],
): ConvertedTable | null {
  const own = outputs.filter((_, index) => inputs[index]?.table === table.name);
  if (own.length === 0) return null;
  const none: ContentSums = { rows: 0, columns: table.exists ? table.schema.columns.map(({ name }) => [name, 0]) : [] };
  const sums = own.map((output) => output.sums).reduce(joinSums, none);
  const files = own.flatMap((output) => output.files);
  return {
    rows: sums.rows,
    partsRead: table.parts.length,
    bytesRead: table.bytes,
    partsWritten: files.length,
    bytesWritten: files.reduce((sum, { size }) => sum + size, 0),
    checksum: formatSums(sums),
  };
}

const convertOptionsShape = (z: Zod): ZodType<ConvertOptions> =>
  objectShape<ConvertOptions>(z, {
    open: openOptionsShape(z).optional(),
    format: z.enum(['CSV', 'PARQUET']),
    compression: z.enum(compressions).optional(),
    rowsPerPart: z.int().min(1).optional(),
    guardFormulas: z.boolean().optional(),
    lossy: z.boolean().optional(),
    overwrite: z.boolean().optional(),
    threads: z.int().min(1).max(256).optional(),
    signal: z.instanceof(AbortSignal).optional(),
    onProgress: z.function().optional(),
  });
