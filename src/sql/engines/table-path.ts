import { BacktestExportError, quoteText } from '../../errors.ts';
import type { SqlEngine } from './engine.ts';

/** The path of a table made for the occasion: a name that nobody else has. @throws `OPTION_INVALID` where its schema is not known */
export function temporaryPath(engine: SqlEngine): readonly string[] {
  return pathIn(engine, [`backtest_export_${globalThis.crypto.randomUUID().replaceAll('-', '').slice(0, 16)}`]);
}

/** The path of a table by the name that the caller gave. @throws `OPTION_INVALID` */
export function namedPath(engine: SqlEngine, name: string): readonly string[] {
  const pieces = name.split('.');
  // as every catalog has it: Glue and Hive know small letters only
  if (pieces.length <= 3 && pieces.every((piece) => /^[a-z_][a-z0-9_]{0,127}$/.test(piece)))
    return pathIn(engine, pieces);
  const expected = 'a name of a-z, 0-9 and _, also as schema.name or catalog.schema.name';
  throw new BacktestExportError('OPTION_INVALID', `table: expected ${expected}, found ${quoteText(name)}`);
}

/** With catalog and schema in front, as far as the engine's home has them. */
function pathIn({ name, dialect, home = {} }: SqlEngine, pieces: readonly string[]): readonly string[] {
  const [table = ''] = pieces.slice(-1);
  const schema = pieces.at(-2) ?? home.schema;
  const catalog = pieces.at(-3) ?? home.catalog;
  if (schema === undefined) {
    throw new BacktestExportError(
      'OPTION_INVALID',
      `${name}: expected a schema for the table ${quoteText(table)}, found none`,
    );
  }
  if (catalog !== undefined) return [catalog, schema, table];
  if (dialect !== 'trino') return [schema, table];
  throw new BacktestExportError(
    'OPTION_INVALID',
    `${name}: expected a catalog for the table ${quoteText(table)}, found none`,
  );
}
