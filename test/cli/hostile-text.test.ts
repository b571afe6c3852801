import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalStorage } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { run, type RunOptions } from './run.ts';

/** An escape sequence, C1 controls, bidi controls, and much that is not seen. */
const hostile = 'a\u001b[31m\u009b1m\u061c\u200e\u202e\u2066\u200b\u00ad\u2028\ufe00\u{e0041}\u007f@x|=b';
/** What may reach neither a terminal nor a page, by category; line ends are the output's own. */
const unsafe = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;

let root = '';
let folder = '';
let other = '';

/** An export whose ids, values and names of dimensions, job and files are hostile, as a program of another's may write it. */
async function writeHostile(into: string, target: string): Promise<void> {
  await generateExport(createLocalStorage(into), {
    items: 3,
    windows: 2,
    horizon: 3,
    dimensions: [{ name: 'store', cardinality: 2 }],
  });
  for (const table of ['forecasted-values', 'accuracy-metrics-values']) {
    for (const name of readdirSync(join(into, table))) {
      const path = join(into, table, name);
      const lines = readFileSync(path, 'utf8')
        .replace('store', `store${hostile}`)
        .replaceAll(/^item_0001,/gm, `"${hostile}\nitem",`)
        .replaceAll(',store_0000,', `,=${hostile},`)
        .split('\n');
      // a row twice, and one of another number
      const last = lines.at(-2) ?? '';
      writeFileSync(path, [...lines.slice(0, -1), last, last.replace(/[\d.]+$/, target), ''].join('\n'));
      copyFileSync(path, path.replace('synthetic_backtest', `job${hostile}`));
    }
    writeFileSync(join(into, table, `foreign${hostile}.txt`), '');
  }
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'backtest-export-test-'));
  folder = join(root, `export${hostile}`);
  other = join(root, `other${hostile}`);
  mkdirSync(folder);
  mkdirSync(other);
  await writeHostile(folder, '7.0');
  await writeHostile(other, '8.0');
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What a command line says on both streams, to a terminal and to a pipe. */
async function said(argv: readonly string[]): Promise<{ readonly texts: readonly string[]; readonly code: number }> {
  const both = async (options: RunOptions): Promise<{ readonly text: string; readonly code: number }> => {
    const { code, stdout, stderr } = await run(argv, { env: { NO_COLOR: '1' }, ...options });
    return { code, text: stdout + stderr.replaceAll('\r\u001b[2K', '') };
  };
  const [terminal, pipe] = [await both({ terminal: 100 }), await both({})];
  return { texts: [terminal.text, pipe.text], code: terminal.code };
}

describe('text of files on the terminal', () => {
  it.each<readonly [number, ...(string | (() => string))[]]>([
    [0, 'inspect', () => folder],
    [0, 'inspect', () => folder, '--json'],
    [0, 'summarize', () => folder, '--by', `item,store${hostile}`],
    [0, 'summarize', () => folder, '--by', `item,store${hostile}`, '--format', 'markdown'],
    [0, 'summarize', () => folder, '--by', `item,store${hostile}`, '--json'],
    [2, 'summarize', () => folder, '--by', hostile],
    [2, 'summarize', () => folder, '--by', 'item', '--worst', `${hostile}:2`],
    [0, 'head', () => folder],
    [0, 'head', () => folder, '--json'],
    [2, 'head', () => folder, '--columns', hostile],
    [0, 'head', () => folder, '--table', 'accuracy-metrics-values'],
    [1, 'verify', () => folder],
    [1, 'verify', () => folder, '--format', 'markdown'],
    [1, 'verify', () => folder, '--json'],
    [2, 'verify', () => folder, '--rule', hostile],
    [2, 'verify', () => folder, '--history', hostile],
    [1, 'compare', () => folder, () => other],
    [1, 'compare', () => folder, () => other, '--format', 'markdown'],
    [1, 'compare', () => folder, () => other, '--json'],
    [1, 'compare', () => folder, () => other, '--on', 'metrics', '--by', `item,store${hostile}`],
    [1, 'compare', () => folder, () => other, '--on', 'metrics', '--by', 'item', '--format', 'markdown'],
    [0, 'convert', () => folder, () => join(root, 'new'), '--to', 'parquet'],
    [0, 'convert', () => folder, () => join(root, `new${hostile}`), '--to', 'csv', '--overwrite'],
    [2, 'repair', () => folder, () => join(root, 'repaired')],
    [0, 'repair', () => folder, () => join(root, 'repaired'), '--keep-first', '--json'],
    [2, 'generate', () => folder],
    [2, 'generate', () => join(root, 'made'), '--job', hostile],
    [2, 'inspect', () => join(root, `no${hostile}`)],
    [2, 'inspect', () => folder, '--job', hostile],
    [2, 'inspect', () => folder, '--exported-at', hostile],
    [2, 'inspect', () => folder, `--${hostile}`],
    [2, 'inspect', () => folder, () => folder],
    [2, 'serve', '--predictor', hostile],
    [2, 'serve', '--predictor', () => `x=${join(root, hostile)}`],
    [2, hostile],
  ])('%#: holds no character that steers it or is not seen', async (expected, ...argv) => {
    const { texts, code } = await said(argv.map((piece) => (typeof piece === 'function' ? piece() : String(piece))));
    expect(code, texts[0]).toBe(expected);
    for (const text of texts) {
      expect(unsafe.exec(text)?.[0].codePointAt(0)?.toString(16), JSON.stringify(text)).toBeUndefined();
      expect(text).not.toBe('');
    }
  });

  it('of a single part with a hostile name is safe as well, in every message about it', async () => {
    const [part = ''] = readdirSync(join(folder, 'forecasted-values')).filter((name) => name.endsWith('.csv'));
    const broken = join(root, `broken${hostile}.csv`);
    const text = readFileSync(join(folder, 'forecasted-values', part), 'utf8');
    for (const damaged of [
      text.slice(0, -20),
      text.replaceAll('mean', hostile),
      `${hostile},b\n`,
      `${text}"${hostile}`,
    ]) {
      writeFileSync(broken, damaged);
      const { texts } = await said(['summarize', broken]);
      expect(texts.filter((said) => unsafe.test(said))).toEqual([]);
    }
  });

  it('is in CSV what it is in the data when it is piped, and escaped on a terminal', async () => {
    const argv = ['summarize', folder, '--by', `item,store${hostile}`, '--format', 'csv'];
    const piped = await run(argv);
    expect(piped.stdout).toContain(`"${hostile}\nitem"`);
    expect(piped.stdout).toContain(`,=${hostile},`);
    const { stdout } = await run(argv, { terminal: 100, env: { NO_COLOR: '1' } });
    expect(unsafe.test(stdout.replaceAll('\r\n', '\n'))).toBe(false);
    expect(stdout).toContain(String.raw`\u001b[31m\u009b1m\u061c`);
    expect(stdout.split('\r\n')).toHaveLength(new Set(piped.stdout.split('\r\n')).size);
  });

  it('in CSV is guarded against spreadsheets on request, and numbers are not', async () => {
    const argv = ['summarize', folder, '--by', `item,store${hostile}`, '--format', 'csv', '--guard-formulas'];
    const { stdout } = await run(argv);
    expect(stdout).toContain(`,'=${hostile},`);
    expect(stdout).toMatch(/,-\d/);
    expect(stdout).not.toMatch(/,'-\d/);
    const refused = await run(['summarize', folder, '--guard-formulas']);
    expect([refused.code, refused.stderr.split('\n')[0]]).toEqual([
      2,
      'error OPTION_INVALID: --guard-formulas works with --format csv only',
    ]);
  });
});
