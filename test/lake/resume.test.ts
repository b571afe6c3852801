import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { keptUnits } from '#src/convert/proven-units.js';
import { version } from '#src/version.js';
import {
  compareExports,
  convertExport,
  convertExports,
  createLocalStorage,
  listExports,
  listLeftovers,
  removeLeftovers,
  type Storage,
} from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { folderFiles } from '../support/folder-files.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3.ts';
import { fakeStorage } from '../support/fake-s3-storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const time = '2021-12-14T13-20-10Z';
const build = join(import.meta.dirname, '../../build');

/** Converts on one thread, with a note of each part; stops for ever before it opens the part whose path contains `stopAt`. */
const program = `
  import { convertExports, createLocalStorage } from ${JSON.stringify(join(build, 'index.js'))};
  import { keptUnits } from ${JSON.stringify(join(build, 'convert/proven-units.js'))};
  const [source, lake, stopAt] = process.argv.slice(1);
  keptUnits.leastBytes = 0;
  const local = createLocalStorage(source);
  let opened = 0;
  const storage = Object.create(local);
  Object.assign(storage, { location: local.location, folderName: local.folderName, transfer: undefined });
  for (const name of ['list', 'create', 'publish', 'discard', 'remove', 'move', 'sync']) storage[name] = (...given) => local[name](...given);
  storage.open = async (path) => {
    if (path.includes(stopAt) && ++opened > 1) {
      process.stdout.write('stopped');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    }
    return local.open(path);
  };
  await convertExports(storage, lake, { format: 'PARQUET' });
`;

/** Runs that program until it stops, and kills it. */
async function killAt(
  source: string,
  lake: string,
  stopAt: string,
  env: NodeJS.ProcessEnv,
  isDone: () => boolean,
): Promise<void> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, source, lake, stopAt], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', () => reject(new Error('it ended before it stopped')));
  });
  // other parts may still be on their way to S3
  await vi.waitUntil(isDone, 20_000);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
}

/** A local storage that lists which parts are opened, and tells of each time. */
function watched(folder: string, onOpen?: (path: string) => void): { storage: Storage; opened: Set<string> } {
  const local = createLocalStorage(folder);
  const opened = new Set<string>();
  const storage: Storage = {
    location: local.location,
    folderName: local.folderName,
    transfer: undefined,
    list: (path) => local.list(path),
    create: (path, options) => local.create(path, options),
    publish: (file) => local.publish(file),
    discard: (file) => local.discard(file),
    remove: (path) => local.remove(path),
    move: (from, to, options) => local.move(from, to, options),
    sync: (folders) => local.sync(folders),
    open: (path) => {
      opened.add(path);
      onOpen?.(path);
      return local.open(path);
    },
  };
  return { storage, opened };
}

function partNumbers(paths: Iterable<string>): string[] {
  return [...paths]
    .flatMap((path) => /(Forecasts|Accuracy)_.*_part(\d+)/.exec(path)?.slice(1, 3).join(' ') ?? [])
    .toSorted();
}

/** Whether the first export is published, and of the second all parts but one are proven. */
function isStoppedLate({ objects }: FakeS3): boolean {
  const keys = [...objects.keys()];
  const notes = keys.filter((key) => key.startsWith('lake/job=b/') && key.endsWith('.note'));
  const first = keys.filter((key) => key.startsWith('lake/job=a/'));
  return (
    notes.length === 7 && first.some((key) => key.endsWith('/_SUCCESS')) && !first.some((key) => key.includes('/.'))
  );
}

interface Stopped {
  readonly source: string;
  readonly lake: string;
  /** Where the second export is written. */
  readonly second: string;
}

/** Two exports to convert, with notes of all parts, and the part of the second that is read last: the largest comes first. */
async function twoExports(): Promise<{ source: string; smallest: string }> {
  const { leastBytes } = keptUnits;
  keptUnits.leastBytes = 0;
  onTestFinished(() => void (keptUnits.leastBytes = leastBytes));
  const source = temporaryFolder();
  for (const jobName of ['a', 'b']) {
    const options = { items: 8, parts: 4, horizon: 2, jobName };
    await generateExport(createLocalStorage(join(source, jobName)), options);
  }
  const parts = [...folderFiles(join(source, 'b'))].filter(([path]) => path.endsWith('.csv'));
  const [smallest] = parts.toSorted(([, one], [, other]) => one.length - other.length);
  return { source, smallest: `b/${smallest?.[0]}` };
}

