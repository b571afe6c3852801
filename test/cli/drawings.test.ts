import { WriteStream } from 'node:tty';
import { describe, expect, it, vi } from 'vitest';
import { hasColor, showsBlocks } from '#src/cli/print/terminal.js';
import { textWidth } from '#src/show/values/text-width.js';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { FakeStream, run } from './run.ts';

const retail = 'fixtures/retail/export';
const summary = ['summarize', retail, '--by', 'region,step'];
const drawn = /[▁-█░▒━┃]/;
const utf8 = { LANG: 'de_DE.UTF-8' };
const escape = '\u001b[';

describe('bars and sparklines', () => {
  it.each([40, 80, 200])('fit a terminal of %i columns, and vanish before anything else', async (width) => {
    const { stdout } = await run(summary, { terminal: width, env: { ...utf8, NO_COLOR: '1' } });
    for (const line of stdout.split('\n')) expect(textWidth(line), line).toBeLessThanOrEqual(width);
    await expect(stdout).toMatchFileSnapshot(`expected/drawn-${width}.txt`);
    // where a column of numbers has no room, nothing is drawn beside the others
    const tables = stdout.split('\n\n');
    for (const table of tables) if (table.includes('(no room for: ')) expect(table).not.toMatch(drawn);
    expect(stdout).not.toMatch(/no room for:.*(?:, ,|: ,|, \))/);
  });

  it('show findings by their number, and groups won and lost', async () => {
    const folder = temporaryFolder();
    const wide = { terminal: 120, env: { ...utf8, NO_COLOR: '1' } };
    const defects = ['--defect', 'duplicate-row-nearly,missing-step,computed-metric-wrong'];
    await run([
      'generate',
      `${folder}/a`,
      '--items',
      '6',
      '--windows',
      '2',
      '--horizon',
      '4',
      '--parts',
      '3',
      ...defects,
    ]);
    const verified = await run(['verify', `${folder}/a`], wide);
    const findings = verified.stdout.split('\n\n').find((section) => section.startsWith('Findings')) ?? '';
    expect(findings.split('\n').slice(1, 2)).toEqual(['  rule                     places']);
    expect(findings).toMatch(/^ {2}STEP_MISSING {6}error {7}1 {2}█+/m);
    for (const seed of ['2', '3'])
      await run(['generate', `${folder}/${seed}`, '--items', '3', '--horizon', '4', '--seed', seed]);
    const by = ['--on', 'metrics', '--by', 'item', '--metric', 'WAPE'];
    const compared = await run(['compare', `${folder}/2`, `${folder}/3`, ...by], wide);
    expect(compared.stdout).toMatch(/^Won by B, by item\n.*\n {2}WAPE {6}2 {5}0 {5}1 {2}█{27}░{13}$/m);
  });

  it.each([
    ['table', []],
    ['markdown', ['--format', 'markdown']],
    ['json', ['--json']],
    ['csv', ['--format', 'csv']],
  ])('are not in %s that is piped, nor are escapes; what is forced is only color', async (format, flags) => {
    const plain = await run([...summary, ...flags]);
    expect(plain.stdout).not.toMatch(drawn);
    expect(plain.stdout).not.toContain(escape);
    const forced = await run([...summary, ...flags], { env: { ...utf8, FORCE_COLOR: '3' } });
    expect(forced.stdout.replaceAll(`${escape}1m`, '').replaceAll(`${escape}0m`, '')).toBe(plain.stdout);
    expect(forced.stdout.includes(escape)).toBe(format === 'table');
  });

  it.each([
    ['markdown', ['--format', 'markdown']],
    ['json', ['--json']],
    ['csv', ['--format', 'csv']],
  ])('are not in %s on a terminal', async (_, flags) => {
    const { stdout } = await run([...summary, ...flags], { terminal: 200, env: { ...utf8, FORCE_COLOR: '3' } });
    expect(stdout).toBe((await run([...summary, ...flags])).stdout);
  });

  it.each([
    [{ ...utf8 }, 'blocks', true],
    [{ ...utf8, NO_COLOR: '1' }, 'blocks', false],
    [{ ...utf8, NO_COLOR: '' }, 'blocks', true],
    [{ ...utf8, NODE_DISABLE_COLORS: '1' }, 'blocks', false],
    [{ ...utf8, FORCE_COLOR: '0' }, 'blocks', false],
    [{ ...utf8, FORCE_COLOR: 'false' }, 'blocks', false],
    [{ ...utf8, FORCE_COLOR: '1', NO_COLOR: '1' }, 'blocks', true],
    [{ ...utf8, TERM: 'dumb' }, 'ascii', false],
    [{ ...utf8, TERM: 'dumb', FORCE_COLOR: '2' }, 'ascii', true],
    [{ ...utf8, TERM: 'linux' }, 'ascii', true],
    [{ LANG: 'C' }, 'ascii', true],
    [{ LC_ALL: 'C', ...utf8 }, 'ascii', true],
    [{ ...utf8, OS: 'Windows_NT' }, 'ascii', true],
    [{ OS: 'Windows_NT', WT_SESSION: 'a' }, 'blocks', true],
    [{}, 'ascii', true],
  ] as const)('with %o are made of %s; colored: %o', async (env, marks, color) => {
    const { stdout } = await run(['summarize', retail], { terminal: 120, env });
    const line = stdout.split('\n').find((each) => each.startsWith('       0.9  0.1390')) ?? '';
    const bar = marks === 'blocks' ? '━━━━━━━━━━━━━━━━━━━━━━┃' : '======================|';
    const tinted = color ? `${escape}36m${bar}${escape}0m` : bar;
    expect(line).toBe(`       0.9  0.1390    0.8738  ${tinted}    -0.0262        8`);
    expect(stdout.includes(`${escape}1m`)).toBe(color);
  });
});

