import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLocalStorage, createMemoryStorage, openExport, type TableName, type TableSchema } from 'backtest-export';
import { generateExport, type GenerateOptions } from 'backtest-export/testing';
import { forecastSchema, type Row } from '../support/column-batch.js';
import { collect } from '../support/collect.js';
import { accuracyRows, accuracyTable, encodeDamaged, encodeParquet, forecastRows } from '../support/encode-parquet.js';
import { cellValue, kindsOf, rowValues, type Columns } from './canonical.js';
import { provesClaims } from './proves-claims.js';
import { runPython } from './python.js';
import { suiteFolder } from './temporary.js';

interface Task {
  readonly engine: string;
  readonly path: string;
  readonly kinds: Record<string, string>;
}
interface Answer {
  readonly error?: string;
  readonly types?: Record<string, string>;
  readonly groups?: number[];
  readonly codecs?: string[];
  readonly encodings?: string[];
  readonly nulls?: number;
  readonly columns?: Columns;
}
interface Case {
  readonly path: string;
  readonly schema: TableSchema;
  readonly rows: readonly Row[];
  readonly groups: readonly number[];
  readonly codec: string;
  readonly dictionaries: boolean;
}

const folder = suiteFolder();
const forecasts = forecastSchema(['mean', '0.9'], ['region']);
const accuracy = accuracyTable;
const compressions = ['snappy', 'gzip', 'zstd', 'uncompressed'] as const;
const engines = ['pyarrow', 'pyarrow dataset', 'pandas', 'pandas with Arrow types', 'polars', 'fastparquet'];

const cases = new Map<string, Case>();
for (const compression of compressions) {
  const codec = compression.toUpperCase();
  const options = { compression, rowGroupRows: 1200 };
  const add = async (
    name: string,
    schema: TableSchema,
    rows: readonly Row[],
    groups: readonly number[],
    more = {},
  ): Promise<void> => {
    const path = join(folder, `${name}, ${compression}.parquet`);
    writeFileSync(path, await encodeParquet(schema, rows, { ...options, ...more }));
    cases.set(`${name}, ${compression}`, { path, schema, rows, groups, codec, dictionaries: !name.includes('plain') });
  };
  await add('forecasts', forecasts, forecastRows(3000, 11), [1200, 1200, 600]);
  await add('forecasts of distinct items (plain text)', forecasts, forecastRows(3000, 12, true), [1200, 1200, 600]);
  await add('pages of 65536 rows', forecasts, forecastRows(70_000, 13), [70_000], { rowGroupRows: 100_000 });
  await add('metrics', accuracy, accuracyRows(1500, 14), [1200, 300]);
  await add('no rows', forecasts, [], []);
}

const damaged = join(folder, 'damaged.parquet');
writeFileSync(damaged, await encodeDamaged(forecasts, forecastRows(3000, 15)));

const tasks: Task[] = [...cases.values()].flatMap(({ path, schema }) =>
  engines.map((engine) => ({ engine, path, kinds: kindsOf(schema) })),
);
tasks.push(...['pyarrow', 'pyarrow dataset'].map((engine) => ({ engine, path: damaged, kinds: kindsOf(forecasts) })));

const generated: GenerateOptions = {
  seed: 5,
  items: 30,
  windows: 2,
  parts: 4,
  dimensions: [{ name: 'region', cardinality: 2 }],
  textStyle: 'hostile',
  missingActuals: 0.2,
};
const exportFolder = join(folder, 'export');
await generateExport(createLocalStorage(exportFolder), { ...generated, format: 'PARQUET' });
const csv = createMemoryStorage();
await generateExport(csv, generated);
const tables = new Map<TableName, { readonly schema: TableSchema; readonly columns: Columns }>();
{
  const found = await openExport(csv);
  for (const table of [found.forecastedValues, found.accuracyMetrics]) {
    const rows = await collect(table.rows());
    const columns = Object.fromEntries(
      table.schema.columns.map(({ name, kind }) => [name, rows.map((row) => cellValue(row[name]!, kind))]),
    );
    tables.set(table.schema.table, { schema: table.schema, columns });
  }
}
const folderEngines = engines.filter((engine) => engine !== 'pyarrow');
for (const [table, { schema }] of tables) {
  tasks.push(...folderEngines.map((engine) => ({ engine, path: join(exportFolder, table), kinds: kindsOf(schema) })));
}

