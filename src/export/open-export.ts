import type { ZodType } from 'zod';
import type { CsvDialect, ParquetLimits, PartDecode } from '../batch/decode-options.ts';
import { BacktestExportError, quoteText } from '../errors.ts';
import { given } from '../given.ts';
import { checkOptions, dateShape, objectShape, type FieldShapes, type Zod } from '../options.ts';
import { byTable, tableNames, type TableName } from '../schema/schema.ts';
import { s3AccessShape } from '../storage/s3/s3-access-shape.ts';
import type { Side } from '../storage/s3/s3-ask.ts';
import type { Storage } from '../storage/storage.ts';
import { withSignal } from '../storage/with-signal.ts';
import type { BacktestExport, OpenOptions } from './find/backtest-export.ts';
import { chooseExport } from './find/choose-export.ts';
import type { ExportCatalog, ExportWarning, FoundExport, PartFile } from './entries/export-catalog.ts';
import { listFor } from './find/list-exports.ts';
import type { ExportFiles } from './entries/list-files.ts';
import { assertDropped, findLeftOut, findRowCounter } from './column-warnings.ts';
import { readHead, type PartHead } from './parts/part-head.ts';
import type { ExpectedSchema } from './parts/part-source.ts';
import { PlannedTable } from './tables/planned-table.ts';

/**
 * Opens one export: lists the location, chooses an export and reads the header of the first part of each table. The
 * location is the folder of the export job, a bare folder of one table's parts, a single file, or the file of each
 * table.
 *
 * @throws `EXPORT_AMBIGUOUS` for several exports without a choice; `EXPORT_NOT_FOUND`, `EXPORT_MIXED_FORMATS`,
 * `TABLE_NOT_FOUND`, `FORMAT_UNSUPPORTED`, `COLUMN_UNKNOWN`, `OPTION_INVALID`; and what reading a header throws.
 */
export async function openExport(
  location: string | Storage | ExportFiles,
  options: OpenOptions = {},
): Promise<BacktestExport> {
  return openAs(undefined, location, options);
}

/** {@link openExport} by what the export is to the work, for errors of S3. */
export async function openAs(
  side: Side | undefined,
  location: string | Storage | ExportFiles,
  options: OpenOptions,
): Promise<BacktestExport> {
  await checkOpenOptions(options);
  const { signal, s3 } = options;
  return openFound(await listFor(location, given({ signal, s3, side })), options);
}

/** @throws `OPTION_INVALID` */
export async function checkOpenOptions(options: OpenOptions): Promise<void> {
  await checkOptions('openExport', options, openOptionsShape);
}

/** The same for a catalog that is already listed. */
export async function openFound(catalog: ExportCatalog, options: OpenOptions = {}): Promise<BacktestExport> {
  const found = chooseExport(catalog, options);
  const format = found.formats[0] ?? 'CSV';
  const tables = await planTables(catalog, found, options);
  const known = [tables.forecastedValues, tables.accuracyMetrics].find((table) => table.exists);
  if (known === undefined) {
    const problem = `no part of the export in ${quoteText(catalog.location)} has a header: all are empty`;
    throw new BacktestExportError('TABLE_NOT_FOUND', problem);
  }
  const { itemColumn, dimensions, forecastTypes } = known.schema;
  return {
    location: catalog.location,
    storage: catalog.storage,
    catalog,
    layout: catalog.layout,
    jobName: found.jobName,
    exportedAt: found.exportedAt,
    format,
    itemColumn,
    dimensions,
    forecastTypes,
    complete: found.complete,
    ...tables,
    warnings: [...tables.warnings, ...catalog.warnings],
  };
}

type Tables = Pick<BacktestExport, 'forecastedValues' | 'accuracyMetrics' | 'warnings'>;

