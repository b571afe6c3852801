import type { Dialect, DialectName } from './dialect.ts';
import { quoteHiveName, quoteHiveText } from './literals.ts';
import { writeFiles } from './source-table.ts';
import type { SqlTable, StoredType } from './sql-table.ts';

/** The statement that makes a table over the files of an export, or in DuckDB a view. It fails where one of that name exists. */
export function writeCreateTable(dialect: Dialect, table: SqlTable): string {
  return creators[dialect.name](dialect, table);
}

/** The statement that removes it again; the files stay. */
export function writeDropTable(dialect: Dialect, table: SqlTable): string {
  if (dialect.name === 'athena') return `DROP TABLE ${hivePath(table)}`;
  return `DROP ${dialect.name === 'duckdb' ? 'VIEW' : 'TABLE'} ${standardPath(dialect, table)}`;
}

type Creator = (dialect: Dialect, table: SqlTable) => string;

const creators: Readonly<Record<DialectName, Creator>> = {
  athena: createInAthena,
  trino: createInTrino,
  spark: createInSpark,
  duckdb: (dialect, table) =>
    `CREATE VIEW ${standardPath(dialect, table)} AS\nSELECT *\nFROM ${writeFiles(dialect, table)}`,
};

/** Hive's DDL. A name that Athena cannot have in Parquet is done without: columns are then taken by their places. */
function createInAthena(_: Dialect, table: SqlTable): string {
  const start = `CREATE EXTERNAL TABLE ${hivePath(table)} (\n${columnsOf(table, quoteHiveName, 'athena')}\n)`;
  const location = `LOCATION ${quoteHiveText(table.location)}`;
  if (table.format === 'CSV') {
    return [
      start,
      `ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'`,
      // the default is a backslash, which is plain in this CSV; no text has this character
      `WITH SERDEPROPERTIES ('separatorChar' = ',', 'quoteChar' = '"', 'escapeChar' = '\\u0001')`,
      'STORED AS TEXTFILE',
      location,
    ].join('\n');
  }
  const isByName = table.columns.every(({ name, fileName }) => name === fileName.toLowerCase());
  if (isByName) return [start, 'STORED AS PARQUET', location].join('\n');
  return [
    start,
    `ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'`,
    `WITH SERDEPROPERTIES ('parquet.column.index.access' = 'true')`,
    'STORED AS PARQUET',
    location,
  ].join('\n');
}

function createInTrino(dialect: Dialect, table: SqlTable): string {
  const options =
    table.format === 'CSV'
      ? [`format = 'CSV'`, `csv_separator = ','`, `csv_quote = '"'`, `csv_escape = U&'\\0000'`]
      : [`format = 'PARQUET'`];
  options.push(`external_location = ${dialect.quoteText(table.location)}`);
  const columns = columnsOf(table, dialect.quoteName, 'trino');
  return `CREATE TABLE ${standardPath(dialect, table)} (\n${columns}\n)\nWITH (\n  ${options.join(',\n  ')}\n)`;
}

function createInSpark(dialect: Dialect, table: SqlTable): string {
  const { surplus } = table;
  const options = [
    `header 'false'`,
    `delimiter ','`,
    `quote '"'`,
    // a doubled quote, not a backslash
    `escape '"'`,
    `mode 'PERMISSIVE'`,
    // otherwise fields too many or too few are not seen in the columns that a query leaves out
    `columnPruning 'false'`,
    ...(surplus === undefined ? [] : [`columnNameOfCorruptRecord ${dialect.quoteText(surplus)}`]),
  ];
  return [
    `CREATE TABLE ${standardPath(dialect, table)} (\n${columnsOf(table, dialect.quoteName, 'spark')}\n)`,
    table.format === 'CSV' ? `USING CSV\nOPTIONS (\n  ${options.join(',\n  ')}\n)` : 'USING PARQUET',
    `LOCATION ${dialect.quoteText(table.location)}`,
  ].join('\n');
}

function columnsOf({ columns, surplus }: SqlTable, quote: (name: string) => string, dialect: DialectName): string {
  const lines = columns.map(({ name, stored }) => `  ${quote(name)} ${typeName(stored, dialect)}`);
  if (surplus !== undefined) lines.push(`  ${quote(surplus)} ${typeName({ kind: 'text' }, dialect)}`);
  return lines.join(',\n');
}

function typeName(stored: StoredType, dialect: DialectName): string {
  if (stored.kind === 'decimal') return `DECIMAL(${stored.precision}, ${stored.scale})`;
  if (stored.kind === 'timestamp') {
    return dialect === 'trino' ? 'TIMESTAMP(3)' : dialect === 'spark' && !stored.zoned ? 'TIMESTAMP_NTZ' : 'TIMESTAMP';
  }
  const trino = { text: 'VARCHAR', float: 'REAL', int: 'INTEGER', double: 'DOUBLE', bigint: 'BIGINT', date: 'DATE' };
  const hive = { ...trino, text: 'STRING', float: 'FLOAT', int: 'INT' };
  return (dialect === 'trino' ? trino : hive)[stored.kind];
}

function standardPath(dialect: Dialect, { path }: SqlTable): string {
  return path.map((name) => dialect.quoteName(name)).join('.');
}

function hivePath({ path }: SqlTable): string {
  // the catalog is chosen beside the statement, not in it
  return path
    .slice(-2)
    .map((name) => quoteHiveName(name))
    .join('.');
}
