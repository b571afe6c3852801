import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createTemporaryStorage } from '#src/storage/temporary.js';
import { RecordSink } from '#src/verify/records/record-sink.js';
import { RecordStore } from '#src/verify/records/record-store.js';
import { seededRandom } from '../support/random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const width = 7;
const partitions = 8;

/** Fills a sink with records whose doubles tell which they are; answers them by partition. */
async function fill(
  sink: RecordSink,
  count: number,
  seed: number,
  afterEach: () => Promise<void>,
): Promise<number[][]> {
  const random = seededRandom(seed);
  const expected: number[][] = Array.from({ length: partitions }, () => []);
  for (let record = 0; record < count; record++) {
    const word = Math.floor(random() * 2 ** 32);
    const at = sink.next(word);
    for (let index = 0; index < width; index++) sink.doubles[at + index] = seed * 1e9 + record * width + index;
    expected[word >>> 29]?.push(seed * 1e9 + record * width);
    if (record % 1000 === 0) await afterEach();
  }
  return expected;
}

async function takeAll(store: RecordStore): Promise<number[][]> {
  const found: number[][] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const doubles = await store.take('run', partition);
    const firsts = Array.from({ length: doubles.length / width }, (_, record) => doubles[record * width] ?? 0);
    expect(firsts.filter((first, record) => doubles[record * width + width - 1] !== first + width - 1)).toEqual([]);
    found.push(firsts.sort((a, b) => a - b));
  }
  return found;
}

describe('records', () => {
  it('come back by partition, from memory', async () => {
    const sink = new RecordSink(width, partitions, undefined);
    const expected = await fill(sink, 5000, 1, () => sink.relieve());
    const store = new RecordStore(undefined);
    store.add('run', await sink.finish());
    expect(await takeAll(store)).toEqual(expected);
    expect((await takeAll(store)).flat()).toEqual([]);
  });

  it('come back from the files of sinks and of the store, which hold what does not fit', async () => {
    const folder = temporaryFolder();
    const made = await createTemporaryStorage(folder);
    const { storage } = made;
    const store = new RecordStore(storage);
    const expected: number[][] = Array.from({ length: partitions }, () => []);
    for (const seed of [1, 2, 3, 4, 5]) {
      const sink = new RecordSink(width, partitions, { storage, name: `part-${seed}`, quota: seed === 5 ? 0 : 1e9 });
      const added = await fill(sink, 200_000, seed, () => sink.relieve());
      for (const [partition, firsts] of added.entries()) expected[partition]?.push(...firsts);
      store.add('run', await sink.finish());
    }
    await store.settle();
    const [temporary = ''] = readdirSync(folder);
    expect(readdirSync(`${folder}/${temporary}`).sort()).toEqual(['part-5-0.bin', 'part-5-1.bin', 'store-0.bin']);
    expect(await takeAll(store)).toEqual(expected);
    await made.remove();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('report a failure of writing at the next call', async () => {
    const folder = temporaryFolder();
    const made = await createTemporaryStorage(folder);
    const { storage } = made;
    const failing = Object.assign(Object.create(storage) as typeof storage, {
      create: () => Promise.reject(new Error('no space left')),
    });
    const store = new RecordStore(failing);
    store.add('run', [{ partition: 0, bytes: new ArrayBuffer(40 * 1024 * 1024) }]);
    await store.settle();
    expect(() => store.add('run', [])).toThrow('no space left');
    await expect(store.take('run', 0)).rejects.toThrow('no space left');
    await made.remove();
  });
});
