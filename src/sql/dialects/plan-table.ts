import { BacktestExportError, quoteText } from '../../errors.ts';
import type { BacktestExport, ExportTable } from '../../export/find/backtest-export.ts';
import { readHead, type PartHead } from '../../export/parts/part-head.ts';
import { planOf } from '../../export/tables/planned-table.ts';
import type { PartFile } from '../../export/entries/export-catalog.ts';
import { parseFileNotes } from '../../parquet/format/file-notes.ts';
import { columnsByField } from '../../schema/fields.ts';
import { baseOf } from '../../storage/view.ts';
import { withSignal } from '../../storage/with-signal.ts';
import { assertSameParts } from './assert-same-parts.ts';
import { chooseParts } from './choose-parts.ts';
import type { Dialect } from './dialect.ts';
import { columnsOfCsv, columnsOfParquet, freeName } from './stored-columns.ts';
import type { PartChoice, SqlTable, StoredColumn } from './sql-table.ts';

/** How an engine is to see a table of an export. */
export interface TablePlacement {
  /** The table's name in the engine, as unquoted names; none for DuckDB, which then reads the files themselves. */
  readonly path: readonly string[];
  /** Where the engine finds the export's folder, if that is not where this library does: `s3a://…`, a mounted folder. */
  readonly location?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A table of an export as an engine is to see it. Of Parquet the footer of the first part says how columns are stored, and those of all
 * others are held against it, as headers of CSV are.
 * @throws `SQL_UNSUPPORTED` where SQL cannot read it: another CSV dialect, parts in several folders or with columns of other types, a
 * place that the engine cannot reach; `TABLE_NOT_FOUND`; as {@link assertSameParts}
 */
export async function planSqlTable(
  source: BacktestExport,
  table: ExportTable,
  dialect: Dialect,
  { path, location, signal }: TablePlacement,
): Promise<SqlTable> {
  const { schema, name } = table;
  const plan = planOf(table);
  if (plan.decode.dialect !== undefined) {
    throw unsupported('queries read CSV as Forecast writes it, not another dialect of it; convert the export first');
  }
  const parts = table.parts.filter((part) => part.size > 0 || part.format === 'PARQUET');
  const folder = folderOf(parts, name);
  const columns = await planColumns(table, parts, dialect, signal);
  for (const column of columns) assertName(column, dialect);
  const root = placeOf(source, dialect, location);
  const needsSurplus = source.format === 'CSV' && dialect.name !== 'duckdb';
  const taken = new Set(columns.map((column) => column.name));
  return {
    table: name,
    schema,
    format: source.format,
    path,
    columns,
    surplus: needsSurplus ? freeName(dialect.name === 'spark' ? '_corrupt_record' : 'surplus', taken) : undefined,
    location: `${root}${folder}`,
    parts: listParts(source, parts, folder),
  };
}

/** The one folder of a table's parts, with a slash at its end unless it is the root. */
function folderOf(parts: readonly PartFile[], table: string): string {
  const folders = new Set(parts.map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1)));
  const [folder = '', other] = folders;
  if (other === undefined) return folder;
  const problem = `expected the parts of ${table} in one folder, found them in ${quoteText(folder)} and ${quoteText(other)}`;
  throw unsupported(problem);
}

async function planColumns(
  table: ExportTable,
  parts: readonly PartFile[],
  dialect: Dialect,
  signal: AbortSignal | undefined,
): Promise<StoredColumn[]> {
  const { storage, decode, heads } = planOf(table);
  const [first] = parts;
  if (first?.format !== 'PARQUET') {
    const columns = columnsOfCsv(table.schema);
    await assertSameParts(table, parts, { columns, columnsOf: () => columns, isByPlace: true }, signal);
    return columns;
  }
  const head = heads.get(first.path) ?? (await readHead(withSignal(storage, signal), first, decode));
  const columns = columnsOfHead(head, dialect);
  const isByPlace = dialect.name === 'athena' && columns.some(({ name, fileName }) => name !== fileName.toLowerCase());
  const columnsOf = (other: PartHead): StoredColumn[] => columnsOfHead(other, dialect);
  await assertSameParts(table, parts, { columns, columnsOf, isByPlace }, signal);
  return columns;
}

/** How a part of Parquet stores its columns, by field. */
function columnsOfHead({ schema, footer }: PartHead, dialect: Dialect): StoredColumn[] {
  const metadata = footer?.metadata;
  const columns = columnsOfParquet(schema, metadata?.schema.slice(1) ?? [], dialect.name);
  const isOurs = parseFileNotes(metadata?.key_value_metadata, schema) !== undefined;
  const fields = columnsByField(schema);
  return columns.map((column, field) =>
    isOurs && fields[field]?.allowsNotDefined === true ? { ...column, nullIsNotDefined: true } : column,
  );
}

/** A column's name becomes a literal, and some programs end a statement at a NUL; the hive connector lists names with commas between them. */
function assertName({ name, fileName }: StoredColumn, dialect: Dialect): void {
  if (!fileName.includes('\0') && !(dialect.name === 'trino' && name.includes(','))) return;
  const what = fileName.includes('\0') ? 'the character NUL' : 'commas in Parquet, which tables of Trino cannot have';
  throw unsupported(
    `expected column names without ${what}, found ${quoteText(fileName)}; columnNames: 'athena' gives others`,
  );
}

/** Where the engine finds the folder that was opened, with a slash at its end. */
function placeOf(source: BacktestExport, dialect: Dialect, given: string | undefined): string {
  const { transfer } = baseOf(source.storage);
  const local = dialect.name === 'duckdb' ? '' : 'file://';
  const found = given ?? (transfer?.kind === 'local' ? `${local}${transfer.root}` : transfer?.location);
  if (found === undefined) {
    throw unsupported('expected the folder or URI where the engine finds the export, found a storage that has none');
  }
  if (dialect.name === 'athena' && !found.startsWith('s3://')) {
    throw unsupported(
      `expected a location s3://bucket/prefix, as Athena reads nothing else, found ${quoteText(found)}; location says where the export is in S3`,
    );
  }
  return found === '' || found.endsWith('/') ? found : `${found}/`;
}

function listParts({ catalog }: BacktestExport, parts: readonly PartFile[], folder: string): PartChoice {
  const names = parts.map(({ path }) => path.slice(folder.length));
  // of a file that was given by itself, nobody knows what is beside it
  if (catalog.layout === 'single-file' || parts.some(({ convention }) => convention === 'free')) {
    return { names, patterns: [], except: [] };
  }
  const own = new Set(parts.map(({ path }) => path));
  const others = [
    ...catalog.exports.flatMap(({ tables, undecided }) => [...Object.values(tables).flat(), ...undecided]),
    ...catalog.foreign,
    ...catalog.hidden,
  ].map(({ path }) => path);
  const beside = [...others, ...catalog.ignored, ...catalog.markers].filter(
    (path) => path.startsWith(folder) && !own.has(path),
  );
  return chooseParts(
    names,
    beside.map((path) => path.slice(folder.length)),
  );
}

/** What SQL cannot do with an export. */
function unsupported(problem: string): BacktestExportError {
  return new BacktestExportError('SQL_UNSUPPORTED', problem);
}
