import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { mapPart, planExport, reduceStates, type StateLine } from '#src/distribute/index.js';
import { packBuffers, unpackBuffers } from '#src/distribute/pack-buffers.js';
import { sealState } from '#src/distribute/state-line.js';
import { BacktestExportError, summarize, type ExportSummary } from '#src/index.js';
import { collect } from '../support/collect.js';
import { seededRandom } from '../support/random.js';

const folder = join(import.meta.dirname, '../../fixtures/hostile-text/export');
const refusals = [
  'STATE_INVALID',
  'VERSION_UNSUPPORTED',
  'STATE_FOREIGN',
  'STATE_REPEATED',
  'STATE_CONFLICT',
  'STATE_MISSING',
];
const seed = 20_261_126;
let states: StateLine[];
let summary: ExportSummary;

beforeAll(async () => {
  const options = { by: ['item', 'step'] };
  const lines = await planExport(folder, options);
  states = (await Promise.all(lines.map((line) => collect(mapPart(line))))).flat();
  summary = await summarize(folder, options);
});

/** Whole numbers from `least` to `most`, seeded. */
function integers(from: number): (least: number, most: number) => number {
  const random = seededRandom(from);
  return (least, most) => least + Math.floor(random() * (most - least + 1));
}

/** The summary of states one of which was changed, or the code of its refusal. */
async function reduced(index: number, state: StateLine | string): Promise<ExportSummary | string> {
  try {
    return await reduceStates(states.with(index, state as StateLine));
  } catch (error) {
    if (error instanceof BacktestExportError) return error.code;
    throw error;
  }
}

describe('a state that was changed on the way', () => {
  it('is refused, wherever a character of it was changed, lost or added', async () => {
    const integer = integers(seed);
    const texts = states.map((state) => JSON.stringify(state));
    for (let round = 0; round < 150; round++) {
      const index = integer(0, texts.length - 1);
      const text = texts[index] ?? '';
      const at = integer(0, text.length - 1);
      const changed = String.fromCharCode((text.charCodeAt(at) ^ (1 << integer(0, 6))) & 0x7f);
      const kind = integer(0, 2);
      const damaged =
        text.slice(0, at) + (kind === 0 ? changed : kind === 1 ? '' : changed + text[at]) + text.slice(at + 1);
      const result = await reduced(index, damaged);
      // a space between members means nothing, nor does the time in gzip's header
      if (typeof result === 'string') expect(refusals, `seed ${seed}, round ${round}`).toContain(result);
      else expect(result, `seed ${seed}, round ${round}`).toEqual(summary);
    }
  });
});

