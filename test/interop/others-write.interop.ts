import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readHere, type Columns } from './canonical.js';
import { provesClaims } from './proves-claims.js';
import { runPython } from './python.js';
import { suiteFolder } from './temporary.js';

const cases = runPython('write_others.py', [suiteFolder()]) as Record<
  string,
  { readonly path: string; readonly columns: Columns }
>;

describe('what fastparquet and polars write is read here, every value', () => {
  it.each(Object.keys(cases))('%s', async (name) => {
    const { path, columns } = cases[name]!;
    expect(await readHere(readFileSync(path))).toEqual(columns);
  });

  provesClaims('fastparquet', 'writes', Object.keys(cases));
  provesClaims('polars', 'writes', Object.keys(cases));
});