/** The second is aborted when it reads the last of its eight parts, and the others are proven. */
async function aborted(): Promise<Stopped> {
  const { source, smallest } = await twoExports();
  const lake = join(temporaryFolder(), 'lake');
  const stop = new AbortController();
  let times = 0;
  const { storage } = watched(source, (path) => {
    if (path === smallest && ++times > 1) stop.abort(new Error('enough'));
  });
  const { signal } = stop;
  await expect(convertExports(storage, lake, { format: 'PARQUET', signal })).rejects.toThrow('enough');
  return { source, lake, second: join(lake, 'job=b', `exported_at=${time}`) };
}

const hiddenIn = (folder: string): string[] =>
  [...folderFiles(folder).keys()].filter((path) => /(?:^|\/)\./.test(path));

describe('a conversion that was aborted', () => {
  it('leaves what is proven to the next call, which goes on with the rest', async () => {
    const { source, lake, second } = await aborted();
    const left = hiddenIn(second);
    expect(left.filter((path) => path.endsWith('.note'))).toHaveLength(7);
    expect(left).toHaveLength(14);
    const { storage, opened } = watched(source);
    const result = await convertExports(storage, lake, { format: 'PARQUET' });
    expect(result.exports.map(({ status }) => status)).toEqual(['unchanged', 'converted']);
    // the head of each table's first part is always read
    expect(partNumbers(opened).length).toBeLessThan(4);
    expect(await compareExports(join(source, 'b'), second)).toMatchObject({ equal: true });
    expect(hiddenIn(lake)).toEqual([]);
  });

  it('has its proven parts among the leftovers, which can be removed', async () => {
    const { second } = await aborted();
    const { leftovers } = await listLeftovers(second);
    expect(leftovers.map(({ path }) => path).toSorted()).toEqual(hiddenIn(second).toSorted());
    expect(leftovers.every(({ removable, writer }) => removable && writer === 'dead')).toBe(true);
    const { removed, leftovers: after } = await removeLeftovers(second);
    expect([removed.length, after, hiddenIn(second)]).toEqual([14, [], []]);
  });

  it('leaves nothing where it was one export alone', async () => {
    const { source, smallest } = await twoExports();
    const stop = new AbortController();
    let times = 0;
    const { storage } = watched(join(source, 'b'), (path) => {
      if (smallest.endsWith(path) && ++times > 1) stop.abort(new Error('enough'));
    });
    const to = join(temporaryFolder(), 'to');
    const options = { format: 'PARQUET', signal: stop.signal } as const;
    await expect(convertExport(storage, to, options)).rejects.toThrow('enough');
    expect([times > 1, fs.existsSync(to)]).toEqual([true, false]);
  });
});