const answers = new Map(
  (runPython('read_files.py', [], tasks) as Answer[]).map((answer, index) => {
    const { engine, path } = tasks[index]!;
    return [`${engine} ${path}`, answer];
  }),
);

const numpyEngines = new Set(['pandas', 'fastparquet']);

/** NumPy columns have no null: it is NaN. */
function withoutNulls(schema: TableSchema, columns: Columns): Columns {
  return Object.fromEntries(
    schema.columns.map(({ name, kind }) => [
      name,
      columns[name]!.map((value) => (value === null && kind === 'number' ? 'nan' : value)),
    ]),
  );
}

const typesOf: Record<string, Record<string, string>> = {
  pyarrow: { text: 'string required', time: 'timestamp[ms, tz=UTC]', number: 'double' },
  pandas: { text: 'str', time: 'datetime64[ms, UTC]', number: 'float64' },
  fastparquet: { text: 'object', time: 'datetime64[ms]', number: 'float64' },
  polars: { text: 'String', time: "Datetime(time_unit='ms', time_zone='UTC')", number: 'Float64' },
};

describe.each(engines)('what is written here is read by %s', (engine) => {
  it.each([...cases.keys()])('%s', (name) => {
    const { path, schema, rows } = cases.get(name)!;
    const answer = answers.get(`${engine} ${path}`)!;
    const columns = rowValues(schema, rows);
    expect(answer.error).toBe(undefined);
    expect(answer.columns).toEqual(numpyEngines.has(engine) ? withoutNulls(schema, columns) : columns);
    if (!(engine in typesOf)) return;
    expect(answer.types).toEqual(
      Object.fromEntries(schema.columns.map(({ name, kind }) => [name, typesOf[engine]![kind]])),
    );
  });
});

describe('pyarrow', () => {
  it.each([...cases.keys()])('sees the row groups, codec, encodings and nulls of %s', (name) => {
    const { path, schema, rows, groups, codec, dictionaries } = cases.get(name)!;
    const nulls = Object.values(rowValues(schema, rows))
      .flat()
      .filter((value) => value === null).length;
    const encodings = ['PLAIN', 'RLE', ...(dictionaries ? ['PLAIN_DICTIONARY'] : [])];
    const found = answers.get(`pyarrow ${path}`)!;
    expect(found.groups).toEqual(groups);
    expect(found.codecs).toEqual(rows.length === 0 ? [] : [codec]);
    expect(found.nulls).toBe(nulls);
    if (rows.length > 0) expect(found.encodings).toEqual(expect.arrayContaining(encodings));
  });

  it.each(['pyarrow', 'pyarrow dataset'])('%s checks the CRC-32 of our pages', (engine) => {
    expect(answers.get(`${engine} ${damaged}`)!.error).toContain('CRC checksum verification failed');
  });
});

describe.each(folderEngines)('a generated export is read as a folder by %s', (engine) => {
  it.each([...tables.keys()])('%s', (table) => {
    const { schema, columns } = tables.get(table)!;
    const answer = answers.get(`${engine} ${join(exportFolder, table)}`)!;
    expect(answer.error).toBe(undefined);
    expect(answer.columns).toEqual(numpyEngines.has(engine) ? withoutNulls(schema, columns) : columns);
  });
});

describe('docs/interop.md', () => {
  const names = [...cases].map(([name, { groups }]) => `${name}${groups.length > 1 ? ', several row groups' : ''}`);
  const arrowTypes = names.map((name) => `with Arrow types: ${name}`);
  provesClaims('pyarrow', 'reads', [...names, 'damaged', 'folder']);
  provesClaims('pandas', 'reads', [...names, ...arrowTypes, 'folder']);
  provesClaims('polars', 'reads', [...names, 'folder']);
  provesClaims('fastparquet', 'reads', names);
});
