import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  BacktestExportError,
  compareExports,
  convertExport,
  convertExports,
  createMemoryStorage,
  findExports,
  type ConvertedExports,
  type ConvertExportsOptions,
  type ExportOutcome,
  type Storage,
} from '#src/index.js';
import { createLocalStorage } from '#src/storage/local.js';
import { generateExport } from '#src/testing/index.js';
import { failureOf } from '../support/failure.ts';
import { folderFiles, storageFiles } from '../support/folder-files.ts';
import { startFakeS3 } from '../support/fake-s3.ts';
import { fakeStorage } from '../support/fake-s3-storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const time = '2021-12-14T13-20-10Z';

/** Writes an export into each folder, of a job named like the folder's last segment. */
async function lakeOf(...folders: readonly string[]): Promise<string> {
  const root = temporaryFolder();
  for (const folder of folders) {
    const jobName = folder.slice(folder.lastIndexOf('/') + 1);
    await generateExport(createLocalStorage(join(root, folder)), { items: 2, parts: 2, horizon: 2, jobName });
  }
  return root;
}

/** Parquet of all, into a folder. */
function convert(source: string, to: string, more: Partial<ConvertExportsOptions> = {}): Promise<ConvertedExports> {
  return convertExports(source, to, { format: 'PARQUET', threads: 1, ...more });
}

function statuses({ exports }: ConvertedExports): (string | null)[][] {
  return exports.map(({ jobName, status, reason }) => [jobName, status, reason]);
}

/** A part of an export, by its number. */
function partOf(folder: string, number: number): string {
  const table = join(folder, 'forecasted-values');
  const name = fs.readdirSync(table).find((each) => each.includes(`_part${number}.`)) ?? '';
  return join(table, name);
}

describe('findExports', () => {
  it('finds exports at any depth, and says what was too deep', async () => {
    const root = await lakeOf('a', 'b/c', 'b/c/d', 'x/y/z/deep', '_hidden/no', '.git/no');
    const found = await findExports(root);
    expect(found.folders.map(({ folder, catalog }) => [folder, catalog.exports.map(({ jobName }) => jobName)])).toEqual(
      [
        ['a', ['a']],
        ['b/c', ['c']],
        ['b/c/d', ['d']],
        ['x/y/z/deep', ['deep']],
      ],
    );
    const shallow = await findExports(root, { depth: 2 });
    expect([shallow.folders.map(({ folder }) => folder), shallow.tooDeep]).toEqual([
      ['a', 'b/c'],
      ['b/c/d', 'x/y/z'],
    ]);
    expect((await findExports(join(root, 'a'), { depth: 0 })).folders.map(({ folder }) => folder)).toEqual(['']);
    expect(await failureOf(() => findExports(root, { maxFolders: 3 }))).toEqual([
      'READ_FAILED',
      expect.stringContaining('expected at most 3 folders below'),
    ]);
  });

  it('goes on where a folder cannot be listed, and names it', async () => {
    const root = await lakeOf('a', 'b');
    fs.writeFileSync(join(root, 'b', '.backtest-export-swap.jsonl'), 'damaged');
    const journal = fs.readdirSync(join(root, 'b')).filter((name) => name.startsWith('.'));
    const { folders, problems } = await findExports(root);
    expect(journal).toHaveLength(1);
    expect([...folders.map(({ folder }) => folder), ...problems.map(({ folder }) => folder)].toSorted()).toEqual([
      'a',
      'b',
    ]);
  });
});

