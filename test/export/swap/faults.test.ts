import { describe, expect, it } from 'vitest';
import {
  convertExport,
  createExportWriter,
  createLocalStorage,
  createMemoryStorage,
  listExports,
  openExport,
  repairExport,
  type Storage,
} from '#src/index.js';
import { settleFolder } from '#src/export/swap/settle-folder.js';
import { discardFiles, publishExport } from '#src/export/write/publish-export.js';
import type { PreparedFile } from '#src/storage/storage.js';
import { generateExport, type GenerateOptions } from '#src/testing/index.js';
import { FaultyStorage, type Fault } from '../../support/faulty-storage.ts';
import { storageFiles } from '../../support/folder-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const small: GenerateOptions = { items: 2, horizon: 1, windows: 1, parts: 2, jobName: 'bike' };
const exportedAt = '2021-12-14T13-20-10Z';

async function generated(options: GenerateOptions): Promise<Storage> {
  const storage = createMemoryStorage();
  await generateExport(storage, { ...small, ...options });
  return storage;
}

const sources = {
  two: await generated({ seed: 2 }),
  one: await generated({ seed: 2, parts: 1 }),
  unmarked: await generated({ seed: 2, markers: [] }),
};

/** A command that writes an export to a folder, and the folder's previous content. */
interface Case {
  readonly name: string;
  readonly before: GenerateOptions | undefined;
  readonly write: (target: Storage) => Promise<unknown>;
}

const overwrite = true;

/** Publishes small files, which is what all writers end with. */
async function publish(target: Storage, names: readonly string[], complete: boolean): Promise<void> {
  await settleFolder(target);
  const files: PreparedFile[] = [];
  try {
    for (const name of names) {
      const writer = await target.create(name, { overwrite });
      try {
        await writer.write(Buffer.from(`new ${name}`));
        files.push(await writer.prepare());
      } finally {
        await writer.abort();
      }
    }
  } catch (error) {
    await discardFiles(target, files);
    throw error;
  }
  await publishExport(target, files, { overwrite, complete });
}

const stem = 'Forecasts_bike_2021-12-14T13-20-10Z_part';
const forecasts = `forecasted-values/${stem}`;
const accuracy = `accuracy-metrics-values/Accuracy_bike_2021-12-14T13-20-10Z_part`;
const swaps: readonly Case[] = [
  { name: 'nothing', before: undefined, write: (to) => publish(to, [`${forecasts}0.csv`, `${accuracy}0.csv`], true) },
  {
    name: 'the same names',
    before: { seed: 1 },
    write: (to) =>
      publish(to, [`${forecasts}0.csv`, `${forecasts}1.csv`, `${accuracy}0.csv`, `${accuracy}1.csv`], true),
  },
  { name: 'more parts', before: { seed: 1 }, write: (to) => publish(to, [`${forecasts}0.csv`], true) },
  {
    name: 'the other format, without _SUCCESS',
    before: { seed: 1 },
    write: (to) => publish(to, [`${forecasts}0.parquet`], false),
  },
  {
    name: 'a folder with another export, without _SUCCESS',
    before: { seed: 1, jobName: 'other' },
    write: (to) => publish(to, [`${forecasts}0.csv`], false),
  },
];
const commands: readonly Case[] = [
  {
    name: 'a conversion over more parts',
    before: { seed: 1 },
    write: (target) => convertExport(sources.one, target, { format: 'PARQUET', overwrite }),
  },
  {
    name: 'a repair over the other format',
    before: { seed: 1, format: 'PARQUET' },
    write: (target) => repairExport(sources.one, target, { overwrite }),
  },
  {
    name: 'the generator over more parts, with files of no export',
    before: { seed: 1, parts: 2 },
    write: (target) => generateExport(target, { ...small, seed: 2, parts: 1, overwrite, defects: ['foreign-file'] }),
  },
  {
    name: 'a writer into nothing',
    before: undefined,
    write: async (target) => {
      const { forecastedValues, accuracyMetrics } = await openExport(sources.unmarked);
      const writer = await createExportWriter(target, { jobName: 'bike', exportedAt, format: 'CSV' });
      try {
        await writer.forecastedValues.write(forecastedValues.rows());
        await writer.accuracyMetrics.write(accuracyMetrics.rows());
        return await writer.finish();
      } finally {
        await writer.abort();
      }
    },
  },
];

