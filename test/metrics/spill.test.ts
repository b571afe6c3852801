import { readdirSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createMemoryStorage, openExport, summarize, type Storage } from 'backtest-export';
import { ForecastAccumulator } from '#src/metrics/forecast/accumulator.js';
import { packRecords, unpackRecords } from '#src/metrics/forecast/groups/pack-records.js';
import { transferList } from '#src/metrics/forecast/states/state.js';
import { createLocalStorage } from '#src/storage/local.js';
import { systemError } from '#src/storage/system-error.js';
import { forecastSchema, schemaBatch, seededRandom, type Row } from '../support/column-batch.ts';
import { failureOf } from '../support/failure.ts';

const schema = forecastSchema(['mean', '0.1', '0.9'], ['store']);

/** Rows of few items in no order, some sums far out of the usual range. */
function rowsOf(count: number, random: () => number): Row[] {
  return Array.from({ length: count }, (): Row => {
    const start = Date.UTC(2019, 0, 1 + Math.floor(random() * 3));
    return {
      item_id: `item${Math.floor(random() * 20)}`,
      store: random() < 0.5 ? 'x' : 'y',
      timestamp: start + Math.floor(random() * 4) * 3_600_000,
      target_value: random() < 0.1 ? null : random() * 10 ** (random() * 3),
      backtestwindow_start_time: start,
      backtestwindow_end_time: start + 3 * 3_600_000,
      mean: random() < 0.05 ? null : random() * 100,
      p10: random() * 100 - 10,
      p90: random() < 0.05 ? 1e300 : random() * 100,
    };
  });
}

async function add(accumulator: ForecastAccumulator, rows: readonly Row[]): Promise<void> {
  for (let from = 0; from < rows.length; from += 25) {
    accumulator.add(schemaBatch(schema, rows.slice(from, from + 25)));
    if (accumulator.isFull) await accumulator.relieve();
  }
}

async function filesOf(storage: Storage): Promise<string[]> {
  return (await storage.list('')).map(({ path }) => path);
}