describe('findExports of a storage that fails', () => {
  it('begins no further listing, and ends when those under way have ended', async () => {
    const folders = Array.from({ length: 40 }, (_, index) => `folder${index}`);
    const local = createLocalStorage(await lakeOf(...folders));
    let [begun, underWay] = [0, 0];
    const storage: Storage = {
      location: local.location,
      folderName: local.folderName,
      transfer: undefined,
      open: (path) => local.open(path),
      create: (path) => local.create(path),
      publish: (file) => local.publish(file),
      discard: (file) => local.discard(file),
      remove: (path) => local.remove(path),
      move: (from, to, options) => local.move(from, to, options),
      sync: (paths) => local.sync(paths),
      async list(folder) {
        if (folder === '') return local.list('');
        begun++;
        underWay++;
        await new Promise((resolve) => setTimeout(resolve, folder === 'folder0' ? 1 : 20));
        underWay--;
        if (folder === 'folder0') throw new BacktestExportError('READ_FAILED', 'refused');
        return [];
      },
    };
    expect((await failureOf(() => findExports(storage)))[0]).toBe('READ_FAILED');
    expect([begun, underWay]).toEqual([8, 0]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(begun).toBe(8);
  });
});

describe('convertExports', () => {
  it('converts each export into a folder of its own, and leaves it alone the next time', async () => {
    const root = await lakeOf('bike', 'sub/taxi');
    const to = join(temporaryFolder(), 'lake');
    const told: ExportOutcome[] = [];
    const first = await convert(root, to, { onExport: (outcome) => told.push(outcome) });
    expect(statuses(first)).toEqual([
      ['bike', 'converted', null],
      ['taxi', 'converted', null],
    ]);
    expect(told).toEqual(first.exports);
    expect(fs.readdirSync(to).toSorted()).toEqual(['job=bike', 'job=taxi']);
    const bike = join(to, 'job=bike', `exported_at=${time}`);
    expect(fs.readdirSync(bike).toSorted()).toEqual([
      '_CHECK',
      '_SUCCESS',
      `_converted_bike_${time}.json`,
      'accuracy-metrics-values',
      'forecasted-values',
    ]);
    expect(await compareExports(join(root, 'bike'), bike)).toMatchObject({ equal: true });
    const before = folderFiles(to);
    const second = await convert(root, to);
    expect(second.counts).toMatchObject({ unchanged: 2, converted: 0, failed: 0 });
    expect(folderFiles(to)).toEqual(before);
  });

  it.each([
    ['flat', ['bike_2021-12-14T13-20-10Z', 'taxi_2021-12-14T13-20-10Z']],
    ['mirror', ['bike', 'sub/taxi']],
    ['{date}/{job}', ['2021-12-14/bike', '2021-12-14/taxi']],
    ['job={job}/{time}', [`job=bike/${time}`, `job=taxi/${time}`]],
  ])('lays them out as %s', async (layout, folders) => {
    const root = await lakeOf('bike', 'sub/taxi');
    const to = join(temporaryFolder(), 'lake');
    const { exports } = await convert(root, to, { layout, dryRun: true });
    expect(exports.map(({ destination }) => destination.slice(to.length + 1))).toEqual(folders);
    expect(fs.existsSync(to)).toBe(false);
  });

  it.each(['hvie', '{job}/{jbo}', '/x/{job}', '{job}/../x', '.{job}', '_{job}', 'forecasted-values/{job}', '{job', ''])(
    'refuses the layout %j before it reads anything',
    async (layout) => {
      expect((await failureOf(() => convert('/nowhere', '/nowhere-else', { layout })))[0]).toBe('OPTION_INVALID');
    },
  );

  it('refuses two exports that would be written as one, unless the layout tells them apart', async () => {
    const root = await lakeOf('a/bike', 'b/bike');
    const to = join(temporaryFolder(), 'lake');
    const [code, message] = await failureOf(() => convert(root, to));
    expect([code, fs.existsSync(to)]).toEqual(['DESTINATION_INVALID', false]);
    expect(message).toContain("'a/bike (CSV)' and 'b/bike (CSV)'");
    expect((await convert(root, to, { layout: 'mirror' })).counts.converted).toBe(2);
  });

  it('refuses a destination in its source, where the next run would find the results, and nothing at all', async () => {
    const root = await lakeOf('bike');
    const before = folderFiles(root);
    expect((await failureOf(() => convert(root, join(root, 'lake'))))[0]).toBe('DESTINATION_INVALID');
    expect(folderFiles(root)).toEqual(before);
    // nor a layout that leads back into the source
    const above = temporaryFolder();
    fs.renameSync(root, join(above, 'source'));
    const [code, message] = await failureOf(() => convert(join(above, 'source'), above, { layout: 'source/{job}/x' }));
    expect(code).toBe('DESTINATION_INVALID');
    expect(message).toContain(`'${join(above, 'source', 'bike', 'x')}'`);
    expect(folderFiles(join(above, 'source'))).toEqual(before);
    expect((await convert(join(above, 'source'), above, { layout: 'lake/{job}' })).counts.converted).toBe(1);
    const empty = temporaryFolder();
    expect((await failureOf(() => convert(empty, join(temporaryFolder(), 'x'))))[0]).toBe('EXPORT_NOT_FOUND');
    expect((await failureOf(() => convert(root, '/x', { skipExisting: true, overwrite: true })))[0]).toBe(
      'OPTION_INVALID',
    );
  });

  it('chooses by job and time, the latest of each job', async () => {
    const root = await lakeOf('bike', 'taxi');
    await generateExport(createLocalStorage(join(root, 'later')), {
      items: 2,
      horizon: 2,
      jobName: 'bike',
      exportedAt: '2022-01-01T00-00-00Z',
    });
    const chosen = async (open: ConvertExportsOptions['open']): Promise<(string | null)[]> => {
      const { exports } = await convert(root, join(temporaryFolder(), 'lake'), { dryRun: true, ...(open && { open }) });
      return exports.map(({ jobName, exportedAt }) => `${jobName} ${exportedAt?.slice(0, 4)}`);
    };
    expect(await chosen(undefined)).toEqual(['bike 2021', 'bike 2022', 'taxi 2021']);
    expect(await chosen({ exportedAt: 'latest' })).toEqual(['bike 2022', 'taxi 2021']);
    expect(await chosen({ jobName: 'bike' })).toEqual(['bike 2021', 'bike 2022']);
    expect(await chosen({ exportedAt: time })).toEqual(['bike 2021', 'taxi 2021']);
  });
});

describe('an export that was converted before', () => {
  interface Places {
    readonly source: string;
    readonly lake: string;
    /** Where the job `bike` is written. */
    readonly bike: string;
  }

  async function convertedBefore(): Promise<Places> {
    const source = await lakeOf('bike');
    const lake = join(temporaryFolder(), 'lake');
    await convert(source, lake);
    return { source, lake, bike: join(lake, 'job=bike', `exported_at=${time}`) };
  }

  it.each<[string, RegExp, (places: Places) => void, Partial<ConvertExportsOptions>?]>([
    [
      'a part of the source was written again',
      /part1\.csv has changed in the source$/,
      ({ source }) => {
        const part = partOf(join(source, 'bike'), 1);
        fs.writeFileSync(part, fs.readFileSync(part));
      },
    ],
    [
      'a part was added',
      /part7\.csv is new in the source$/,
      ({ source }) => {
        const part = partOf(join(source, 'bike'), 1);
        fs.copyFileSync(part, part.replace('part1', 'part7'));
      },
    ],
    [
      'a part is gone',
      /part1\.csv is gone from the source$/,
      ({ source }) => fs.rmSync(partOf(join(source, 'bike'), 1)),
    ],
    ['the source is no longer complete', /_SUCCESS$/, ({ source }) => fs.rmSync(join(source, 'bike', '_SUCCESS'))],
    ['the options are others', /other options$/, () => undefined, { compression: 'gzip' }],
    ['a setting of Parquet is another', /other options$/, () => undefined, { bloomFilter: true }],
    ['the column names are others', /other options$/, () => undefined, { columnNames: 'athena' }],
    ['formulas are to be guarded', /other options$/, () => undefined, { guardFormulas: true }],
    ['parts have another length', /other options$/, () => undefined, { rowsPerPart: 3 }],
    ['losses are allowed', /other options$/, () => undefined, { lossy: true }],
    ['files are read in another way', /other options$/, () => undefined, { open: { indexColumns: 'keep' } }],
    [
      'a written part has another size',
      /part0\.parquet is not the file that was written there$/,
      ({ bike }) => {
        fs.appendFileSync(partOf(bike, 0), 'x');
      },
    ],
    [
      'a written part was touched',
      /part0\.parquet was changed after it was written$/,
      ({ bike }) => {
        const later = new Date(Date.now() + 60_000);
        fs.utimesSync(partOf(bike, 0), later, later);
      },
    ],
    ['a written part is gone', /part1\.parquet is gone$/, ({ bike }) => fs.rmSync(partOf(bike, 1))],
    ['its marker is gone', /_SUCCESS is gone$/, ({ bike }) => fs.rmSync(join(bike, '_SUCCESS'))],
    [
      'there is no record',
      /without a record of what it was converted from$/,
      ({ bike }) => {
        fs.rmSync(join(bike, `_converted_bike_${time}.json`));
      },
    ],
    [
      'the record is damaged',
      /without a record of what it was converted from$/,
      ({ bike }) => {
        fs.writeFileSync(join(bike, `_converted_bike_${time}.json`), '{"version":1,"options":');
      },
    ],
  ])('counts as done no more if %s', async (_, reason, change, options = {}) => {
    const places = await convertedBefore();
    change(places);
    const { exports } = await convert(places.source, places.lake, {
      ...options,
      open: { jobName: 'bike', ...options.open },
    });
    expect(exports.map(({ status, error }) => [status, error?.code])).toEqual([['failed', 'EXPORT_EXISTS']]);
    expect(exports[0]?.error?.message).toMatch(/which does not count as done: .*overwrite.*skipExisting/s);
    const skipped = await convert(places.source, places.lake, { ...options, skipExisting: true });
    expect(skipped.exports[0]).toMatchObject({ status: 'skipped', reason: expect.stringMatching(reason) as string });
    const again = await convert(places.source, places.lake, { ...options, overwrite: true });
    expect(again.exports[0]).toMatchObject({ status: 'replaced', reason: expect.stringMatching(reason) as string });
    expect((await convert(places.source, places.lake, options)).counts.unchanged).toBe(1);
    expect(await compareExports(join(places.source, 'bike'), places.bike)).toMatchObject({ equal: true });
  });

  it('has no record any more once another writer has replaced it', async () => {
    const { source, lake, bike } = await convertedBefore();
    await convertExport(join(source, 'bike'), bike, { format: 'PARQUET', overwrite: true });
    expect(fs.readdirSync(bike)).not.toContain(`_converted_bike_${time}.json`);
    expect((await convert(source, lake, { skipExisting: true })).exports[0]?.status).toBe('skipped');
  });
});

describe('an export that fails', () => {
  /** Three exports, of which the second cannot be restored. */
  async function withBadOne(): Promise<string> {
    const root = await lakeOf('a', 'b', 'c');
    const part = partOf(join(root, 'b'), 0);
    fs.writeFileSync(part, fs.readFileSync(part, 'latin1').replace('.0,', '.00,'));
    return root;
  }

  it('does not stop the others, and is listed with its error', async () => {
    const root = await withBadOne();
    const to = join(temporaryFolder(), 'lake');
    const { exports, counts } = await convert(root, to);
    expect(exports.map(({ status, error }) => [status, error?.code])).toEqual([
      ['converted', undefined],
      ['failed', 'VALUE_NOT_RESTORABLE'],
      ['converted', undefined],
    ]);
    expect(counts).toMatchObject({ converted: 2, failed: 1 });
    expect(fs.existsSync(join(to, 'job=b'))).toBe(false);
    expect((await convert(root, to, { lossy: true, overwrite: true })).exports[1]).toMatchObject({
      status: 'converted',
      result: { losses: [{ kind: 'spelling' }] },
    });
  });

  it('ends the work with failFast', async () => {
    const { exports } = await convert(await withBadOne(), join(temporaryFolder(), 'lake'), { failFast: true });
    expect(exports.map(({ status }) => status)).toEqual(['converted', 'failed', 'not-started']);
  });

  it('is not what an abort is: that ends everything with its reason, and the next call goes on', async () => {
    const root = await lakeOf('a', 'b', 'c');
    const to = join(temporaryFolder(), 'lake');
    const stop = new AbortController();
    const onExport = (): void => stop.abort(new Error('enough'));
    await expect(convert(root, to, { signal: stop.signal, onExport })).rejects.toThrow('enough');
    expect(fs.readdirSync(to)).toEqual(['job=a']);
    expect((await convert(root, to)).exports.map(({ status }) => status)).toEqual([
      'unchanged',
      'converted',
      'converted',
    ]);
  });
});

describe('convertExports between storages', () => {
  it('works in memory, and tells of all bytes', async () => {
    const source = createMemoryStorage();
    const root = await lakeOf('a', 'b');
    for (const [path, text] of folderFiles(root)) source.put(path, Buffer.from(text, 'latin1'));
    const lake = createMemoryStorage();
    const seen: number[][] = [];
    const { counts } = await convertExports(source, lake, {
      format: 'CSV',
      onProgress: ({ bytes, totalBytes, exports, totalExports }) =>
        seen.push([bytes, totalBytes, exports, totalExports]),
    });
    expect(counts.converted).toBe(2);
    const [, total] = seen[0] ?? [];
    expect(seen.at(-1)).toEqual([total, total, 2, 2]);
    expect(seen.every(([bytes = 0], index) => bytes >= (seen[index - 1]?.[0] ?? 0))).toBe(true);
    expect((await convertExports(source, lake, { format: 'CSV' })).counts.unchanged).toBe(2);
    const files = await storageFiles(lake);
    expect(files.get(`job=a/exported_at=${time}/forecasted-values/Forecasts_a_${time}_part1.csv`)).toBe(
      folderFiles(root).get(`a/forecasted-values/Forecasts_a_${time}_part1.csv`),
    );
  });

  it('works from and to S3', async () => {
    const fake = await startFakeS3();
    const root = await lakeOf('x/a', 'b');
    const source = fakeStorage(fake, 's3://bucket/exports');
    for (const [path, text] of folderFiles(root)) {
      const writer = await source.create(path);
      await writer.write(Buffer.from(text, 'latin1'));
      await writer.finish();
    }
    const lake = fakeStorage(fake, 's3://bucket/lake');
    const first = await convertExports(source, lake, { format: 'PARQUET' });
    expect(first.exports.map(({ status, destination }) => [status, destination])).toEqual([
      ['converted', `s3://bucket/lake/job=b/exported_at=${time}`],
      ['converted', `s3://bucket/lake/job=a/exported_at=${time}`],
    ]);
    expect((await convertExports(source, lake, { format: 'PARQUET' })).counts.unchanged).toBe(2);
    expect([...(await storageFiles(lake)).keys()].filter((path) => path.includes('/.'))).toEqual([]);
  });
});