/** Assigns parts to tables by their headers, because a folder may have the other table's name. */
async function planTables(catalog: ExportCatalog, found: FoundExport, options: OpenOptions): Promise<Tables> {
  const { storage } = catalog;
  const groups = [...tableNames.map((table) => found.tables[table]), found.undecided];
  const parts = byTable((): PartFile[] => []);
  const expected = new Map<TableName, ExpectedSchema>();
  const warnings: ExportWarning[] = [...found.warnings];
  const decode = decodeOf(options);
  const heads = new Map<string, PartHead>();
  const firsts = groups.map((group) => group.find((part) => part.size > 0 || part.format === 'PARQUET'));
  // all at once: over a network each takes as long as the others
  const read = await Promise.all(
    firsts.map(async (first) => first && readHead(withSignal(storage, options.signal), first, decode)),
  );
  for (const [index, group] of groups.entries()) {
    const [first, head] = [firsts[index], read[index]];
    const table = head?.schema.table ?? group[0]?.table;
    if (table === undefined) continue;
    for (const part of group) parts[table].push(part);
    if (head === undefined || first === undefined) continue;
    heads.set(first.path, head);
    if (!expected.has(table)) expected.set(table, { schema: head.schema, file: first.path });
    if (first.table !== undefined && first.table !== table) warnings.push(misplaced(table, first.table, group));
  }
  const plan = (name: TableName): PlannedTable =>
    new PlannedTable({ name, storage, parts: parts[name], expected: expected.get(name), decode, heads });
  const tables = { forecastedValues: plan('forecasted-values'), accuracyMetrics: plan('accuracy-metrics-values') };
  const both = [tables.forecastedValues, tables.accuracyMetrics];
  if (catalog.layout === 'single-file') assertTwoTables(found, both);
  assertDropped(both, decode.columnRules ?? {});
  const more = [findLeftOut(both)];
  for (const table of both) more.push(await findRowCounter(table, options.signal));
  for (const warning of more.flat()) warnings.push(warning);
  return { ...tables, warnings };
}

/** The decoding options among the options of opening. */
function decodeOf({ dialect, repeatedHeaders, limits, dropColumns, indexColumns }: OpenOptions): PartDecode {
  return given({ dialect, repeatedHeaders, limits, columnRules: given({ dropColumns, indexColumns }) });
}

/** Refuses two given files of the same table: their rows do not belong together. */
function assertTwoTables(found: FoundExport, tables: readonly PlannedTable[]): void {
  const named = tableNames.flatMap((table) => found.tables[table]);
  const twice = tables.find(({ parts }) => parts.length > 1);
  if (named.length < 2 || twice === undefined) return;
  const list = named.map(({ path }) => quoteText(path)).join(' and ');
  const problem = `expected a file of each table, found two of ${twice.name}: ${list}`;
  throw new BacktestExportError('SCHEMA_CONFLICT', problem);
}

function misplaced(table: TableName, named: TableName, parts: readonly PartFile[]): ExportWarning {
  const message = `the parts named ${named} contain ${table} according to their header, and are read as such`;
  return { code: 'TABLE_MISPLACED', message, paths: parts.map((part) => part.path) };
}

/** The shape of {@link OpenOptions}, for every function that opens an export. */
export const openOptionsShape = (z: Zod): ZodType<OpenOptions> => objectShape<OpenOptions>(z, openFields(z));

/** The shapes of the fields of {@link OpenOptions}. */
export const openFields = (z: Zod): FieldShapes<OpenOptions> => {
  const character = z.string().length(1).optional();
  return {
    jobName: z.string().optional(),
    exportedAt: z.union([z.string(), dateShape(z)]).optional(),
    repeatedHeaders: z.enum(['refuse', 'skip']).optional(),
    dropColumns: z.array(z.string()).optional(),
    indexColumns: z.enum(['refuse', 'drop', 'keep']).optional(),
    limits: objectShape<ParquetLimits>(z, {
      maxPageBytes: z.int().min(1).optional(),
      maxRowGroupBytes: z.int().min(1).optional(),
      maxRatio: z.number().min(1).optional(),
    }).optional(),
    dialect: objectShape<CsvDialect>(z, {
      delimiter: character,
      quote: character,
      escape: character,
      decimal: z.enum(['.', ',']).optional(),
      encoding: z.string().refine(isEncoding, 'expected a label of the Encoding Standard').optional(),
      nullTexts: z.array(z.string().max(1000)).max(100).readonly().optional(),
    })
      .refine(({ delimiter = ',', quote = '"' }) => delimiter !== quote, 'delimiter and quote must differ')
      .optional(),
    s3: s3AccessShape(z).optional(),
    signal: z.instanceof(AbortSignal).optional(),
  };
};

function isEncoding(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== '';
  } catch {
    return false;
  }
}