describe('groups that do not fit into memory', () => {
  it('have the figures, order and notes of groups that do', async () => {
    const keys = fc.subarray(['window', 'item', 'store', 'step'], { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.integer(), keys, fc.constantFrom(0, 20_000), fc.boolean(), async (seed, by, held, ranked) => {
        const random = seededRandom(seed);
        const rows = rowsOf(200, random);
        const options = ranked ? { worst: { metric: 'RMSE', count: 7 } } : {};
        const whole = new ForecastAccumulator({ schema, by });
        whole.add(schemaBatch(schema, rows));
        const expected = await whole.finish(options);
        whole.dispose();
        const storage = createMemoryStorage();
        const spill = { storage, seed, held };
        const total = new ForecastAccumulator({ schema, by, spill });
        const states = [0, 1, 2].map(async (part) => {
          const accumulator = new ForecastAccumulator({ schema, by, spill });
          await add(accumulator, rows.slice(part * 70, (part + 1) * 70));
          const state = await accumulator.takeState();
          await total.mergeState(structuredClone(state, { transfer: transferList(state) }));
        });
        await Promise.all(states);
        expect(await total.finish(options)).toEqual(expected);
        if (held === 0 && expected.groupCount > 3) expect((await filesOf(storage)).length).toBeGreaterThan(3);
        expect(await total.finish(options)).toEqual(expected);
        total.dispose();
      }),
      { numRuns: 60 },
    );
  });

  it('are counted once each, however often they were written', async () => {
    const rows = rowsOf(400, seededRandom(4));
    const count = async (maxGroups: number): Promise<number> => {
      const spill = { storage: createMemoryStorage(), seed: 1, held: 0 };
      const accumulator = new ForecastAccumulator({ schema, by: ['item'], maxGroups, spill });
      await add(accumulator, rows);
      return (await accumulator.finish()).groupCount;
    };
    expect(await count(60)).toBe(20);
    expect(await failureOf(() => count(59))).toEqual(['TOO_MANY_GROUPS', expect.stringContaining('at most 59 groups')]);
  });

  it('pass on what the storage refuses, and the signal', async () => {
    const storage = createMemoryStorage();
    vi.spyOn(storage, 'create').mockRejectedValue(new Error('the disk is full'));
    const accumulator = new ForecastAccumulator({ schema, by: ['item'], spill: { storage, seed: 1, held: 0 } });
    accumulator.add(schemaBatch(schema, rowsOf(50, seededRandom(1))));
    await expect(accumulator.relieve()).rejects.toThrow('the disk is full');
    vi.restoreAllMocks();
    await expect(accumulator.relieve(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    expect(await filesOf(storage)).toEqual([]);
    await accumulator.relieve();
    expect(await filesOf(storage)).toHaveLength(1);
    accumulator.dispose();
  });

  it('say where they are written, and how to choose another folder, where the disk is full', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spill-test-'));
    const storage = createLocalStorage(folder);
    const create = storage.create.bind(storage);
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    vi.spyOn(storage, 'create').mockImplementation(async (path, options) => {
      const writer = await create(path, options);
      vi.spyOn(writer, 'write').mockRejectedValue(systemError('WRITE_FAILED', 'cannot be written', path, full));
      return writer;
    });
    const accumulator = new ForecastAccumulator({ schema, by: ['item'], spill: { storage, seed: 1, held: 0 } });
    accumulator.add(schemaBatch(schema, rowsOf(50, seededRandom(1))));
    const [code, message] = await failureOf(() => accumulator.relieve());
    expect(code).toBe('WRITE_FAILED');
    expect(message).toBe(
      `${storage.location}: groups that do not fit into memory cannot be written to this folder for temporary files: ` +
        'cannot be written: the disk is full (ENOSPC); choose another one with the environment variable TMPDIR ' +
        '(TEMP on Windows), or group by fewer keys',
    );
    expect(await readdir(folder)).toEqual([]);
    accumulator.dispose();
    await rm(folder, { recursive: true });
  });

  it('are packed to what is not zero, and unpacked to the same bits', () => {
    const random = seededRandom(2);
    const records = new Uint8Array(40 * 936);
    for (let at = 0; at < records.length; at++) if (random() < 0.03) records[at] = 1 + random() * 255;
    const packed = packRecords(records, 936);
    expect(packed.length).toBeLessThan(records.length / 2);
    expect(unpackRecords(packed, 936, 40)).toEqual(records);
  });
});

describe('the temporary folder of a summary', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is removed at the end and after a failure', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'spill-test-'));
    vi.stubEnv('TMPDIR', parent);
    const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p90\n';
    const row = (item: string): string =>
      `${item},2020-01-01T00:00:00Z,1,2020-01-01T00:00:00,2020-01-01T00:00:00,1,2.${'0'.repeat(200)}\n`;
    const text = header + Array.from({ length: 20_000 }, (_, index) => row(`item${index % 2000}`)).join('');
    const name = 'forecasted-values/Forecasts_job_2021-12-14T13-20-10Z_part0.csv';
    const storage = createMemoryStorage();
    storage.put(name, text);
    let seen: string[] = [];
    const onProgress = (): void => void (seen = [...seen, ...readdirSync(parent)]);
    const summary = await summarize(await openExport(storage), {
      by: ['item'],
      threads: 1,
      onProgress,
    });
    expect(summary.groupCount).toBe(2000);
    expect(seen.length).toBeGreaterThan(0);
    expect(await readdir(parent)).toEqual([]);
    storage.put(name, `${text}broken\n`);
    const [code] = await failureOf(async () => summarize(await openExport(storage), { by: ['item'], threads: 1 }));
    expect(code).toBe('CSV_FIELD_COUNT');
    expect(await readdir(parent)).toEqual([]);
    await rm(parent, { recursive: true });
  });
});