describe('the environment', () => {
  it.each([undefined, '', '0', '1', '2', '3', '4', 'true', 'false', 'yes'])(
    'FORCE_COLOR=%s is understood as by Node',
    (forced) => {
      for (const others of [{}, { NO_COLOR: '1' }, { NODE_DISABLE_COLORS: '1' }, { TERM: 'dumb' }]) {
        const env = { TERM: 'xterm-256color', ...others, ...(forced === undefined ? {} : { FORCE_COLOR: forced }) };
        const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
        const depth = WriteStream.prototype.getColorDepth.call(
          Object.create(WriteStream.prototype) as WriteStream,
          env,
        );
        warn.mockRestore();
        expect(hasColor(true, env), JSON.stringify(env)).toBe(depth > 1);
      }
    },
  );

  it('says whether blocks are shown', () => {
    expect(showsBlocks({ LC_CTYPE: 'en_US.utf8' })).toBe(true);
    expect(showsBlocks({ LC_ALL: '', LANG: 'en_US.UTF-8' })).toBe(true);
    expect(showsBlocks({ LC_CTYPE: 'en_US.ISO-8859-1', LANG: 'en_US.UTF-8' })).toBe(false);
    expect(showsBlocks({ TERM: 'linux', LANG: 'en_US.UTF-8' })).toBe(false);
    expect(showsBlocks({ OS: 'Windows_NT', TERM_PROGRAM: 'vscode' })).toBe(true);
  });

  it('of a dumb terminal gets progress as lines that follow each other, not one that is erased', async () => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 4000));
    const stderr = new FakeStream(80);
    await run(['summarize', retail, '--by', 'item'], { stderr, env: { TERM: 'dumb' } });
    vi.restoreAllMocks();
    expect(stderr.text).toMatch(/^progress: /);
    expect(stderr.text).not.toContain('\u001b');
    expect(stderr.text).not.toContain('\r');
  });
});
