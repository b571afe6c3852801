import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from './support/temporary-folder.ts';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const pages = readme + readFileSync(join(root, 'docs/conversion.md'), 'utf8');

/** The fenced blocks of the README and of the pages with programs, in order: language and text. */
const blocks = [...pages.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language = '', text = '']) => ({
  language,
  text,
}));

function run(args: readonly string[]): { output: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return { output: stderr + stdout, status };
}

const command = (line: string): string[] => [join(root, 'dist/cli/main.js'), ...line.trim().split(/\s+/).slice(1)];

describe('the README', () => {
  it('shows programs that print what it says', () => {
    const programs = blocks.flatMap(({ language, text }, index) =>
      language === 'ts' ? [{ text, printed: blocks[index + 1]?.text }] : [],
    );
    expect(programs.length).toBe(6);
    for (const { text, printed } of programs) {
      const folder = mkdtempSync(join(root, '.readme-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      writeFileSync(join(folder, 'example.mjs'), text);
      expect(run([join(folder, 'example.mjs')])).toEqual({ output: printed, status: 0 });
    }
  });

  it('shows programs that a strict compiler accepts', () => {
    const folder = mkdtempSync(join(root, '.readme-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const files = blocks
      .filter(({ language }) => language === 'ts')
      .map(({ text }, index) => {
        const file = join(folder, `example${index}.mts`);
        writeFileSync(file, text);
        return file;
      });
    const options = ['--noEmit', '--ignoreConfig', '--strict', '--skipLibCheck', '--types', 'node'];
    const target = ['--module', 'nodenext', '--target', 'es2023'];
    expect(run([join(root, 'node_modules/typescript/bin/tsc'), ...options, ...target, ...files])).toEqual({
      output: '',
      status: 0,
    });
  });

  it('names scripts that are there', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const named = [...readme.matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name);
    expect(named).toContain('demo');
    expect(named.filter((name) => !Object.hasOwn(scripts, name ?? ''))).toEqual([]);
  });

  it('shows commands that print what it says', () => {
    const sessions = blocks.filter(({ language, text }) => language === 'console' && text.startsWith('$ '));
    expect(sessions.length).toBe(2);
    for (const { text } of sessions) {
      const [line = '', ...printed] = text.split('\n');
      expect(run(command(line.slice(2))).output.trimEnd()).toBe(printed.join('\n').trimEnd());
    }
  });

  it('lists commands that work', () => {
    const lines = blocks.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.split('\n'));
    const commands = lines
      .filter((line) => line.startsWith('backtest-export'))
      .map((line) => line.replace(/\s[#>].*/, ''));
    expect(commands.length).toBe(10);
    for (const line of commands) {
      const folder = line.includes('generate') ? join(temporaryFolder(), 'new') : 'fixtures/retail/export';
      const named = line.replace(/FOLDER|A B/, line.includes('A B') ? `${folder} ${folder}` : folder);
      const { output, status } = run(command(named.replace('DEST', join(temporaryFolder(), 'dest'))));
      expect([status, output.split(/\s/)[0]], line).not.toEqual([2, 'error']);
      expect(status, output).toBe(0);
    }
  });
});
