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
  const { quoteName, quoteText: literal } = dialects[engine.dialect];
  const [name = '', schema = '', catalog] = path.toReversed();
  const views = [...(catalog === undefined ? [] : [catalog]), 'information_schema', 'columns'];
  const sql = [
    'SELECT column_name, data_type',
    `FROM ${views.map((piece) => quoteName(piece)).join('.')}`,
    `WHERE table_schema = ${literal(schema)} AND table_name = ${literal(name)}`,
    'ORDER BY ordinal_position',
  ].join('\n');
  const found: FoundColumn[] = [];
  for await (const [column, type] of engine.query(sql, given({ signal }))) {
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
  if (expected === 'timestamp') return /^timestamp(?:\(\d{1,2}\))?$/.test(found);
  return found === expected || (expected === 'varchar' && found === 'string');
}

function typeOf(stored: StoredType): string {
  if (stored.kind === 'decimal') return `decimal(${stored.precision},${stored.scale})`;
  const names = { text: 'varchar', float: 'real', int: 'integer' } as const;
  return stored.kind in names ? names[stored.kind as keyof typeof names] : stored.kind;
}
