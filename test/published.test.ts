import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import * as published from 'backtest-export';
import * as job from 'backtest-export/job';
import * as s3 from 'backtest-export/s3';
import * as testing from 'backtest-export/testing';
import { describe, expect, it } from 'vitest';
import * as modules from '#src/index.js';
import { loadedBy } from './support/loaded-by.js';
import { temporaryFolder } from './support/temporary-folder.js';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const fixtures = join(root, 'fixtures');
const retail = join(fixtures, 'retail', 'export');
const { exports: entries } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
};
/** Where each entry point is in `dist/`. */
const doorsOfLibrary = Object.values(entries).flatMap((entry) =>
  typeof entry === 'string' ? [] : [relative(dist, join(root, entry.default)).split(sep).join('/')],
);

/** A file of `dist/` and all that its imports reach, also those that are made only when needed. */
function filesBehind(door: string): string[] {
  const reached = new Set([door]);
  for (const path of reached) {
    const code = readFileSync(join(dist, path), 'utf8');
    for (const [, target = ''] of code.matchAll(/(?:\bfrom |\bimport\(|^import )"(\.[^"]+)"/gm)) {
      reached.add(join(dirname(path), target).split(sep).join('/'));
    }
  }
  return [...reached];
}

/** The modules in a file of `dist/`, as `src/` has them: none in one that only exports from others. */
function sourcesOf(path: string): string[] {
  const map = join(dist, `${path}.map`);
  if (!existsSync(map)) return [];
  const { sources } = JSON.parse(readFileSync(map, 'utf8')) as { readonly sources: readonly string[] };
  const source = join(root, 'src');
  return sources.map((each) =>
    relative(source, join(dist, dirname(path), each))
      .split(sep)
      .join('/'),
  );
}

describe('the published library', () => {
  it.each(readdirSync(fixtures))(
    'summarizes and verifies %s as its modules do, on one thread and two',
    async (name) => {
      const folder = join(fixtures, name, 'export');
      const open = name === 'two-exports' ? ({ exportedAt: 'latest' } as const) : {};
      const expected = await modules.summarize(folder, { open });
      const report = await modules.verifyExport(folder, { open });
      for (const threads of [1, 2]) {
        expect(await published.summarize(folder, { open, threads })).toEqual(expected);
        expect(await published.verifyExport(folder, { open, threads })).toEqual(report);
      }
    },
  );

  it('converts there and back on two threads, and compares', async () => {
    const [parquet, csv] = [temporaryFolder(), temporaryFolder()];
    await published.convertExport(retail, parquet, { format: 'PARQUET', threads: 2 });
    await published.convertExport(parquet, csv, { format: 'CSV', threads: 2 });
    for (const folder of [parquet, csv]) {
      expect(await published.compareExports(retail, folder)).toMatchObject({ equal: true });
    }
  });

  it('has one error class, whichever entry point or thread an error is from', async () => {
    const damaged = published.createMemoryStorage([
      ['forecasted-values/bike_2021-12-14T13-20-10Z_part0.csv', 'item_id,timestamp\n"'],
    ]);
    const folder = temporaryFolder();
    await testing.generateExport(folder, { parts: 2, items: 20, defects: ['cut-mid-row'] });
    const failures: readonly (() => unknown)[] = [
      () => published.openExport(damaged, { jobName: 1 as never }),
      () => published.summarize(folder, { threads: 2 }),
      () => testing.generateExport(published.createMemoryStorage(), { items: 0 }),
      () => s3.createS3Storage('nowhere'),
      () => job.createExportJobService({} as never),
    ];
    for (const failing of failures) {
      const caught: unknown = await Promise.resolve()
        .then(failing)
        .catch((error: unknown) => error);
      // instanceof goes by name and shape, so that it would not tell two copies of the class
      expect((caught as Error).constructor).toBe(published.BacktestExportError);
    }
  });

  it('has source maps with the sources in them, and types that are all there', () => {
    const files = readdirSync(dist, { recursive: true, encoding: 'utf8' });
    const maps = files.filter((path) => path.endsWith('.js.map'));
    expect(maps.length).toBeGreaterThan(20);
    for (const path of maps) {
      const { sources, sourcesContent } = JSON.parse(readFileSync(join(dist, path), 'utf8')) as Record<
        string,
        string[]
      >;
      const held = sources?.map((source) => join(dist, dirname(path), source)) ?? [];
      expect(held.map((source) => readFileSync(source, 'utf8'))).toEqual(sourcesContent);
    }
    const types = files.filter((path) => path.endsWith('.d.ts'));
    const missing = types.flatMap((path) =>
      [...readFileSync(join(dist, path), 'utf8').matchAll(/(?:from |import\()'(\.[^']+)\.[tj]s'/g)]
        .map(([, target = '']) => join(dirname(path), `${target}.d.ts`))
        .filter((target) => !types.includes(target)),
    );
    expect(missing).toEqual([]);
    const ofNode = files.filter((path) => path.endsWith('.js') && !/^(?:browser|viewer)\b/.test(path));
    expect(ofNode.length).toBeLessThan(60);
  });
});

describe('what is loaded', () => {
  const main = join(dist, 'cli', 'main.js');

  it('is little for help, and nothing of the work', async () => {
    expect(await loadedBy(main, ['--help'])).toEqual(
      ['chunks/base.js', 'chunks/command.js', 'cli/main.js', 'cli/run-command.js'].sort(),
    );
  });

  it('is no package for a summary, and for importing the library', async () => {
    const summary = await loadedBy(main, ['summarize', retail, '--threads', '1']);
    expect(summary).toContain('chunks/metrics.js');
    expect(summary.filter((path) => path.includes('node_modules'))).toEqual([]);
    expect(summary.filter((path) => /parquet|writing|testing|verifying/.test(path))).toEqual([]);
    expect(summary.length).toBeLessThanOrEqual(14);
    const library = await loadedBy(join(dist, 'index.js'), []);
    expect(library.filter((path) => path.includes('node_modules'))).toEqual([]);
    expect(library).not.toContain('chunks/testing.js');
    expect(library.length).toBeLessThanOrEqual(14);
  });

  it.each(doorsOfLibrary)('is never the command, not even in a bundle of %s', (door) => {
    const held = filesBehind(door).flatMap((path) => sourcesOf(path).map((source) => `${path}: ${source}`));
    expect(held.length).toBeGreaterThan(20);
    expect(held.filter((source) => source.includes(': cli/'))).toEqual([]);
  });

  it('is the package of an engine behind ./sql and the command alone', () => {
    const packages = ['trino-client', '@aws-sdk/client-athena', '@duckdb/node-api'];
    const named = doorsOfLibrary.map((door) => {
      const text = filesBehind(door).map((path) => readFileSync(join(dist, path), 'utf8'));
      return [door, packages.filter((name) => text.some((code) => code.includes(`"${name}"`)))];
    });
    expect(Object.fromEntries(named)).toEqual({
      ...Object.fromEntries(doorsOfLibrary.map((door) => [door, []])),
      'sql/index.js': packages,
    });
  });

  it('is zod where an option is wrong', async () => {
    const wrong = await loadedBy(main, ['summarize', retail, '--threads', '300']);
    expect(wrong.some((path) => path.includes('node_modules/zod/'))).toBe(true);
  });
});
