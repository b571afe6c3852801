import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateExport, type GenerateOptions } from '#src/testing/index.js';
import { TinyStorage } from './tiny-storage.ts';

interface Expected {
  readonly exports: readonly {
    readonly options: GenerateOptions;
    readonly bytes: number;
    readonly tables: Readonly<Record<string, { readonly parts: readonly string[]; readonly rows: number }>>;
    readonly windows: readonly { readonly rows: number; readonly points: number; readonly missingActuals: number }[];
  }[];
}

const root = new URL('../../fixtures/', import.meta.url).pathname;
const names = readdirSync(root).filter((name) => statSync(join(root, name)).isDirectory());
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();

describe('fixtures', () => {
  it('exist and are small', () => {
    expect(names).toEqual(expect.arrayContaining(['retail', 'hourly-old', 'hostile-text', 'two-exports']));
    const sizes = filesBelow(root).map((path) => statSync(join(root, path)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1.5e6);
  });

  it.each(names)('%s is what the generator writes (else: npm run fixtures)', async (name) => {
    const expected: Expected = JSON.parse(readFileSync(join(root, name, 'expected.json'), 'utf8'));
    const storage = new TinyStorage();
    for (const { options, tables, windows } of expected.exports) {
      const made = await generateExport(storage, options);
      expect(made.rows).toEqual(Object.fromEntries(Object.entries(tables).map(([table, { rows }]) => [table, rows])));
      const rows = windows.reduce((sum, window) => sum + window.rows, 0);
      expect(rows).toBe(made.rows['forecasted-values']);
    }
    const folder = join(root, name, 'export');
    expect(filesBelow(folder)).toEqual([...storage.files.keys()].sort());
    for (const [path, bytes] of storage.files) expect(readFileSync(join(folder, path)).equals(bytes), path).toBe(true);
  });
});
