import type { ZodType } from 'zod';
import { BacktestExportError, quoteText } from '../errors.ts';
import { tableOf, type BacktestExport, type ExportTable } from '../export/find/backtest-export.ts';
import { openIfFolder, type ExportSource } from '../export/open-source.ts';
import { partSources } from '../export/tables/planned-table.ts';
import { Destination } from '../export/write/destination.ts';
import { plainIdentity, type PlainIdentity } from '../naming/export-identity.ts';
import { parsePartExtension, type ExportFormat } from '../naming/part-extension.ts';
import { checkOptions, objectShape, type Zod } from '../options.ts';
import { tableNames, type TableName } from '../schema/schema.ts';
import { toGuarded } from '../storage/given-storage.ts';
import { openAbove, openStorage } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';
import type { ConversionResult, ConvertedTable, ConvertOptions } from './conversion.ts';
import { convertFields } from './convert-options.ts';
import { convertUnits } from './convert-units.ts';
import { describeTable } from './describe-table.ts';
import { listEarlyLosses } from './early-losses.ts';
import { joinLosses } from './loss-list.ts';
import { toInput, type UnitPlan } from './unit.ts';

/** Options of {@link convertTable}. */
export interface ConvertTableOptions extends Omit<ConvertOptions, 'format' | 'rowsPerPart'> {
  /** Which table; `forecasted-values` by default, if the export has it. */
  readonly table?: TableName;
  /** By default by the file's name, which then ends in `.csv` or `.parquet`. */
  readonly format?: ExportFormat;
  /** The storage of the file; without it, `file` is a local path or in S3. */
  readonly storage?: Storage;
}

/** What was written. */
export interface TableConversion
  extends PlainIdentity, ConvertedTable, Pick<ConversionResult, 'source' | 'from' | 'to' | 'losses' | 'guardedCells'> {
  readonly table: TableName;
  readonly file: string;
}

/**
 * Writes one table of an export as one file of any name: all parts in the order of their numbers, with the columns of the
 * first. It is proven like a conversion of the whole export, and has its name only then. Other files of its folder stay as
 * they are, and no marker is written. A table of one part is converted by several threads, one of several parts by one;
 * rows are streamed, so memory is bounded by a row group.
 *
 * @throws as `convertExport`, but `FILE_EXISTS` for `EXPORT_EXISTS`; `TABLE_NOT_FOUND`
 */
export async function convertTable(
  source: ExportSource,
  file: string,
  options: ConvertTableOptions = {},
): Promise<TableConversion> {
  await checkOptions('convertTable', options, convertTableShape);
  const format = options.format ?? formatOfName(file);
  const place = openPlace(file, options.storage);
  const opened = await openIfFolder('convertTable', source, options.open, options.signal, 'source');
  const table = chooseTable(opened, options.table);
  const early = listEarlyLosses([table], { ...options, format });
  const { overwrite = false, signal } = options;
  const input = toInput(planFile(table, place.name), place.storage, { ...options, format, overwrite });
  const identity = { jobName: undefined, exportedAt: undefined };
  const targets = [place.name];
  const folder = await Destination.open(place.storage, { overwrite, signal, source: opened, identity, targets });
  const outputs = await folder.orDiscard(async () => {
    const done = await convertUnits([input], folder, { ...options, format });
    await folder.publishAlone();
    return done;
  });
  const written = describeTable(table, [input], outputs);
  if (written === null) throw new TypeError('a unit has an output');
  return {
    source: opened.location,
    ...plainIdentity(opened),
    table: table.name,
    file,
    from: opened.format,
    to: format,
    ...written,
    losses: joinLosses([early, ...outputs.map(({ losses }) => losses)]),
    guardedCells: outputs.reduce((sum, { guarded }) => sum + guarded, 0),
  };
}

function formatOfName(file: string): ExportFormat {
  const format = parsePartExtension(file)?.format;
  if (format !== undefined) return format;
  const problem = `convertTable: expected a file name that ends in .csv or .parquet, or a format, found ${quoteText(file)}`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}

function openPlace(file: string, given: Storage | undefined): { readonly storage: Storage; readonly name: string } {
  if (given !== undefined) return { storage: toGuarded('convertTable.storage', given), name: file };
  const itself = openStorage(file, { side: 'destination' });
  const storage = openAbove(itself);
  if (storage !== undefined) return { storage, name: itself.folderName };
  throw new BacktestExportError(
    'OPTION_INVALID',
    `convertTable: expected a file in a folder, found ${quoteText(file)}`,
  );
}

function chooseTable(source: BacktestExport, wanted: TableName | undefined): ExportTable {
  const { forecastedValues, accuracyMetrics } = source;
  const table =
    wanted === undefined ? (forecastedValues.exists ? forecastedValues : accuracyMetrics) : tableOf(source, wanted);
  if (table.exists) return table;
  const problem = `expected a part of ${table.name} with a header in ${quoteText(source.location)}, found none`;
  throw new BacktestExportError('TABLE_NOT_FOUND', problem);
}

function planFile(table: ExportTable, path: string): UnitPlan {
  const sources = partSources(table);
  const target = { kind: sources.length === 1 ? 'file' : 'joined', path } as const;
  return { table: table.name, schema: table.schema, sources, target };
}

const convertTableShape = (z: Zod): ZodType<ConvertTableOptions> => {
  const { format, rowsPerPart: _, ...fields } = convertFields(z);
  return objectShape<ConvertTableOptions>(z, {
    ...fields,
    format: format.optional(),
    table: z.enum(tableNames).optional(),
    storage: z.unknown() as ZodType<Storage>,
  });
};
