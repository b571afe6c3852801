import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { convertExport, createMemoryStorage } from 'backtest-export';
import { generateExport } from 'backtest-export/testing';
import { temporaryFolder } from './support/temporary-folder.ts';

const root = join(import.meta.dirname, '..');

/** Converts an export twice; prints the checksum of each, the workers that were started and the warnings. */
const program = `
  import { convertExport, setWorkerFile } from 'backtest-export';
  const [source, worker] = process.argv.slice(2);
  const told = { sums: [], workers: 0, warnings: [] };
  process.on('worker', () => told.workers++);
  process.removeAllListeners('warning');
  process.on('warning', (warning) => told.warnings.push(warning.code + ': ' + warning.message));
  async function main() {
    if (worker !== undefined) setWorkerFile(worker);
    for (const turn of [1, 2]) {
      const { tables } = await convertExport(source, 'out', { format: 'PARQUET', threads: 2, overwrite: true });
      told.sums.push(tables['forecasted-values'].checksum);
    }
    console.log(JSON.stringify(told));
  }
  main();`;

interface Bundle {
  readonly format: 'esm' | 'cjs';
  /** Whether the worker is a second entry point. */
  readonly worker?: boolean;
}

/** A folder without packages, with a bundle of the program in `dist/app/`. */
async function bundle({ format, worker = false }: Bundle): Promise<string> {
  const sources = join(root, `.bundle-${Math.random().toString(36).slice(2)}`); // finds the package by its name
  onTestFinished(() => rmSync(sources, { recursive: true }));
  mkdirSync(sources);
  writeFileSync(join(sources, 'program.mjs'), program);
  const folder = temporaryFolder();
  const build = await rolldown({
    input: { program: join(sources, 'program.mjs'), ...(worker ? { worker: 'backtest-export/worker' } : {}) },
    cwd: sources,
    platform: 'node',
    external: [/^@aws-sdk\//, /^node:/],
  });
  const extension = format === 'cjs' ? 'cjs' : 'mjs';
  await build.write({
    dir: join(folder, 'dist', 'app'),
    format,
    minify: true,
    entryFileNames: `[name].${extension}`,
    chunkFileNames: `[name].${extension}`,
    codeSplitting: worker,
  });
  await build.close();
  return folder;
}

function run(folder: string, file: string, args: readonly string[]): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, [join('dist', 'app', file), ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

/** Enough that a worker pays. */
const source = mkdtempSync(join(tmpdir(), 'backtest-export-'));
afterAll(() => rmSync(source, { recursive: true }));
let sums: readonly unknown[];

beforeAll(async () => {
  await generateExport(source, { items: 9000, parts: 2 });
  const { tables } = await convertExport(source, createMemoryStorage(), { format: 'PARQUET', threads: 1 });
  sums = [tables['forecasted-values']?.checksum, tables['forecasted-values']?.checksum];
});

const alone =
  'BACKTEST_EXPORT_ONE_THREAD: backtest-export works on one thread: the file that its workers start with is not here, as in a ' +
  'bundle; name it with setWorkerFile()';

describe('a bundle', () => {
  it.each(['esm', 'cjs'] as const)('of one %s file works on one thread, and tells so once', async (format) => {
    const folder = await bundle({ format });
    // where the package has its worker and its manifest, a bundle has others
    mkdirSync(join(folder, 'dist', 'worker'));
    writeFileSync(join(folder, 'dist', 'worker', 'main.js'), `require('node:fs').writeFileSync('started', '')`);
    writeFileSync(join(folder, 'package.json'), `{ "name": "mine" }`);
    const file = format === 'esm' ? 'program.mjs' : 'program.cjs';
    expect(run(folder, file, [source])).toEqual({ sums, workers: 0, warnings: [alone] });
    expect(existsSync(join(folder, 'started'))).toBe(false);
  });

  it.each(['esm', 'cjs'] as const)('of %s files, one of them for workers, uses them', async (format) => {
    const folder = await bundle({ format, worker: true });
    const extension = format === 'esm' ? 'mjs' : 'cjs';
    const file = `program.${extension}`;
    expect(run(folder, file, [source, `dist/app/worker.${extension}`])).toEqual({ sums, workers: 1, warnings: [] });
    expect(run(folder, file, [source])).toEqual({ sums, workers: 0, warnings: [alone] });
  });
});
