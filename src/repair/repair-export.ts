import type { ZodType } from 'zod';
import { BacktestExportError, quoteText } from '../errors.ts';
import type { BacktestExport } from '../export/find/backtest-export.ts';
import { openOptionsShape } from '../export/open-export.ts';
import { openIfFolder, type ExportSource } from '../export/open-source.ts';
import { planOf } from '../export/tables/planned-table.ts';
import { Destination } from '../export/write/destination.ts';
import { checkOptions, objectShape, type Zod } from '../options.ts';
import { byTable, type TableName } from '../schema/schema.ts';
import { toStorage } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';
import type { RepairedTable, RepairOptions, RepairResult } from './repair.ts';
import { RepairList } from './repair-list.ts';
import { TableRepair, type TableContext } from './repair-table.ts';

/**
 * Writes a clean copy of one export, in its format: duplicate rows, repeated header lines and empty
 * parts dropped, parts numbered from 0, text as Forecast writes it, `_CHECK` first and `_SUCCESS` last. What was
 * dropped, and why, is in the result. The copy is read back before it gets its names, and the source is
 * only read. One thread. To find duplicates, every row is held in memory: 8 bytes for each time, each number and every two
 * texts, and 20 to 31 bytes besides, so about 100 for five numbers.
 *
 * A row is a duplicate if item, dimensions and times (and `backtest_window`) are equal, cell by cell. Its numbers then have
 * the same bits; or are near, at most 4 doubles away, as in two exports of one predictor (`DUPLICATE_NEAR` of
 * `verifyExport`); or differ. Of rows that are equal or near, the first is kept.
 *
 * @throws `ROW_CONFLICT` for a row with the key of an earlier one and other numbers, unless the first is to be kept;
 * `DESTINATION_INVALID`, `EXPORT_EXISTS`, `EXPORT_BUSY`, `TABLE_NOT_FOUND` where no row is left; what opening, reading and writing throw.
 */
export async function repairExport(
  source: ExportSource,
  destination: string | Storage,
  options: RepairOptions = {},
): Promise<RepairResult> {
  await checkOptions('repairExport', options, repairOptionsShape);
  const opened = await openIfFolder('repairExport', source, options.open, options.signal, 'source');
  const { jobName, exportedAt, format } = opened;
  if (jobName === undefined || exportedAt === undefined) {
    const problem = `expected part files whose names contain the job and time, found ${quoteText(opened.location)}`;
    throw new BacktestExportError('OPTION_INVALID', problem);
  }
  const target = toStorage('repairExport', destination);
  const { overwrite = false, signal = new AbortController().signal } = options;
  const folder = await Destination.open(target, { overwrite, signal, source: opened });
  const tables = [opened.forecastedValues, opened.accuracyMetrics];
  const progress = { bytes: 0, totalBytes: tables.reduce((sum, { bytes }) => sum + bytes, 0) };
  const parts = { rowsPerPart: Number.MAX_SAFE_INTEGER, bytesPerPart: Number.MAX_SAFE_INTEGER, guardFormulas: false };
  // a row index among the names that are read was kept as a dimension
  const columnRules = { indexColumns: 'keep' } as const;
  const context: TableContext = {
    destination: folder,
    plan: { jobName, exportedAt, format, parquet: {}, convention: 'seen', columnRules, ...parts },
    options,
    repairs: new RepairList(options.maxPlaces ?? 10),
    signal,
    onBytes: (bytes) => {
      progress.bytes += bytes;
      options.onProgress?.({ ...progress });
    },
  };
  noteFolder(opened, context.repairs);
  const done = await folder.orDiscard(async () => {
    const repaired = await repairTables(opened, context);
    if (Object.values(repaired).every((table) => table === null || table.partsWritten === 0)) {
      throw new BacktestExportError('TABLE_NOT_FOUND', `no part of ${quoteText(opened.location)} holds a row`);
    }
    await folder.publish();
    return repaired;
  });
  return {
    source: opened.location,
    destination: target.location,
    jobName,
    exportedAt: exportedAt.toISOString(),
    format,
    tables: done,
    repairs: context.repairs.list(),
    warnings: opened.warnings,
  };
}

/** Repairs both tables. */
async function repairTables(
  { forecastedValues, accuracyMetrics }: BacktestExport,
  context: TableContext,
): Promise<Record<TableName, RepairedTable | null>> {
  const done = byTable((): RepairedTable | null => null);
  for (const table of [forecastedValues, accuracyMetrics]) {
    if (table.exists) done[table.name] = await new TableRepair(table, context).run();
  }
  return done;
}

/** Irregularities of the folder that the copy does not have. */
function noteFolder(source: BacktestExport, repairs: RepairList): void {
  if (!source.complete) repairs.add('success-missing', null);
  for (const table of [source.forecastedValues, source.accuracyMetrics]) {
    const { file = '', schema } = planOf(table).expected ?? {};
    for (const { name, field } of schema?.leftOut ?? []) {
      repairs.add('left-out-columns', table.name, { file, detail: name.trim() === '' ? `column ${field + 1}` : name });
    }
  }
  for (const { code, paths } of source.warnings) {
    if (code !== 'FILE_FOREIGN' && code !== 'ENTRY_NOT_REGULAR') continue;
    for (const file of paths) repairs.add('other-files', null, { file });
  }
}

const repairOptionsShape = (z: Zod): ZodType<RepairOptions> =>
  objectShape<RepairOptions>(z, {
    open: openOptionsShape(z).optional(),
    conflicts: z.enum(['refuse', 'keep-first']).optional(),
    onBadPart: z.enum(['stop', 'skip']).optional(),
    overwrite: z.boolean().optional(),
    maxPlaces: z.int().min(0).optional(),
    signal: z.instanceof(AbortSignal).optional(),
    onProgress: z.function().optional(),
  });
