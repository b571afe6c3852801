import { expect, it } from 'vitest';
import { createMemoryStorage, openExport, summarize, type GroupSummary, type SummarizeProgress } from 'backtest-export';
import { generateExport } from 'backtest-export/testing';

const storage = createMemoryStorage();
await generateExport(storage, { items: 3000, windows: 2, horizon: 2, parts: 2 });
const opened = await openExport(storage);
const options = { by: ['item', 'step'], threads: 1, accuracyMetrics: false } as const;

it('gives the groups one after another instead of listing them', async () => {
  const { groups, ...expected } = await summarize(opened, options);
  const taken: GroupSummary[] = [];
  let waiting = false;
  const onGroup = async (group: GroupSummary): Promise<void> => {
    expect(waiting).toBe(false);
    waiting = true;
    await Promise.resolve();
    waiting = false;
    taken.push(group);
  };
  const { groups: none, ...found } = await summarize(opened, { ...options, onGroup });
  expect(none).toEqual([]);
  expect(found).toEqual(expected);
  expect(taken).toEqual(groups);
  expect(taken).toHaveLength(6000);
});

it('gives the worst groups likewise', async () => {
  const worst = { metric: 'WAPE', count: 3 };
  const { groups } = await summarize(opened, { ...options, worst });
  const taken: GroupSummary[] = [];
  await summarize(opened, { ...options, worst, onGroup: (group) => void taken.push(group) });
  expect(taken).toEqual(groups);
});

it('ends with the error of whoever takes a group', async () => {
  let calls = 0;
  const onGroup = (): void => {
    if (++calls === 3) throw new Error('enough');
  };
  await expect(summarize(opened, { ...options, onGroup })).rejects.toThrow('enough');
  expect(calls).toBe(3);
});

it('refuses to give groups where there are none', async () => {
  const refused = { code: 'OPTION_INVALID', message: expect.stringContaining('summarize.onGroup') as string };
  await expect(summarize(opened, { onGroup: () => undefined })).rejects.toMatchObject(refused);
});

it('tells in which phase it is, groups again from 0 in each', async () => {
  const told: SummarizeProgress[] = [];
  await summarize(opened, { ...options, onProgress: (progress) => told.push(progress) });
  const phases = ['reading', 'figures', 'order', 'list'];
  expect(told.map(({ phase }) => phase)).toEqual(
    told.map(({ phase }) => phase).toSorted((a, b) => phases.indexOf(a) - phases.indexOf(b)),
  );
  expect(told.filter(({ phase }) => phase === 'order').length).toBeGreaterThan(1);
  for (const { phase, groups, totalGroups } of told) {
    expect(groups).toBeLessThanOrEqual(totalGroups);
    if (phase === 'order' || phase === 'list') expect(totalGroups).toBe(6000);
  }
});

it('tells at the end of each phase that all is done', async () => {
  const last = new Map<string, SummarizeProgress>();
  await summarize(opened, { ...options, onProgress: (progress) => last.set(progress.phase, progress) });
  expect([...last.keys()]).toEqual(['reading', 'figures', 'order', 'list']);
  for (const [phase, { groups, totalGroups, ...read }] of last) {
    expect([read.bytes, read.parts]).toEqual([read.totalBytes, read.totalParts]);
    expect([groups, totalGroups > 0]).toEqual([totalGroups, phase !== 'reading']);
  }
});
