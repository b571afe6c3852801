import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openExport, type TableName } from '#src/index.js';
import { decodeParquet } from '#src/parquet/read/decode.js';
import { collect } from '../support/collect.js';
import { failureOf } from '../support/failure.js';
import { memoryFile } from '../support/memory-file.js';
import { countPages, exportValues, readHere, type Columns } from './canonical.js';
import { provesClaims } from './proves-claims.js';
import { runPython } from './python.js';
import { refusals } from './refusals.js';
import { suiteFolder } from './temporary.js';

interface Written {
  readonly cases: Record<string, { readonly path: string; readonly columns: Columns }>;
  /** A folder, and the columns of its two tables. */
  readonly export: { readonly path: string } & Record<TableName, Columns>;
  readonly refused: Record<string, string>;
}

const written = runPython('write_pyarrow.py', [suiteFolder()]) as Written;

describe('what pyarrow and pandas write is read here, every value', () => {
  it.each(Object.keys(written.cases))('%s', async (name) => {
    const { path, columns } = written.cases[name]!;
    const rows = columns['item_id']!.length;
    expect(await readHere(readFileSync(path))).toEqual(rows === 0 ? {} : columns);
  });

  const names = [...Object.keys(written.cases), 'page CRC-32'];
  provesClaims('pyarrow', 'writes', names);
  provesClaims('pandas', 'writes', names);

  it('page CRC-32', async () => {
    const { path } = written.cases['snappy, data pages 2.0, with dictionaries']!;
    expect(await countPages(readFileSync(path))).toEqual({ pages: 42, unchecked: 0 });
  });

  it('each case is a file of its own', () => {
    const paths = [...Object.values(written.cases).map(({ path }) => path), ...Object.values(written.refused)];
    expect(new Set(paths).size).toBe(paths.length);
  });
});

describe('an export that pyarrow lays out as Spark does: .c000.snappy.parquet, INT96, snappy, optional columns', () => {
  it.each<TableName>(['forecasted-values', 'accuracy-metrics-values'])('%s', async (name) => {
    const found = await openExport(written.export.path);
    expect(found.format).toBe('PARQUET');
    const table = name === 'forecasted-values' ? found.forecastedValues : found.accuracyMetrics;
    expect(await exportValues(table)).toEqual(written.export[name]);
  });
});

describe('what pyarrow and pandas write is refused here', () => {
  it('each of them is known', () => {
    expect(Object.keys(written.refused).sort()).toEqual(Object.keys(refusals).sort());
  });

  it.each(Object.keys(written.refused))('%s', async (name) => {
    const bytes = readFileSync(written.refused[name]!);
    const [code, message] = await failureOf(async () => collect(decodeParquet(memoryFile(bytes, 'part.parquet'))));
    const [expectedCode, problem] = refusals[name] ?? ['', 'none'];
    expect([code, message]).toEqual([expectedCode, expect.stringContaining(problem)]);
  });
});
