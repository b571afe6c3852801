import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBreaches, findImports, readSources, roomOrder, wingOrder } from './support/import-graph.js';

describe('the rooms of src/', () => {
  it('are those of docs/architecture.md, with their wings, in order', () => {
    const page = readFileSync(join(import.meta.dirname, '../docs/architecture.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `([a-z0-9-]+)(?:\/|\.ts)` +\| (.*?) *\|/gm)];
    const shown = rows.map(([, room = '', wings = '']) => [
      room,
      [...wings.matchAll(/`(.*?)`/g)].map(([, wing]) => wing),
    ]);
    expect(shown).toEqual([...roomOrder.map((room) => [room, wingOrder[room] ?? []]), ['index', []]]);
  });

  it('import one way only, without cycles, and stay small', () => {
    const sources = readSources(join(import.meta.dirname, '../src'));
    for (const path of ['errors.ts', 'storage/local.ts', 'csv/kernel/assembly/index.ts']) {
      expect(sources.has(path)).toBe(true);
    }
    expect(findBreaches(sources)).toEqual([]);
  });
});

function breachesOf(files: Record<string, string>): string[] {
  return findBreaches(new Map(Object.entries(files)));
}

describe('the check itself', () => {
  it('finds every way to import', () => {
    const text = `
      /** import { doc } from './doc.ts'; */
      // import './comment.ts'
      import './effect.ts';
      import a from './a.ts'; import { b,
        type C } from "./b.ts";
      import type { D } from './d.ts';
      import * as e from 'e';
      export * from './f.ts';
      export { g } from './g.ts';
      export type { H } from './h.ts';
      export function important(): void { const from = 'nowhere'; }
      const later = await import('./i.ts');
      let typed: import('./j.ts').J;`;
    const names = ['effect', 'a', 'b', 'd', 'f', 'g', 'h', 'i', 'j'].map((name) => `./${name}.ts`);
    expect(findImports(text).toSorted()).toEqual([...names, 'e'].toSorted());
  });

  it('accepts what follows the rules', () => {
    const files = {
      'errors.ts': '',
      'naming/a.ts': `import type { E } from '../errors.ts';`,
      'storage/a.ts': `import { open } from 'node:fs/promises';\nimport '../naming/a.ts';\nimport './b.ts';`,
      'storage/b.ts': `import 'apache-arrow';`,
      'convert/a.ts': `import '../storage/a.ts';`,
      'testing/index.ts': `import '../convert/a.ts';`,
      'index.ts': `export * from './testing/index.ts';`,
    };
    expect(breachesOf(files)).toEqual([]);
  });

  it('fails on an import upwards, types included', () => {
    const files = { 'naming/a.ts': `import type { A } from '../export/a.ts';`, 'export/a.ts': '' };
    expect(breachesOf(files)).toEqual(['naming/a.ts imports export/a.ts']);
  });

  it('fails on an import of the front door, the command, or a room that must not be imported', () => {
    const files = {
      'index.ts': `import './cli/a.ts';`,
      'cli/a.ts': '',
      'cli/b.ts': `import '../index.ts';`,
      'verify/a.ts': `import '../convert/a.ts';`,
      'convert/a.ts': '',
    };
    expect(breachesOf(files)).toEqual([
      'index.ts imports cli/a.ts',
      'cli/b.ts imports index.ts',
      'verify/a.ts imports convert/a.ts',
    ]);
  });

  it('fails on an import of a higher wing, between unrelated wings, and on an unknown wing', () => {
    const files = {
      'verify/base/a.ts': `import '../judge/b.ts';`,
      'verify/judge/b.ts': `import '../records/c.ts';`,
      'verify/records/c.ts': `import '../top.ts';`,
      'verify/top.ts': '',
      'verify/attic/d.ts': '',
      'parquet/read/a.ts': '',
      'parquet/write/b.ts': `import '../read/a.ts';`,
    };
    expect(breachesOf(files)).toEqual([
      'verify/base/a.ts imports verify/judge/b.ts',
      'verify/records/c.ts imports verify/top.ts',
      'verify/attic/d.ts is in no known wing',
      'parquet/write/b.ts imports parquet/read/a.ts',
    ]);
  });

  it('fails on a cycle within a room', () => {
    const files = {
      'csv/a.ts': `import './b.ts';`,
      'csv/b.ts': `import type { C } from './deep/c.ts';`,
      'csv/deep/c.ts': `export type { A } from '../a.ts';`,
      'csv/self.ts': `import './self.ts';`,
    };
    expect(breachesOf(files)).toEqual([
      'cycle: csv/a.ts > csv/b.ts > csv/deep/c.ts > csv/a.ts',
      'cycle: csv/self.ts > csv/self.ts',
    ]);
  });

  it('fails on a Node import in a room without access to it, with and without the node: prefix', () => {
    const files = {
      'csv/a.ts': `import 'node:fs';`,
      'csv/b.ts': `import { x } from 'fs/promises';`,
      'cli/a.ts': `import 'node:fs';`,
    };
    expect(breachesOf(files)).toEqual(['csv/a.ts imports node:fs', 'csv/b.ts imports fs/promises']);
  });

  it('fails on a long file, an unknown room and a missing file', () => {
    const files = {
      'csv/a.ts': 'x\n'.repeat(301),
      'csv/wasm.generated.ts': 'x\n'.repeat(301),
      'csv/kernel/assembly/a.ts': `import { b } from './b';\n`.repeat(301),
      'attic/a.ts': '',
      'csv/b.ts': `import './none.ts';`,
    };
    expect(breachesOf(files)).toEqual([
      'csv/a.ts has 301 lines',
      'csv/kernel/assembly/a.ts has 301 lines',
      'attic/a.ts is in no known room',
      'csv/b.ts imports csv/none.ts, which is not there',
    ]);
  });
});
