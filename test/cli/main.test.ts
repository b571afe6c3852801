import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const main = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real command; `closeAtOnce` closes what it writes to, `interruptAfter` sends SIGINT, `before` runs first. */
async function spawnMain(
  argv: readonly string[],
  how: { readonly closeAtOnce?: 'stdout' | 'stderr'; readonly interruptAfter?: number; readonly before?: string } = {},
): Promise<Ended> {
  const before = how.before === undefined ? [] : ['--import', `data:text/javascript,${encodeURIComponent(how.before)}`];
  const child = spawn(process.execPath, [...before, main, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  if (how.closeAtOnce !== undefined) child[how.closeAtOnce].destroy();
  if (how.interruptAfter !== undefined) setTimeout(() => child.kill('SIGINT'), how.interruptAfter);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...text };
}

describe('the command as a process', () => {
  it('prints clean JSON to standard output and exits by itself', async () => {
    const folder = join(temporaryFolder(), 'export');
    const made = await spawnMain(['generate', folder, '--items', '4', '--parts', '2', '--json']);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(made.stdout)).toMatchObject({ jobName: 'synthetic_backtest' });
    const result = await spawnMain(['summarize', folder, '--json', '--threads', '2']);
    expect([result.code, result.stderr]).toEqual([0, '']);
    expect(JSON.parse(result.stdout)).toMatchObject({ summary: { itemCount: 4, count: 96 } });
  });

  it('exits with 2 and nothing on standard output for a mistake', async () => {
    const { code, stdout, stderr } = await spawnMain(['summarize', join(temporaryFolder(), 'missing')]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error FILE_NOT_FOUND: /);
  });

  it('is quiet when its reader goes away', async () => {
    const { code, stderr } = await spawnMain(['generate', '--list-defects'], { closeAtOnce: 'stdout' });
    expect([code, stderr]).toEqual([0, '']);
  });

  it('does its work although nobody reads its warnings', async () => {
    const folder = temporaryFolder();
    await spawnMain(['generate', join(folder, 'from'), '--items', '2', '--markers', 'none']);
    const argv = ['convert', join(folder, 'from'), join(folder, 'to'), '--to', 'parquet', '--json'];
    const { code, stdout } = await spawnMain(argv, { closeAtOnce: 'stderr' });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ to: 'PARQUET' });
    expect(existsSync(join(folder, 'to', 'forecasted-values'))).toBe(true);
    const again = await spawnMain(argv, { closeAtOnce: 'stderr' });
    expect(again.code).toBe(3);
  });

  it('ends although something such as a program for credentials is still there', async () => {
    const lasting = 'setInterval(() => undefined, 1000)';
    const argv = ['summarize', join(temporaryFolder(), 'missing')];
    expect(await spawnMain(argv, { before: lasting })).toMatchObject({ code: 2, stdout: '' });
  });

  it('warns in JSON where its result is JSON, whoever warns', async () => {
    const before = `const { stdout } = process, { write } = stdout;
      stdout.write = (...all) => {
        stdout.write = write;
        console.warn('two', 'words');
        process.emitWarning('old\\nNode', 'Old');
        return write.apply(stdout, all);
      };`;
    const { code, stderr } = await spawnMain(['generate', '--list-defects', '--json'], { before });
    const lines = stderr.trimEnd().split('\n');
    expect([code, ...lines.map((line) => JSON.parse(line) as unknown)]).toEqual([
      0,
      { warning: { code: 'WARNED', message: 'two words' } },
      { warning: { code: 'Old', message: 'old\nNode' } },
    ]);
  });

  it('exits with 130 on Ctrl-C', async () => {
    const folder = join(temporaryFolder(), 'export');
    const argv = ['generate', folder, '--items', '200000', '--windows', '5'];
    expect(await spawnMain(argv, { interruptAfter: 1500 })).toEqual({ code: 130, stdout: '', stderr: '' });
  });

  it.skipIf(process.platform === 'win32')('says so where too many files are open, however early', async () => {
    const folder = join(temporaryFolder(), 'export');
    await spawnMain(['generate', folder, '--items', '2']);
    const told: string[] = [];
    for (const limit of [20, 21, 22, 23, 24, 28, 32, 40]) {
      const line = `ulimit -n ${limit}; exec "$0" "$@"`;
      const child = spawn('sh', ['-c', line, process.execPath, main, 'summarize', folder], { stdio: 'pipe' });
      let text = '';
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      const [code] = (await once(child, 'close')) as [number | null];
      // Node itself cannot start with the lowest
      if (code === 2) told.push(text.slice(0, text.indexOf(':')));
      expect(text).not.toContain('UNEXPECTED');
    }
    // newer versions of Node read modules one by one, so that few limits are between theirs and ours
    expect(told.length).toBeGreaterThan(0);
    expect(new Set(told)).toEqual(new Set(['error TOO_MANY_OPEN_FILES']));
  });
});
