import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLocalStorage, openExport, summarize, verifyExport } from '#src/index.js';
import type { Storage } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { collect } from '../support/collect.js';
import { failureOf } from '../support/failure.js';
import { temporaryFolder } from '../support/temporary-folder.js';

type Change = (bytes: Buffer) => Uint8Array;

/** A local export whose first part of forecasts is overwritten in place before its n-th read, and how many looks it took. */
async function overwritten(
  format: 'CSV' | 'PARQUET',
  read: number,
  change: Change,
): Promise<{ storage: Storage; looks: () => number }> {
  const folder = temporaryFolder();
  const { files } = await generateExport(folder, { items: 1500, windows: 2, horizon: 4, parts: 1, format });
  const part = files.find(({ path }) => path.startsWith('forecasted-values/'))?.path ?? '';
  const local = createLocalStorage(folder);
  let reads = 0;
  let looks = 0;
  const storage: Storage = {
    location: local.location,
    folderName: local.folderName,
    transfer: undefined,
    list: (path) => local.list(path),
    create: (path) => local.create(path),
    publish: (file) => local.publish(file),
    discard: (file) => local.discard(file),
    remove: (path) => local.remove(path),
    move: (from, to) => local.move(from, to),
    sync: (folders) => local.sync(folders),
    async open(path) {
      const file = await local.open(path);
      if (path !== part) return file;
      return {
        path,
        size: file.size,
        version: file.version,
        read(target, position) {
          if (++reads === read) writeFileSync(join(folder, part), change(readFileSync(join(folder, part))));
          return file.read(target, position);
        },
        assertUnchanged() {
          looks++;
          return file.assertUnchanged();
        },
        close: () => file.close(),
      };
    },
  };
  return { storage, looks: () => looks };
}

/** Makes every number and every time unreadable, without another size. */
const garble: Change = (bytes) => bytes.map((byte) => (byte >= 0x30 && byte <= 0x39 ? 0x78 : byte));
const halve: Change = (bytes) => bytes.subarray(0, bytes.length / 2);
const message = /_part0\.(csv|parquet): the file (changed while it was read: |has changed since the folder was listed)/;
/** Spoils the last number: then only the end of the file is refused. */
const spoil: Change = (bytes) => bytes.fill(0x78, bytes.length - 3, bytes.length - 1);

describe.each(['CSV', 'PARQUET'] as const)('a %s part that changes while it is read', (format) => {
  it.each([1, 3, 4, 6])('is said to have changed, not to be damaged (before read %s)', async (read) => {
    for (const change of [garble, halve]) {
      for (const work of [summarize, verifyExport]) {
        const { storage } = await overwritten(format, read, change);
        expect(await failureOf(() => work(storage))).toEqual(['FILE_CHANGED', expect.stringMatching(message)]);
      }
    }
  });

  it('costs one look a part that is read', async () => {
    const { storage, looks } = await overwritten(format, -1, garble);
    const { forecastedValues } = await openExport(storage);
    const before = looks();
    await collect(forecastedValues.rows());
    expect(looks() - before).toBe(1);
  });
});

it('a part that is refused, but has not changed, costs one look, and is refused as ever', async () => {
  const { storage, looks } = await overwritten('CSV', -1, garble);
  const { location } = storage;
  const path = join(location, 'forecasted-values', readdirSync(join(location, 'forecasted-values'))[0] ?? '');
  writeFileSync(path, spoil(readFileSync(path)));
  const { forecastedValues } = await openExport(location);
  const [code] = await failureOf(() => collect(forecastedValues.rows({ threads: 1 })));
  expect(code).toBe('NUMBER_INVALID');
  const guarded = await openExport(storage);
  const before = looks();
  expect((await failureOf(() => collect(guarded.forecastedValues.rows())))[0]).toBe('NUMBER_INVALID');
  expect(looks() - before).toBe(1);
});