describe('a conversion that was killed', () => {
  /** The second is killed before it reads the last of its eight parts, when the others are proven. */
  async function killed(fake?: FakeS3): Promise<Stopped> {
    const { source, smallest } = await twoExports();
    const lake = fake === undefined ? join(temporaryFolder(), 'lake') : 's3://bucket/lake';
    const keys = {
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: 'us-east-1',
    };
    const env = fake === undefined ? process.env : { ...process.env, ...keys, AWS_ENDPOINT_URL: fake.endpoint };
    await killAt(source, lake, smallest, env, () => fake === undefined || isStoppedLate(fake));
    return { source, lake, second: join(lake, 'job=b', `exported_at=${time}`) };
  }

  it('goes on with the parts that were not proven, and leaves nothing behind', async () => {
    const { source, lake, second } = await killed();
    const notes = [...folderFiles(second).keys()].filter((path) => path.endsWith('.note'));
    expect((await listExports(second)).exports).toEqual([]);
    expect(notes).toHaveLength(7);
    const { storage, opened } = watched(source);
    const result = await convertExports(storage, lake, { format: 'PARQUET' });
    expect(result.exports.map(({ status }) => status)).toEqual(['unchanged', 'converted']);
    // the head of each table's first part is always read
    const heads = ['Accuracy 0', 'Forecasts 0'];
    expect(partNumbers(opened).filter((part) => !heads.includes(part)).length).toBeLessThan(2);
    expect(partNumbers(opened).length).toBeLessThan(4);
    for (const job of ['a', 'b']) {
      const there = join(lake, `job=${job}`, `exported_at=${time}`);
      expect(await compareExports(join(source, job), there)).toMatchObject({ equal: true });
      expect(hiddenIn(there)).toEqual([]);
    }
    const straight = join(temporaryFolder(), 'lake');
    await convertExports(source, straight, { format: 'PARQUET' });
    const parts = (folder: string): [string, string][] =>
      [...folderFiles(folder)].filter(([path]) => path.endsWith('.parquet'));
    expect(parts(lake)).toEqual(parts(straight));
  });

  it('goes on in S3 too, with the objects that were proven', async () => {
    const fake = await startFakeS3();
    const { source } = await killed(fake);
    const { storage, opened } = watched(source);
    const lake = fakeStorage(fake, 's3://bucket/lake');
    const result = await convertExports(storage, lake, { format: 'PARQUET' });
    expect(result.exports.map(({ status }) => status)).toEqual(['unchanged', 'converted']);
    expect(partNumbers(opened).length).toBeLessThan(4);
    expect([...fake.objects.keys()].filter((key) => key.includes('/.'))).toEqual([]);
    const straight = join(temporaryFolder(), 'lake');
    await convertExports(source, straight, { format: 'PARQUET' });
    const wanted = [...folderFiles(straight)].filter(([path]) => path.endsWith('.parquet'));
    expect(wanted).toHaveLength(16);
    for (const [path, text] of wanted) {
      expect(Buffer.from(fake.objects.get(`lake/${path}`) ?? []).toString('latin1') === text, path).toBe(true);
    }
  });

  it('that had just published leaves notes, which the next run removes though nothing is left to do', async () => {
    const { source } = await twoExports();
    const lake = join(temporaryFolder(), 'lake');
    await convertExports(source, lake, { format: 'PARQUET' });
    const first = join(lake, 'job=a', `exported_at=${time}`, 'forecasted-values');
    // of a process that has ended, for sure
    const note = join(first, '.backtest-export-12345678-1234-1234-1234-123456789012.note');
    const old = new Date(Date.now() - 48 * 60 * 60 * 1000);
    fs.writeFileSync(note, '{}');
    fs.utimesSync(note, old, old);
    await convertExports(source, lake, { format: 'PARQUET', dryRun: true });
    expect(fs.existsSync(note)).toBe(true);
    expect((await convertExports(source, lake, { format: 'PARQUET' })).counts.unchanged).toBe(2);
    expect(fs.existsSync(note)).toBe(false);
  });

  it.each<[string, (places: { source: string; second: string }) => void, object?]>([
    [
      'the source has changed',
      ({ source }) => {
        for (const table of ['forecasted-values', 'accuracy-metrics-values']) {
          const folder = join(source, 'b', table);
          for (const name of fs.readdirSync(folder)) {
            fs.writeFileSync(join(folder, name), fs.readFileSync(join(folder, name)));
          }
        }
      },
    ],
    [
      'the hidden files were touched',
      ({ second }) => {
        for (const path of folderFiles(second).keys())
          if (path.endsWith('.tmp')) fs.appendFileSync(join(second, path), '');
        for (const path of folderFiles(second).keys())
          if (path.endsWith('.tmp')) fs.utimesSync(join(second, path), 1, 1);
      },
    ],
    [
      'the notes are damaged',
      ({ second }) => {
        for (const path of folderFiles(second).keys()) {
          if (path.endsWith('.note')) fs.writeFileSync(join(second, path), '{"version":1,"unit":"x","versions":[');
        }
      },
    ],
    ['the options are others', () => undefined, { compression: 'gzip' }],
    [
      'another version of the library has proven them',
      ({ second }) => {
        for (const path of folderFiles(second).keys()) {
          const file = join(second, path);
          if (path.endsWith('.note'))
            fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replaceAll(version, '0.0.1'));
        }
      },
    ],
  ])('starts again where %s', async (_, change, options) => {
    const { source, lake, second } = await aborted();
    change({ source, second });
    const { storage, opened } = watched(source);
    const choice = { open: { jobName: 'b' }, format: 'PARQUET', ...options } as const;
    const result = await convertExports(storage, lake, choice);
    expect(result.exports.map(({ status }) => status)).toEqual(['converted']);
    expect(partNumbers(opened)).toHaveLength(8);
    expect(await compareExports(join(source, 'b'), second)).toMatchObject({ equal: true });
    expect(hiddenIn(second)).toEqual([]);
  });
});
