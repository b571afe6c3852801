import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mapPart, planExport, reduceStates, reduceVerification, type StateLine } from '#src/distribute/index.js';
import { packBuffers, unpackBuffers } from '#src/distribute/pack-buffers.js';
import { sealState } from '#src/distribute/state-line.js';
import { BacktestExportError, verifyExport } from '#src/index.js';
import { generateExport, type DefectName } from '#src/testing/index.js';
import { collect } from '../support/collect.js';
import { seededRandom } from '../support/random.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const fixtures = join(import.meta.dirname, '../../fixtures');
const open = { exportedAt: 'latest' };

/** The states of an export for `verify`, through JSON, last first. */
async function statesOf(folder: string): Promise<string[]> {
  const lines = await planExport(folder, { for: 'verify', open });
  const states = await Promise.all(lines.map((line) => collect(mapPart(JSON.stringify(line)))));
  return states
    .flat()
    .map((state) => JSON.stringify(state))
    .toReversed();
}

describe('the report of states', () => {
  it.each(readdirSync(fixtures))('on %s is that of verifyExport', async (name) => {
    const folder = join(fixtures, name, 'export');
    expect(await reduceVerification(await statesOf(folder))).toEqual(await verifyExport(folder, { open }));
  });

  const defects: readonly DefectName[] = [
    'cut-mid-row',
    'duplicate-row-nearly',
    'duplicate-part',
    'merged-exports',
    'missing-part',
    'repeated-header',
    'mixed-formats',
    'not-defined-partly',
  ];

  it.each(defects)('on an export with %s is that of verifyExport, whose rules and places it has', async (defect) => {
    const folder = temporaryFolder();
    await generateExport(folder, { items: 6, windows: 2, horizon: 4, parts: 3, defects: [defect] });
    const rules = { STEP_MISSING: 'warn' } as const;
    const report = await reduceVerification(await statesOf(folder), { rules, tolerance: 1e-6, threads: 1 });
    expect(report).toEqual(await verifyExport(folder, { rules, tolerance: 1e-6, threads: 1 }));
    expect(report.findings.length).toBeGreaterThan(0);
  });

  it('is refused where a state is missing, there twice, of a summary, or the export has changed', async () => {
    const folder = temporaryFolder();
    const options = { items: 3, windows: 1, horizon: 2, parts: 2 };
    await generateExport(folder, options);
    const states = await statesOf(folder);
    await expect(reduceVerification(states.slice(1))).rejects.toMatchObject({ code: 'STATE_MISSING' });
    await expect(reduceVerification([...states, ...states])).rejects.toMatchObject({ code: 'STATE_REPEATED' });
    await expect(reduceStates(states)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    const [line = ''] = await planExport(folder);
    const [state = ''] = await collect(mapPart(line));
    await expect(reduceVerification([state])).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    const copy = temporaryFolder();
    await generateExport(copy, options);
    expect(await reduceVerification(states, { location: copy })).toEqual(await verifyExport(copy));
    await generateExport(folder, { ...options, overwrite: true });
    await expect(reduceVerification(states)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  });
});

describe('a state for verify that was made by somebody else, with right digests', () => {
  it('is refused or judged, and ends in time: any word of its records changed, any list of another length', async () => {
    const folder = join(fixtures, 'two-exports', 'export');
    const states = (await statesOf(folder)).map((text) => JSON.parse(text) as StateLine);
    const random = seededRandom(5);
    const integer = (most: number): number => Math.floor(random() * (most + 1));
    let refused = 0;
    for (let round = 0; round < 120; round++) {
      const index = integer(states.length - 1);
      const state = states[index] as StateLine;
      const buffers = unpackBuffers(state.sums as NonNullable<StateLine['sums']>);
      const place = integer(buffers.length - 1);
      const bytes = new Uint8Array(buffers[place] ?? new ArrayBuffer());
      if (integer(4) === 0) buffers[place] = bytes.slice(0, integer(bytes.length)).buffer;
      else new DataView(bytes.buffer).setUint32(4 * integer((bytes.length >> 2) - 1), integer(0xffff_ffff), true);
      try {
        await reduceVerification(states.with(index, sealState({ ...state, sums: packBuffers(buffers) })));
      } catch (error) {
        if (!(error instanceof BacktestExportError)) throw error;
        expect(error.code, `round ${round}`).toBe('STATE_INVALID');
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(20);
  });

  it('is refused where a member is not what it should be', async () => {
    const folder = join(fixtures, 'two-exports', 'export');
    const states = (await statesOf(folder)).map((text) => JSON.parse(text) as StateLine);
    const [state] = states as [StateLine];
    const { checked, partitions, head } = state;
    const wrongs: Partial<Record<keyof StateLine, unknown>>[] = [
      { partitions: [] },
      { partitions: partitions?.map(() => 256) },
      { checked: undefined },
      { checked: { ...checked, rows: 0 } },
      { checked: { ...checked, digest: 'x' } },
      { checked: { ...checked, found: [['NOTHING', { count: 1, places: [] }]] } },
      { checked: { ...checked, found: [['STEP_MISSING', { count: 1, places: [{ file: 99, record: 1 }] }]] } },
      { checked: { ...checked, windows: [{ start: 0, end: 1e300, place: { file: 0, record: 1 } }] } },
      { notes: undefined },
      { error: { code: 'READ_FAILED', problem: 'x', position: {} } },
      { file: 'other' },
      { head: { ...head, seed: [] } },
    ];
    for (const wrong of wrongs) {
      const code = await reduceVerification([sealState({ ...state, ...wrong } as StateLine), ...states.slice(1)]).then(
        () => 'none',
        (error: BacktestExportError) => error.code,
      );
      expect([wrong, code]).toEqual([wrong, expect.stringMatching(/^STATE_/)]);
    }
  });
});
