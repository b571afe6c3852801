import {
  DuckDBInstance,
  DuckDBTimestampValue,
  type DuckDBBlobValue,
  type DuckDBValue,
  type DuckDBConnection,
} from '@duckdb/node-api';
import type { ColumnKind, TableSchema } from '#src/schema/schema.js';
import type { Row } from '../support/column-batch.ts';
import { bitsOf, type Columns, type Value } from './canonical.ts';

const sqlTypes: Record<ColumnKind, string> = { text: 'VARCHAR', time: 'TIMESTAMP', number: 'DOUBLE' };

/** DuckDB in memory, in UTC. */
export async function openDuckDb(): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`SET TimeZone = 'UTC'; SET threads = 1`);
  return connection;
}

/** A name or path inside SQL. */
export function quoted(text: string, mark = '"'): string {
  return `${mark}${text.replaceAll(mark, mark + mark)}${mark}`;
}

/** Makes a table of rows; `not defined` is null. */
export async function createTable(
  connection: DuckDBConnection,
  name: string,
  schema: TableSchema,
  rows: readonly Row[],
): Promise<void> {
  const columns = schema.columns.map((column) => `${quoted(column.name)} ${sqlTypes[column.kind]}`);
  await connection.run(`CREATE TABLE ${name} (${columns.join(', ')})`);
  const appender = await connection.createAppender(name);
  for (const row of rows) {
    for (const column of schema.columns) {
      const cell = row[column.name] ?? null;
      if (column.kind === 'text') appender.appendVarchar(String(cell ?? ''));
      else if (cell === null || cell === 'not defined') appender.appendNull();
      else if (column.kind === 'number') appender.appendDouble(Number(cell));
      else appender.appendTimestamp(new DuckDBTimestampValue(BigInt(cell) * 1000n));
    }
    appender.endRow();
  }
  appender.closeSync();
}

/** The values that a FROM clause gives for the columns of these kinds. A number as VARCHAR is read as JavaScript does. */
export async function queryValues(
  connection: DuckDBConnection,
  from: string,
  kinds: Readonly<Record<string, ColumnKind>>,
): Promise<Columns> {
  const names = Object.keys(kinds);
  const shown = names.map((name) => {
    if (kinds[name] === 'time') return `epoch_us(${quoted(name)})`;
    // as bytes, because the client drops a byte-order mark at the start of a text
    return kinds[name] === 'text' ? `encode(${quoted(name)}::VARCHAR)` : quoted(name);
  });
  const columns = (await connection.runAndReadAll(`SELECT ${shown.join(', ')} FROM ${from}`)).getColumns();
  return Object.fromEntries(
    names.map((name, index) => [name, (columns[index] ?? []).map((cell) => toValue(cell, kinds[name]!))]),
  );
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

function toValue(cell: DuckDBValue, kind: ColumnKind): Value {
  if (kind === 'text') return cell === null ? '' : utf8.decode((cell as DuckDBBlobValue).bytes);
  if (cell === null || cell === 'not defined') return cell;
  if (kind === 'number') return bitsOf(Number(cell));
  const microseconds = cell as bigint;
  return microseconds % 1000n === 0n ? Number(microseconds / 1000n) : `${microseconds} us`;
}
