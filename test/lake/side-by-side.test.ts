import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { InOrder, sideBySide, type Load } from '#src/lake/side-by-side.js';
import { convertExports, createLocalStorage, type ExportOutcome, type Storage, type StorageFile } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { startFakeS3 } from '../support/fake-s3.ts';
import { fakeStorage } from '../support/fake-s3-storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Works on items until all are done; which were worked on together, each time one began. */
async function together(items: readonly Load[]): Promise<string[]> {
  const running = new Set<string>();
  const seen: string[] = [];
  await sideBySide(
    items.map((load, index) => ({ ...load, name: 'abcdefgh'[index] ?? '' })),
    { items: 3, bytes: 100, parts: 10 },
    (load) => load,
    async ({ name }) => {
      running.add(name);
      seen.push([...running].join(''));
      await turn();
      running.delete(name);
    },
  );
  return seen;
}

describe('sideBySide', () => {
  const small = { bytes: 1, parts: 1 };
  it.each<[string, Load[], string[]]>([
    ['items', ['1', '2', '3', '4'].map((place) => ({ ...small, place })), ['a', 'ab', 'abc']],
    ['bytes', [60, 60, 40].map((bytes, index) => ({ bytes, parts: 1, place: `${index}` })), ['a', 'b', 'bc']],
    ['parts', [6, 6, 4].map((parts, index) => ({ bytes: 1, parts, place: `${index}` })), ['a', 'b', 'bc']],
    ['one place', ['x', 'x', 'y'].map((place) => ({ ...small, place })), ['a', 'b', 'bc']],
    [
      'what is too large',
      [1, 1000, 1].map((bytes, index) => ({ bytes, parts: 1, place: `${index}` })),
      ['a', 'b', 'c'],
    ],
  ])('keeps apart, by %s', async (_, loads, expected) => {
    expect((await together(loads)).slice(0, 3)).toEqual(expected);
  });

  it('begins no more after a failure, and ends with it when all that was begun has ended', async () => {
    const begun: string[] = [];
    const ended: string[] = [];
    const work = sideBySide(
      ['a', 'b', 'c', 'd'],
      { items: 2, bytes: 9, parts: 9 },
      (place) => ({ ...small, place }),
      async (name) => {
        begun.push(name);
        await turn();
        if (name === 'a') throw new Error('a fails');
        await turn();
        ended.push(name);
      },
    );
    await expect(work).rejects.toThrow('a fails');
    expect([begun, ended]).toEqual([['a', 'b'], ['b']]);
  });

  it('hands on results in order', () => {
    const told: string[] = [];
    const order = new InOrder<string>((result, index) => told.push(`${index}${result}`));
    order.put(2, 'c');
    order.put(0, 'a');
    expect(told).toEqual(['0a']);
    order.put(1, 'b');
    expect(told).toEqual(['0a', '1b', '2c']);
  });
});

describe('convertExports to S3', () => {
  it('converts small exports side by side, and tells of them in order', async () => {
    const fake = await startFakeS3();
    const jobs = ['a', 'b', 'c', 'd'];
    const root = temporaryFolder();
    for (const jobName of jobs) {
      await generateExport(createLocalStorage(join(root, jobName)), { items: 2, parts: 2, horizon: 2, jobName });
    }
    // the first one waits for the last
    const last = `lake/job=d/exported_at=2021-12-14T13-20-10Z/_SUCCESS`;
    const local = createLocalStorage(root);
    const source: Storage = Object.create(local, {
      location: { value: local.location },
      folderName: { value: local.folderName },
      transfer: { value: undefined },
    });
    for (const name of ['list', 'create', 'publish', 'discard', 'remove', 'move', 'sync'] as const) {
      Object.defineProperty(source, name, { value: local[name].bind(local) });
    }
    const open = async (path: string): Promise<StorageFile> => {
      if (path.startsWith('a/') && path.endsWith('.csv')) await vi.waitUntil(() => fake.objects.has(last), 10_000);
      return local.open(path);
    };
    Object.defineProperty(source, 'open', { value: open });
    const told: ExportOutcome[] = [];
    const bytes: number[] = [];
    const result = await convertExports(source, fakeStorage(fake, 's3://bucket/lake'), {
      format: 'PARQUET',
      onExport: (outcome) => told.push(outcome),
      onProgress: (state) => bytes.push(state.bytes),
    });
    expect(result.counts.converted).toBe(4);
    expect(told).toEqual(result.exports);
    expect(told.map(({ jobName }) => jobName)).toEqual(jobs);
    expect(bytes).toEqual(bytes.toSorted((one, other) => one - other));
    expect(bytes.at(-1)).toBe(result.exports.reduce((sum, each) => sum + each.bytes, 0));
  });
});
