import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, describe, it } from 'vitest';
import { mapPart, planExport, reduceStates, type PlanOptions } from '#src/distribute/index.js';
import { openExport, summarize, type ExportSummary } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { collect } from '../support/collect.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const fixtures = join(import.meta.dirname, '../../fixtures');
const choice = { open: { exportedAt: 'latest' } } as const;

/** The states of an export, through JSON, last first. */
async function statesOf(folder: string, options: PlanOptions): Promise<string[]> {
  const states: string[] = [];
  for (const line of await planExport(folder, options)) {
    for await (const state of mapPart(JSON.stringify(line))) states.push(JSON.stringify(state));
  }
  return states.toReversed();
}

async function throughStates(folder: string, options: PlanOptions): Promise<ExportSummary> {
  return reduceStates(await statesOf(folder, options));
}

describe('the summary of states', () => {
  const groupings = [[], ['window'], ['item'], ['step'], ['item', 'step']];

  it.each(readdirSync(fixtures))('of %s is that of the export, by whatever it is grouped', async (name) => {
    const folder = join(fixtures, name, 'export');
    for (const by of groupings) {
      const summary = await throughStates(folder, { ...choice, by });
      expect(summary).toEqual(await summarize(folder, { ...choice, by }));
    }
  });

  it('is that of an export in Parquet with missing actuals, a dimension and sums out of the common range', async () => {
    const folder = temporaryFolder();
    const odd = { missingActuals: 0.1, zeroActuals: 0.1, crossedQuantiles: 0.1, negativeForecasts: 0.1 };
    await generateExport(folder, {
      items: 40,
      windows: 3,
      horizon: 5,
      parts: 3,
      dimensions: [{ name: 'store', cardinality: 3 }],
      format: 'PARQUET',
      ...odd,
    });
    for (const by of [['store'], ['store', 'item', 'window']]) {
      const options = { by, point: 'p90', accuracyMetrics: false } as const;
      expect(await throughStates(folder, options)).toEqual(await summarize(folder, options));
    }
  });

  it('shows the worst groups, ranks by a reading and gives groups one by one, as summarize does', async () => {
    const folder = join(fixtures, 'retail', 'export');
    const states = await statesOf(folder, { by: ['item'] });
    const shown = { worst: { metric: 'RMSE', count: 3 }, reading: 'averaged' } as const;
    expect(await reduceStates(states, shown)).toEqual(await summarize(folder, { by: ['item'], ...shown }));
    const [one, other]: unknown[][] = [[], []];
    await reduceStates(states, { onGroup: (group) => void one?.push(group) });
    await summarize(folder, { by: ['item'], onGroup: (group) => void other?.push(group) });
    expect(one).toEqual(other);
    expect(one).toHaveLength(20);
  });

  it('lists bad parts that are left out, as summarize does', async () => {
    const folder = temporaryFolder();
    await generateExport(folder, { items: 6, parts: 3, horizon: 3, defects: ['cut-mid-row'] });
    const options = { onBadPart: 'skip', accuracyMetrics: false } as const;
    const summary = await throughStates(folder, options);
    expect(summary).toEqual(await summarize(folder, options));
    expect(summary.skippedParts).toHaveLength(1);
    await expect(statesOf(folder, { accuracyMetrics: false })).rejects.toMatchObject({
      code: summary.skippedParts[0]?.code,
    });
  });

  it('merges the states of a part with very many groups, of which there are several', async () => {
    const folder = temporaryFolder();
    await generateExport(folder, { items: 1500, windows: 2, horizon: 12, parts: 2 });
    const options = { by: ['item', 'step'], accuracyMetrics: false } as const;
    const states = await statesOf(folder, options);
    expect(states.length).toBeGreaterThan(2);
    const worst = { metric: 'WAPE', count: 20 };
    const summary = await reduceStates(states, { worst });
    expect(summary).toEqual(await summarize(folder, { ...options, worst }));
    await expect(reduceStates(states.slice(1), { worst })).rejects.toMatchObject({ code: 'STATE_MISSING' });
  });

  it('is the same however lines were passed on: members in another order, spaces, escapes', async () => {
    const folder = join(fixtures, 'hostile-text', 'export');
    const reorder = (text: string): string =>
      JSON.stringify(
        JSON.parse(text, (_, value: unknown) => reversed(value)),
        null,
        1,
      ).replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    const lines = (await planExport(folder, { by: ['item'] })).map((line) => reorder(JSON.stringify(line)));
    const states = await Promise.all(lines.map((line) => collect(mapPart(line))));
    const summary = await reduceStates(states.flat().map((state) => reorder(JSON.stringify(state))));
    expect(summary).toEqual(await summarize(folder, { by: ['item'] }));
  });
});

function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toReversed());
}

describe('a plan', () => {
  it('is the same for the same export and options, and another for others', async () => {
    const folder = join(fixtures, 'retail', 'export');
    const [first] = await planExport(folder);
    const [again] = await planExport(await openExport(folder));
    expect(again).toEqual(first);
    const changed = JSON.stringify(first).replace('"number":1', '"number":2');
    await expect(collect(mapPart(changed))).rejects.toMatchObject({ code: 'PLAN_INVALID' });
    const [other] = await planExport(folder, { point: '0.9' });
    expect(other?.plan).not.toBe(first?.plan);
  });
});
