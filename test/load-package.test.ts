import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadPackage } from '#src/load-package.js';
import { failureOf } from './support/failure.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

/** Code, message and cause of what importing each package by Node itself fails with, from a folder with these packages. */
function importEach(packages: Readonly<Record<string, string>>, names: readonly string[]): readonly string[][] {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(packages)) {
    const place = join(folder, 'node_modules', name);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'package.json'), JSON.stringify({ name, type: 'module', exports: './index.js' }));
    if (text !== '') writeFileSync(join(place, 'index.js'), text);
  }
  const module = pathToFileURL(join(import.meta.dirname, '../build/load-package.js')).href;
  const text = `
    import { createRequire } from 'node:module';
    import { loadPackage } from ${JSON.stringify(module)};
    const require = createRequire(import.meta.url);
    const failures = [];
    for (const name of ${JSON.stringify(names)}) {
      for (const load of [() => import(name), async () => require(name)]) {
        await loadPackage(name, 'it', load).catch((error) =>
          failures.push([error.code, error.problem, String(error.cause.code ?? error.cause.message)]));
      }
    }
    console.log(JSON.stringify(failures));`;
  writeFileSync(join(folder, 'try.mjs'), text);
  const { stdout, stderr } = spawnSync(process.execPath, ['try.mjs'], { cwd: folder, encoding: 'utf8' });
  expect(stderr.replaceAll(/^\(.*\n/gm, '')).toBe('');
  return JSON.parse(stdout) as string[][];
}

describe('a package that cannot be imported', () => {
  it('is said to be missing if it is this one that Node does not find', () => {
    const problem = 'it needs the package @a/none, which is not installed: npm install @a/none';
    expect(importEach({ '@a/other': '' }, ['@a/none'])).toEqual([
      ['DEPENDENCY_MISSING', problem, 'ERR_MODULE_NOT_FOUND'],
      ['DEPENDENCY_MISSING', problem, 'MODULE_NOT_FOUND'],
    ]);
  });

  it('is not said to be missing if one that it needs is, if its file is, or if it fails', () => {
    const packages = {
      '@a/needy': `import '@a/lost';`,
      '@a/hollow': '',
      '@a/broken': `throw new Error('odd platform');`,
    };
    const failures = importEach(packages, Object.keys(packages));
    // what Node requires of ES modules differs by version, so that only imports are compared
    const imported = failures.filter((_, index) => index % 2 === 0);
    expect(imported).toEqual([
      [
        'DEPENDENCY_FAILED',
        expect.stringMatching(
          /^it needs the package @a\/needy, which cannot be loaded: Cannot find package '@a\/lost' imported from .*needy/,
        ),
        'ERR_MODULE_NOT_FOUND',
      ],
      [
        'DEPENDENCY_FAILED',
        expect.stringMatching(/hollow, which cannot be loaded: .*hollow.index\.js/),
        expect.any(String),
      ],
      ['DEPENDENCY_FAILED', 'it needs the package @a/broken, which cannot be loaded: odd platform', 'odd platform'],
    ]);
    expect(failures.map(([code]) => code)).toEqual(Array(6).fill('DEPENDENCY_FAILED'));
  });

  it("keeps a bundler's reason, whatever was thrown, and its cause", async () => {
    const dynamic = new Error('Dynamic require of "node:https" is not supported');
    const load = (): Promise<never> => Promise.reject(dynamic);
    await expect(loadPackage('@aws-sdk/client-s3', 's3://', load)).rejects.toMatchObject({
      code: 'DEPENDENCY_FAILED',
      message: expect.stringMatching(/cannot be loaded: Dynamic require of "node:https" is not supported \(a bundle/),
      cause: dynamic,
    });
    expect(await failureOf(() => loadPackage('zod', 'it', () => Promise.reject('no')))).toEqual([
      'DEPENDENCY_FAILED',
      'it needs the package zod, which cannot be loaded: no',
    ]);
  });

  it('is not blamed for what the system lacks', async () => {
    const full = Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
    const memory = new RangeError('Array buffer allocation failed');
    const codes = await Promise.all(
      [full, memory].map((cause) => failureOf(() => loadPackage('zod', 'it', () => Promise.reject(cause)))),
    );
    expect(codes.map(([code]) => code)).toEqual(['TOO_MANY_OPEN_FILES', 'OUT_OF_MEMORY']);
  });

  it('is said to be missing by Yarn and Jest in their words', async () => {
    const code = 'MODULE_NOT_FOUND';
    for (const message of [
      `Your application tried to access zod, but it isn't declared in your dependencies`,
      `Cannot find module 'zod' from 'node_modules/backtest-export/dist/chunks/base.js'`,
    ]) {
      const load = (): Promise<never> => Promise.reject(Object.assign(new Error(message), { code }));
      expect((await failureOf(() => loadPackage('zod', 'it', load)))[0]).toBe('DEPENDENCY_MISSING');
    }
  });
});
