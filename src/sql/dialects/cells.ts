import { columnsByField } from '../../schema/fields.ts';
import { notDefined } from '../../schema/number-text.ts';
import { columnsOf } from '../../schema/columns-of.ts';
import type { ColumnSchema, TableSchema } from '../../schema/schema.ts';
import type { CellReader } from './cell-reader.ts';
import { accuracyCells, forecastCells, type Dialect } from './dialect.ts';
import { cellReaders } from './dialects.ts';
import { numberOfStored, numberOfText } from './number-cells.ts';
import { writePartFilter } from './part-filter.ts';
import { writeSource } from './source-table.ts';
import type { CellsOptions, SqlTable, StoredColumn } from './sql-table.ts';
import { timeOfStored, timeOfText } from './time-cells.ts';

/** A column of the files that `cells` needs. */
interface CellColumn extends StoredColumn {
  readonly kind: ColumnSchema['kind'];
  /** Its name in `cells`. */
  readonly cell: string;
  readonly allowsNotDefined: boolean;
}

/**
 * The CTEs of a query that end with `cells`, without WITH: the rows of a table as {@link forecastCells} and {@link accuracyCells} say,
 * from the export's own parts alone, without header lines.
 */
export function writeCells(dialect: Dialect, table: SqlTable, options: CellsOptions = {}): string {
  const columns = cellColumns(table, options);
  const reader = cellReaders[dialect.name];
  return [
    writeRecords(dialect, table, columns, options),
    writeParsed(reader, columns),
    writeJudged(columns, table, options),
  ].join(',\n');
}

function cellColumns({ schema, columns }: SqlTable, { timestamp = true }: CellsOptions): CellColumn[] {
  const names = namesOfCells(schema);
  return columnsByField(schema).flatMap((column, field): CellColumn[] => {
    const stored = columns[field];
    const cell = column && names.get(column.name);
    if (column === undefined || stored === undefined || cell === undefined) return [];
    if (column.role === 'timestamp' && !timestamp) return [];
    return [{ ...stored, kind: column.kind, cell, allowsNotDefined: column.allowsNotDefined }];
  });
}

/** The name in `cells` of each column of a table. */
function namesOfCells(schema: TableSchema): ReadonlyMap<string, string> {
  const fixed = { ...forecastCells, backtestWindow: accuracyCells.kind };
  const { metrics } = columnsOf(schema);
  const names = new Map<string, string>();
  for (const { name, role, forecastType = '' } of schema.columns) {
    if (role === 'dimension') names.set(name, `d${schema.dimensions.indexOf(name)}`);
    else if (role === 'forecast') names.set(name, `f${schema.forecastTypes.indexOf(forecastType)}`);
    else if (role === 'metric') names.set(name, `m${metrics.findIndex((metric) => metric.name === name)}`);
    else names.set(name, fixed[role]);
  }
  return names;
}

/** `records`: the columns as they are, of the parts of the export, without header lines. */
function writeRecords(
  dialect: Dialect,
  table: SqlTable,
  columns: readonly CellColumn[],
  { headers = false }: CellsOptions,
): string {
  const { fileName } = cellReaders[dialect.name];
  const selected = columns.map(({ name, cell }) => `${dialect.quoteName(name)} AS ${rawName(cell)}`);
  const isRecord = writeHeaderFilter(dialect, table);
  if (headers)
    selected.push(
      isRecord.length === 0 ? '0 AS header' : `CASE WHEN ${isRecord.join('\n      ')} THEN 0 ELSE 1 END AS header`,
    );
  const conditions = [writePartFilter(dialect, table), headers ? [] : isRecord].filter((lines) => lines.length > 0);
  const where = conditions.flatMap((lines, index) => indent(lines, index === 0 ? '  WHERE ' : '    AND '));
  return [
    'records AS (',
    `  -- the records of the export's own files${table.format === 'CSV' ? `, as text${headers ? '' : '; header lines are left out'}` : ''}`,
    '  SELECT',
    ...list([...selected, `${writeMisfit(dialect, table)} AS misfit`, `${fileName} AS ${forecastCells.part}`]),
    // not indented: a line break may be part of a folder's name
    `  FROM ${writeSource(dialect, table)}`,
    ...where,
    ')',
  ].join('\n');
}

/** Whether a record of CSV has too many or too few fields, as 1 or 0. DuckDB fails where one has. */
function writeMisfit(dialect: Dialect, { format, columns, surplus }: SqlTable): string {
  if (format !== 'CSV' || dialect.name === 'duckdb') return '0';
  const isSurplus = surplus === undefined ? [] : [`${dialect.quoteName(surplus)} IS NOT NULL`];
  // for Hive's CSV a field that is not there is NULL, and an empty one is an empty text; for Spark both are NULL
  const last = columns.at(-1);
  const isShort = dialect.name === 'spark' || last === undefined ? [] : [`${dialect.quoteName(last.name)} IS NULL`];
  const conditions = [...isShort, ...isSurplus];
  return conditions.length === 0 ? '0' : `CASE WHEN ${conditions.join(' OR ')} THEN 1 ELSE 0 END`;
}