/** What a reader finds: for each export its files with their bytes, whether it is complete, and the codes of warnings. */
async function readAll(storage: Storage): Promise<string> {
  let catalog: Awaited<ReturnType<typeof listExports>>;
  try {
    catalog = await listExports(storage);
  } catch (error) {
    expect(error).toMatchObject({ code: 'FILE_NOT_FOUND' });
    return '[]';
  }
  const seen: unknown[] = [];
  for (const found of catalog.exports) {
    const files: string[] = [];
    for (const { path } of [...Object.values(found.tables).flat(), ...found.undecided]) {
      const file = await catalog.storage.open(path);
      const bytes = new Uint8Array(file.size);
      await file.read(bytes, 0);
      await file.close();
      files.push(`${path}: ${Buffer.from(bytes).toString('latin1')}`);
    }
    seen.push([found.complete, found.warnings.map(({ code }) => code), files]);
  }
  return JSON.stringify(seen);
}

/** A folder as it is before a case. */
async function prepare(makeStorage: () => Storage, before: GenerateOptions | undefined): Promise<Storage> {
  const storage = makeStorage();
  if (before !== undefined) await generateExport(storage, { ...small, ...before });
  return storage;
}

/** One side, the other, and the calls in between. */
interface Sides {
  readonly old: string;
  readonly whole: string;
  readonly calls: readonly string[];
}

async function seeBothSides(makeStorage: () => Storage, { before, write }: Case): Promise<Sides> {
  const sound = await prepare(makeStorage, before);
  const old = await readAll(sound);
  const counting = new FaultyStorage(sound, 0, 'fails');
  await write(counting);
  const whole = await readAll(sound);
  expect(whole).not.toBe(old);
  return { old, whole, calls: counting.calls };
}

/** Lets the n-th call of a case go wrong, and answers what a reader finds then. */
async function breakAt(
  makeStorage: () => Storage,
  each: Case,
  sides: Sides,
  at: number,
  fault: Fault,
): Promise<string> {
  const { old, whole, calls } = sides;
  const storage = await prepare(makeStorage, each.before);
  const failure = await each.write(new FaultyStorage(storage, at, fault)).then(
    () => undefined,
    (error: unknown) => error,
  );
  const found = await readAll(storage);
  const where = `${fault} at ${at}: ${calls[at - 1]} ${String(failure)}`;
  expect([old, whole], where).toContain(found);
  if (failure === undefined) expect(found, where).toBe(whole);
  if (fault.startsWith('fails') && found === old) {
    // who goes on living puts back what it changed
    expect(await journalsOf(storage), where).toEqual([]);
  }
  // whatever happened, the next writer goes on, and what was written down about the swap is gone
  await (found === whole ? settleFolder(storage) : each.write(storage));
  expect(await readAll(storage), where).toBe(whole);
  expect(await journalsOf(storage), where).toEqual([]);
  return found;
}

/** Files that are set aside, and records of swaps. */
async function journalsOf(storage: Storage): Promise<string[]> {
  return [...(await storageFiles(storage)).keys()].filter((path) => /\.old$|\.jsonl?$/.test(path));
}

const faults: readonly Fault[] = ['fails', 'fails after', 'ends before', 'ends after'];

describe('in memory, a fault at any call', () => {
  it.each(swaps)('of a swap over $name leaves the complete old or new export', async (each) => {
    const sides = await seeBothSides(() => createMemoryStorage(), each);
    const met = new Set<string>();
    for (const fault of faults) {
      for (let at = 1; at <= sides.calls.length; at++) {
        met.add(await breakAt(() => createMemoryStorage(), each, sides, at, fault));
      }
    }
    expect(met.size).toBe(2); // both sides are met, or the test tests nothing
  });
});

describe('in a local folder, a fault at any call', () => {
  const makeStorage = (): Storage => createLocalStorage(`${temporaryFolder()}/out`);

  it('of a swap leaves the complete old or new export', async () => {
    for (const each of swaps.slice(1, 3)) {
      const sides = await seeBothSides(makeStorage, each);
      for (let at = 1; at <= sides.calls.length; at++) {
        await breakAt(makeStorage, each, sides, at, faults[1 + 2 * (at % 2)] ?? 'fails');
      }
    }
  });
});

// Every call with every fault takes minutes: FAULTS=all. Otherwise each of about 25 calls has one of the faults.
const all = process.env['FAULTS'] === 'all';

describe('a fault at a call', () => {
  it.each(commands)('of $name leaves the complete old or new export', { timeout: 600_000 }, async (each) => {
    const sides = await seeBothSides(() => createMemoryStorage(), each);
    const step = all ? 1 : Math.max(1, Math.floor(sides.calls.length / 25));
    for (let at = 1; at <= sides.calls.length; at += step) {
      for (const fault of all ? faults : faults.slice(at % 4, (at % 4) + 1)) {
        await breakAt(() => createMemoryStorage(), each, sides, at, fault);
      }
    }
  });
});