describe('a state that was made by somebody else, with right digests', () => {
  const words = [
    0, 1, 2, 0x7f, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff, 0x7ff0_0000,
  ];

  it('is refused or added up, and harms nothing: any word of its sums changed, any list of another length', async () => {
    const integer = integers(seed);
    let refused = 0;
    for (let round = 0; round < 250; round++) {
      const index = integer(0, states.length - 1);
      const state = states[index] as StateLine;
      const buffers = unpackBuffers(state.sums as NonNullable<StateLine['sums']>);
      const place = integer(0, buffers.length - 1);
      const bytes = new Uint8Array(buffers[place] ?? new ArrayBuffer());
      if (integer(0, 4) === 0 || bytes.length < 4) {
        const resized = new Uint8Array(Math.max(0, bytes.length + integer(-24, 24)));
        resized.set(bytes.subarray(0, resized.length));
        buffers[place] = resized.buffer;
      } else {
        const at = 4 * integer(0, (bytes.length >> 2) - 1);
        const word = integer(0, 1) === 0 ? words[integer(0, words.length - 1)] : integer(0, 0xffff_ffff);
        new DataView(bytes.buffer).setUint32(at, word ?? 0, true);
      }
      const result = await reduced(index, sealState({ ...state, sums: packBuffers(buffers) }));
      if (typeof result !== 'string') continue;
      expect(result, `seed ${seed}, round ${round}`).toBe('STATE_INVALID');
      refused++;
    }
    expect(refused).toBeGreaterThan(50);
    expect(await reduceStates(states)).toEqual(summary);
  });

  it('is refused where a number of it is out of range', async () => {
    const first = states[0] as StateLine;
    const sums = first.sums as NonNullable<StateLine['sums']>;
    const { notes, head } = first;
    const wrongs: Partial<Record<keyof StateLine, unknown>>[] = [
      { number: 0 },
      { number: first.total + 1 },
      { total: 0 },
      { total: 10_000_001 },
      { piece: 0 },
      { piece: 2 },
      { last: false },
      { rowsWithoutWindow: 1 },
      { rowsWithoutWindow: -1 },
      { rowsWithoutWindow: 1e300 },
      { table: 'accuracy-metrics-values' },
      { unit: '0'.repeat(32) },
      { notes: { ...notes, records: (notes?.records ?? 0) + 1 } },
      { notes: undefined },
      { sums: undefined },
      { error: { code: 'READ_FAILED', problem: 'x', position: {} } },
      { sums: { ...sums, lengths: [] } },
      { sums: { ...sums, lengths: [2 ** 53 - 1] } },
      { sums: { ...sums, lengths: sums.lengths.with(0, 2 ** 30) } },
      { sums: { ...sums, gzip: 'H4sI' } },
      { sums: { ...sums, gzip: 'not base64' } },
      { sums: { ...sums, digest: '0'.repeat(32) } },
      { head: { ...head, tables: {} } },
      { head: { ...head, frequency: { unit: 'hour', count: 0, text: 'H' } } },
    ];
    for (const wrong of wrongs) {
      expect([wrong, await reduced(0, sealState({ ...first, ...wrong } as StateLine))]).toEqual([
        wrong,
        expect.stringMatching(/^STATE_/),
      ]);
    }
  });

  it('is refused where pieces of a part are not those of one reading', async () => {
    const [first, ...rest] = states as [StateLine];
    const open = { last: false, notes: undefined };
    const piece = (number: number, changes: object = {}): StateLine =>
      sealState({ ...first, piece: number, ...changes });
    const error = { code: 'READ_FAILED', problem: 'x', position: {} } as const;
    const cases: [pieces: StateLine[], code: string][] = [
      [[piece(1, open)], 'STATE_MISSING'],
      [[piece(2)], 'STATE_MISSING'],
      [[piece(2 ** 53 - 1)], 'STATE_MISSING'],
      [[piece(1, open), piece(3, open), piece(2)], 'STATE_CONFLICT'],
      [[piece(1), piece(3, open)], 'STATE_CONFLICT'],
      [[piece(2, open), piece(1, { sums: undefined, notes: undefined, error })], 'STATE_CONFLICT'],
      [[piece(1), piece(2)], 'STATE_CONFLICT'],
      [[piece(1, open), piece(2, { file: 'other' })], 'STATE_CONFLICT'],
      [[piece(1, open), piece(2, { unit: '0'.repeat(32) })], 'STATE_CONFLICT'],
    ];
    for (const [index, [pieces, code]] of cases.entries()) {
      const reducing = reduceStates([...pieces, ...rest]);
      await expect(reducing, `case ${index}`).rejects.toMatchObject({ code });
    }
  });

  it('is refused where it is deeper than a stack, or names more parts than could be listed', async () => {
    const [first] = states as [StateLine];
    const depth = 100_000;
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const found = `"checked":{"rows":1,"digest":"","windows":[],"definedWindows":[],"found":[["STEP_MISSING",${nested}]]}`;
    const text = JSON.stringify(first);
    for (const member of [found, `"error":${nested}`, `"notes":${nested}`, `"warnings":${nested}`]) {
      expect([member.slice(0, 20), await reduced(0, text.replace(/\}$/, `,${member}}`))]).toEqual([
        member.slice(0, 20),
        'STATE_INVALID',
      ]);
    }
    await expect(reduceStates([sealState({ ...first, total: 10_000_000 })])).rejects.toMatchObject({
      code: 'STATE_MISSING',
      message: expect.stringMatching(/^.{1,400}$/),
    });
  });

  it('is refused where its plan is impossible', async () => {
    const first = states[0] as StateLine;
    const { head } = first;
    const table = head.tables['forecasted-values'] as NonNullable<(typeof head.tables)['forecasted-values']>;
    const heads: unknown[] = [
      { ...head, tables: { 'forecasted-values': { ...table, header: ['a', 'b'] } } },
      { ...head, tables: { 'accuracy-metrics-values': table } },
      { ...head, options: { by: ['nothing'] } },
      { ...head, options: { point: 'p33' } },
      { ...head, options: { by: ['item', 'item'] } },
      { ...head, options: { maxGroups: 0 } },
      { ...head, decode: { columnRules: { dropColumns: table.header } } },
    ];
    for (const other of heads) {
      const state = sealState({ ...first, head: other as StateLine['head'] });
      await expect(reduceStates([state])).rejects.toMatchObject({ code: 'STATE_INVALID' });
    }
  });
});
