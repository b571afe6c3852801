import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalStorage } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { folderFiles } from '../support/folder-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const main = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');
const preload = join(import.meta.dirname, '..', 'support', 'interrupt-at.mjs');
const place = realpathSync(mkdtempSync(join(tmpdir(), 'backtest-export-test-')));
const source = join(place, 'export');

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What is left in the folder for temporary files. */
  readonly temporary: readonly string[];
}

/** Runs the command; `at` is when it gets its signal, see `interrupt-at.mjs`. */
async function interrupted(argv: readonly string[], at: string): Promise<Ended> {
  const temporary = temporaryFolder();
  const env = { ...process.env, INTERRUPT_AT: at, TMPDIR: temporary };
  const child = spawn(process.execPath, ['--import', preload, main, ...argv], { stdio: 'pipe', env });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  // from Node 22.1 on, Node keeps compiled code there
  const left = readdirSync(temporary).filter((name) => name !== 'node-compile-cache');
  return { code, signal, ...text, temporary: left };
}

const quiet = { code: 130, signal: null, stderr: '', stdout: '', temporary: [] };

beforeAll(async () => {
  await generateExport(createLocalStorage(source), { items: 1000, windows: 2, horizon: 24, parts: 3, frequency: 'H' });
}, 60_000);

afterAll(() => rmSync(place, { recursive: true, force: true }));

describe('Ctrl-C while a command reads', () => {
  it.each([
    ['inspect', 'readdirSync:1', 'listing'],
    ['head', 'readSync:2', 'reading'],
    ['summarize', 'readdirSync:2', 'listing'],
    ['summarize', 'readSync:3', 'reading'],
    ['compare', 'readSync:8', 'reading'],
    ['verify', 'readdirSync:1', 'listing'],
    ['verify', 'readSync:9', 'reading'],
    ['report', 'readSync:9', 'reading'],
  ])('%s: at %s, %s, it ends with 130 and leaves nothing', async (command, at) => {
    const argv = command === 'compare' ? [command, source, source, '--on', 'rows'] : [command, source];
    const found = await interrupted(
      [...argv, ...(['verify', 'report'].includes(command) ? ['--threads', '1'] : [])],
      at,
    );
    expect(found).toEqual(quiet);
  });
});

describe('Ctrl-C while a command writes', () => {
  const commands = {
    convert: (to: string): string[] => ['convert', source, to, '--to', 'csv', '--threads', '1'],
    repair: (to: string): string[] => ['repair', source, to],
    generate: (to: string): string[] => ['generate', to, '--items', '1000', '--windows', '2', '--parts', '3'],
  };

  it.each<[keyof typeof commands, string, string]>([
    ['convert', 'readdirSync:1', 'listing'],
    ['convert', 'readSync:6', 'reading'],
    ['convert', 'readSync:26', 'proving'],
    ['convert', 'link:3', 'publishing'],
    ['repair', 'readSync:6', 'reading'],
    ['repair', 'readSync:26', 'proving'],
    ['repair', 'link:2', 'publishing'],
    ['generate', 'open:2', 'writing'],
    ['generate', 'link:1', 'publishing'],
    ['generate', 'link:4', 'publishing'],
  ])('%s: at %s, %s, it ends with 130 and leaves nothing or all of it', async (command, at) => {
    const target = join(temporaryFolder(), 'copy');
    mkdirSync(target);
    const { stdout: __, ...found } = await interrupted(commands[command](target), at);
    const { stdout: ___, ...expected } = quiet;
    expect(found).toEqual(expected);
    const left = [...folderFiles(target).keys()];
    // a generated export without _SUCCESS is one that was not finished
    if (left.length === 0 || (command === 'generate' && !left.includes('_SUCCESS'))) return;
    // published: every part has its name, and nothing else is there
    expect(left.filter((path) => path.includes('/')).length).toBe(6);
    expect(left.filter((path) => !path.includes('/'))).toEqual(['_CHECK', '_SUCCESS']);
  });

  it('is exit code 129 when the terminal has gone away', async () => {
    const target = temporaryFolder();
    const found = await interrupted(commands.convert(target), 'readSync:6:SIGHUP');
    expect(found).toEqual({ ...quiet, code: 129 });
    expect(folderFiles(target).size).toBe(0);
  });
});
