import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeParquet } from '#src/parquet/decode.js';
import { collect } from '../support/collect.js';
import { failureOf } from '../support/failure.js';
import { memoryFile } from '../support/memory-file.js';
import { readHere, type Columns } from './canonical.js';
import { runPython } from './python.js';

interface Written {
  readonly cases: Record<string, { readonly path: string; readonly columns: Columns }>;
  readonly refused: Record<string, string>;
}

const folder = mkdtempSync(join(tmpdir(), 'backtest-export-interop-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const written = runPython('write_pyarrow.py', [folder]) as Written;

describe('what pyarrow and pandas write is read here, every value', () => {
  it.each(Object.keys(written.cases))('%s', async (name) => {
    const { path, columns } = written.cases[name]!;
    const rows = columns['item_id']!.length;
    expect(await readHere(readFileSync(path))).toEqual(rows === 0 ? {} : columns);
  });

  it('each case is a file of its own', () => {
    const paths = [...Object.values(written.cases).map(({ path }) => path), ...Object.values(written.refused)];
    expect(new Set(paths).size).toBe(paths.length);
  });
});

const refusals: Record<string, readonly [code: string, problem: string]> = {
};

describe('what pyarrow and pandas write is refused here', () => {
  it('each of them is known', () => {
    expect(Object.keys(written.refused).sort()).toEqual(Object.keys(refusals).sort());
  });

  it.each(Object.keys(written.refused))('%s', async (name) => {
    const bytes = readFileSync(written.refused[name]!);
    const [code, message] = await failureOf(async () => collect(decodeParquet(memoryFile(bytes, 'part.parquet'))));
    const [expectedCode, problem] = refusals[name] ?? ['', ''];
    expect([code, message]).toEqual([expectedCode, problem]);
  });
});
