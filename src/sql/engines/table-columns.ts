import { BacktestExportError, quoteText } from '../../errors.ts';
import { given } from '../../given.ts';
import { dialects } from '../dialects/dialects.ts';
import type { SqlTable, StoredType } from '../dialects/sql-table.ts';
import { engineError } from './engine-error.ts';
import type { SqlEngine } from './engine.ts';

/** A column of a table that exists. */
export interface FoundColumn {
  readonly name: string;
  /** As Trino and Athena call it, `varchar` or `timestamp(3)`. */
  readonly type: string;
}

/** The columns of a table in their order; undefined where there is none of that name. No data is read. */
export async function columnsIn(
  engine: SqlEngine,
  path: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly FoundColumn[] | undefined> {
  const found: FoundColumn[] = [];
  if (engine.dialect === 'spark' && !(await isInSpark(engine, path, signal))) return undefined;
  const sql = engine.dialect === 'spark' ? `DESCRIBE TABLE ${quotePath(engine, path)}` : writeColumnQuery(engine, path);
  for await (const [column, type] of engine.query(sql, given({ signal }))) {
    // Spark tells about partitions below an empty name
    if (engine.dialect === 'spark' && column === '') break;
    if (typeof column !== 'string' || typeof type !== 'string') {
      throw engineError(
        'ENGINE_RESULT_INVALID',
        engine.name,
        'expected names and types of columns, found something else',
      );
    }
    found.push({ name: column, type: type.toLowerCase() });
  }
  return found.length === 0 ? undefined : found;
}

function writeColumnQuery({ dialect }: SqlEngine, path: readonly string[]): string {
  const { quoteName, quoteText: literal } = dialects[dialect];
  const [name = '', schema = '', catalog] = path.toReversed();
  const views = [...(catalog === undefined ? [] : [catalog]), 'information_schema', 'columns'];
  return [
    'SELECT column_name, data_type',
    `FROM ${views.map((piece) => quoteName(piece)).join('.')}`,
    `WHERE table_schema = ${literal(schema)} AND table_name = ${literal(name)}`,
    'ORDER BY ordinal_position',
  ].join('\n');
}

/** Spark's own catalog has no information_schema; a pattern of SHOW TABLES may name other tables too. */
async function isInSpark(
  engine: SqlEngine,
  path: readonly string[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const name = path.at(-1) ?? '';
  let isThere = false;
  // every row is read: an engine may run one statement after another
  for await (const [, table] of engine.query(
    `SHOW TABLES IN ${quotePath(engine, path.slice(0, -1))}`,
    given({ signal }),
  )) {
    isThere ||= typeof table === 'string' && table.toLowerCase() === name.toLowerCase();
  }
  return isThere;
}

function quotePath({ dialect }: SqlEngine, path: readonly string[]): string {
  return path.map((piece) => dialects[dialect].quoteName(piece)).join('.');
}

/**
 * Refuses a table whose columns are not those of the export's files, in their order: cells would be taken for others.
 * @throws `TABLE_MISMATCH`
 */
export function assertSameColumns({ name: engine }: SqlEngine, table: SqlTable, found: readonly FoundColumn[]): void {
  const { columns, surplus } = table;
  const wanted = columns.map(({ name, stored }) => ({ name: name.toLowerCase(), type: typeOf(stored) }));
  if (surplus !== undefined) wanted.push({ name: surplus, type: 'varchar' });
  const most = Math.max(wanted.length, found.length);
  for (let at = 0; at < most; at++) {
    const [expected, is] = [wanted[at], found[at]];
    if (expected !== undefined && is?.name === expected.name && isOfType(is.type, expected.type)) continue;
    const problem = `expected ${describe(expected)} as column ${at + 1}, found ${describe(is)}`;
    throw new BacktestExportError('TABLE_MISMATCH', `${engine}: table ${quoteText(table.path.join('.'))}: ${problem}`);
  }
}

function describe(column: FoundColumn | undefined): string {
  return column === undefined ? 'none' : `${quoteText(column.name)} of type ${quoteText(column.type, '')}`;
}

function isOfType(found: string, expected: string): boolean {
  // with any precision; a text may have a length
  if (expected === 'timestamp') return /^timestamp(?:\(\d{1,2}\)|_ntz)?$/.test(found);
  return found === expected || found === sparkNames[expected];
}

/** Types that Spark, and Hive's DDL, call otherwise than Trino does. */
const sparkNames: Readonly<Record<string, string>> = { varchar: 'string', real: 'float', integer: 'int' };

function typeOf(stored: StoredType): string {
  if (stored.kind === 'decimal') return `decimal(${stored.precision},${stored.scale})`;
  const names = { text: 'varchar', float: 'real', int: 'integer' } as const;
  return stored.kind in names ? names[stored.kind as keyof typeof names] : stored.kind;
}