/** What is true of every record but a header line, which has the name of each column in it. */
function writeHeaderFilter(dialect: Dialect, { format, columns }: SqlTable): string[] {
  const { afterMark } = cellReaders[dialect.name];
  if (format !== 'CSV') return [];
  const differ = columns.flatMap(({ name, fileName, stored }, field) => {
    // an empty field is NULL for some engines, and a name that is empty says nothing
    if (stored.kind !== 'text' || fileName === '') return [];
    const column = dialect.quoteName(name);
    const expected = dialect.quoteText(fileName);
    if (field > 0 || afterMark === undefined) return [`${column} IS DISTINCT FROM ${expected}`];
    return [`COALESCE(${column} NOT IN (${expected}, ${afterMark(expected)}), TRUE)`];
  });
  // a CASE, as an engine may compare all columns of a row before it takes the first answer
  const [first = 'TRUE', ...rest] = differ;
  if (rest.length === 0) return [first];
  const others = rest.map((condition, index) => `${index === 0 ? '    ' : '    OR '}${condition}`);
  return [`CASE WHEN ${first} THEN TRUE ELSE`, ...others, 'END'];
}

/** `parsed`: numbers and times of the cells that are such, NULL for all others. */
function writeParsed(reader: CellReader, columns: readonly CellColumn[]): string {
  const values = columns
    .filter(({ kind }) => kind !== 'text')
    .map((column) => writeValue(reader, column, rawName(column.cell)).join('\n    ') + ` AS ${column.cell}`);
  const texts = columns
    .filter(({ kind }) => kind === 'text')
    .map(({ cell, stored }) => {
      const text = stored.kind === 'text' ? rawName(cell) : `CAST(${rawName(cell)} AS ${reader.textType})`;
      return `COALESCE(${text}, '') AS ${cell}`;
    });
  const comment =
    '-- times as milliseconds since 1970 in UTC, numbers as doubles; NULL where a cell is empty or neither';
  return ['parsed AS (', comment, '  SELECT', '    *,', ...list([...texts, ...values]), '  FROM records', ')'].join(
    '\n',
  );
}

function writeValue(reader: CellReader, { kind, stored }: CellColumn, raw: string): string[] {
  if (kind === 'time') return stored.kind === 'text' ? timeOfText(reader, raw) : [timeOfStored(reader, raw, stored)];
  return stored.kind === 'text' ? numberOfText(reader, raw) : [numberOfStored(raw, stored, reader.textType)];
}

/** `cells`: the values, and how many cells are not what their column should be. */
function writeJudged(
  columns: readonly CellColumn[],
  { table, format }: SqlTable,
  { headers = false }: CellsOptions,
): string {
  const bad = columns.flatMap(({ kind, cell, stored, allowsNotDefined }) => {
    // an empty text of CSV is a text for some engines and NULL for others; in Parquet a text has to be there
    if (kind === 'text') return format === 'CSV' ? [] : [`CASE WHEN ${rawName(cell)} IS NULL THEN 1 ELSE 0 END`];
    // a value of these types is always a number
    if (['double', 'float', 'decimal'].includes(stored.kind)) return [];
    const raw = rawName(cell);
    const others =
      stored.kind !== 'text'
        ? `${raw} IS NOT NULL`
        : allowsNotDefined
          ? `${raw} NOT IN ('', '${notDefined}')`
          : `${raw} <> ''`;
    return [`CASE WHEN ${cell} IS NULL AND ${others} THEN 1 ELSE 0 END`];
  });
  const selected = columns.map(({ cell }) => cell);
  if (table === 'accuracy-metrics-values')
    selected.push(`CAST(${writeUndefined(columns)} AS BIGINT) AS ${accuracyCells.notDefined}`);
  const sum = ['misfit', ...bad].join('\n      + ');
  const judged = headers ? `CASE WHEN header = 1 THEN 0 ELSE\n      ${sum}\n      END` : sum;
  if (headers) selected.push('header');
  return [
    'cells AS (',
    '  -- bad: cells that are neither empty nor what their column should be, and records with other fields than the header',
    '  SELECT',
    ...list([...selected, `CAST(\n      ${judged}\n    AS BIGINT) AS ${forecastCells.bad}`, forecastCells.part]),
    '  FROM parsed',
    ')',
  ].join('\n');
}

/** How many metrics are `not defined`. */
function writeUndefined(columns: readonly CellColumn[]): string {
  const conditions = columns.flatMap(({ cell, allowsNotDefined, stored, nullIsNotDefined = false }) => {
    if (!allowsNotDefined) return [];
    if (stored.kind === 'text') return [`${rawName(cell)} = '${notDefined}'`];
    return nullIsNotDefined ? [`${rawName(cell)} IS NULL`] : [];
  });
  const counted = conditions.map((condition) => `CASE WHEN ${condition} THEN 1 ELSE 0 END`);
  return counted.length === 0 ? '0' : `\n      ${counted.join('\n      + ')}\n    `;
}

function rawName(cell: string): string {
  return `${cell}_cell`;
}

/** Items of a SELECT list, one on a line. */
function list(items: readonly string[]): string[] {
  return items.map((item, index) => `    ${item}${index < items.length - 1 ? ',' : ''}`);
}

function indent(lines: readonly string[], before: string): string[] {
  return lines.map((line, index) => (index === 0 ? before : ' '.repeat(before.length)) + line);
}
