import { mkdirSync, writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateExport } from '#src/testing/index.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { run } from './run.js';

const folder = join(import.meta.dirname, '../../fixtures/retail/export');

async function planned(...options: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(['plan', folder, ...options]);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

async function mapped(...options: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(['map'], { stdin: await planned(...options) });
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

describe('plan, map and reduce', () => {
  it('print what summarize prints, in every format, whatever the order of states', async () => {
    const states = (await mapped('--by', 'item')).trimEnd().split('\n').toReversed().join('\n');
    for (const format of ['table', 'json', 'csv', 'markdown']) {
      const shown = ['--format', format, '--worst', 'WAPE:5', '--reading', 'averaged'];
      const reduced = await run(['reduce', ...shown], { stdin: states });
      expect(reduced).toEqual(await run(['summarize', folder, '--by', 'item', ...shown]));
      expect(reduced.code).toBe(0);
    }
  });

  it('read files and folders of states, but their marks, and a line from an option', async () => {
    const lines = (await planned()).trimEnd().split('\n');
    const place = temporaryFolder();
    mkdirSync(join(place, 'states'));
    for (const [index, line] of lines.entries()) {
      const { stdout } = await run(['map', '--line', line]);
      writeFileSync(join(place, 'states', `part-${index}`), stdout);
    }
    writeFileSync(join(place, 'states', '_SUCCESS'), '');
    writeFileSync(join(place, 'states', '.part-0.crc'), 'x');
    const { stdout } = await run(['summarize', folder]);
    expect((await run(['reduce', join(place, 'states')])).stdout).toBe(stdout);
    const files = lines.map((_, index) => join(place, 'states', `part-${index}`));
    expect((await run(['reduce', ...files])).stdout).toBe(stdout);
  });

  it('read the same export elsewhere, by its size alone', async () => {
    const [here, there] = [temporaryFolder(), temporaryFolder()];
    const options = { items: 3, windows: 1, horizon: 2 };
    await generateExport(here, options);
    await generateExport(there, options);
    const plan = (await run(['plan', here])).stdout;
    const states = await run(['map', '--location', there], { stdin: plan });
    expect((await run(['reduce'], { stdin: states.stdout })).stdout).toBe((await run(['summarize', here])).stdout);
    await generateExport(there, { ...options, items: 4, overwrite: true });
    const changed = await run(['map', '--location', there], { stdin: plan });
    expect(changed).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error FILE_CHANGED: .* were planned, found \d+\n/),
    });
    rmSync(here, { recursive: true });
    expect(await run(['map'], { stdin: plan })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^error FILE_NOT_FOUND: .*\nhint: --location FOLDER says where the export is from here, if not where it was planned\n$/,
      ),
    });
    // the states are not where the export is
    expect((await run(['reduce', here])).stderr).not.toContain('hint');
  });

  it('refuse a part that has changed since it was planned', async () => {
    const here = temporaryFolder();
    await generateExport(here, { items: 3, windows: 1, horizon: 2 });
    const plan = (await run(['plan', here])).stdout;
    await generateExport(here, { items: 3, windows: 1, horizon: 2, overwrite: true });
    const { code, stderr } = await run(['map'], { stdin: plan });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^error FILE_CHANGED: .*\nhint: .* run backtest-export plan again\n$/),
    ]);
  });

  it('name the line of what is wrong, and print no result of a part of the data', async () => {
    const plan = await planned();
    const states = await mapped();
    const [first = '', ...rest] = states.trimEnd().split('\n');
    const cases: [command: string, stdin: string, message: RegExp][] = [
      ['map', `${plan.split('\n')[0]}\n\n{"kind":1}`, /^error PLAN_INVALID: standard input, line 3: /],
      ['map', 'x', /^error PLAN_INVALID: standard input, line 1: /],
      [
        'map',
        plan.replace('"number":1', '"number":2'),
        /^error PLAN_INVALID: standard input, line 1: the line is damaged/,
      ],
      ['map', plan.replace('"format":1', '"format":9'), /^error VERSION_UNSUPPORTED: standard input, line 1: /],
      [
        'reduce',
        rest.join('\n'),
        /^error STATE_MISSING: expected the states of 8 parts, found those of 7: missing are 1;/,
      ],
      ['reduce', '', /^error STATE_MISSING: expected the states of a plan, found none/],
      ['reduce', `${states}\n${first}`, /^error STATE_REPEATED: standard input, line 10: the state of part 1 of 8, /],
      ['reduce', states + (await mapped('--point', 'p90')), /^error STATE_FOREIGN: standard input, line 9: /],
      ['reduce', states.slice(0, -100), /^error STATE_INVALID: standard input, line 8: /],
      ['reduce', plan, /^error STATE_INVALID: standard input, line 1: /],
    ];
    for (const [command, stdin, message] of cases) {
      const { code, stdout, stderr } = await run([command], { stdin });
      expect([code, command === 'map' ? '' : stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
    }
  });

  it('refuse options that contradict, or mean nothing to the plan', async () => {
    const states = await mapped();
    expect((await run(['reduce', '--worst', 'WAPE:1'], { stdin: states })).stderr).toMatch(
      /^error OPTION_INVALID: --worst: it chooses among groups/,
    );
    expect((await run(['map', 'plan.jsonl', '--line', '{}'])).stderr).toMatch(
      /^error OPTION_INVALID: --line replaces files/,
    );
    expect((await run(['plan'])).stderr).toMatch(/^error OPTION_INVALID: expected FOLDER/);
  });
});
