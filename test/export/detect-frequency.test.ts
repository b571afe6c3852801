import { describe, expect, it } from 'vitest';
import {
  createMemoryStorage,
  repairExport,
  summarize,
  verifyExport,
  BacktestExportError,
  type Storage,
  type StorageFile,
} from 'backtest-export';
import { generateExport } from 'backtest-export/testing';

/** A storage on which the n-th read of a file fails, as a disk does now and then. */
function failingStorage(storage: Storage, file: string, failing: number): Storage {
  let reads = 0;
  return overlay(storage, 'open', async (path: string): Promise<StorageFile> => {
    const opened = await storage.open(path);
    if (!path.endsWith(file)) return opened;
    return overlay(opened, 'read', async (...args: Parameters<StorageFile['read']>) => {
      if (++reads === failing) {
        throw new BacktestExportError('READ_FAILED', 'reading 9 bytes failed: EIO', { position: { file: path } });
      }
      return opened.read(...args);
    });
  });
}

/** An object with one method in place of its own. */
function overlay<Thing extends object, Name extends keyof Thing>(thing: Thing, name: Name, own: Thing[Name]): Thing {
  return new Proxy(thing, {
    get(target, member) {
      if (member === name) return own;
      const value: unknown = Reflect.get(target, member, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** What work on a storage gives, the n-th read of a file failing for each n until no read is the n-th any more. */
async function withEachReadFailing<Answer>(
  storage: Storage,
  file: string,
  work: (storage: Storage) => Promise<Answer>,
): Promise<(Answer | Error)[]> {
  const answers: (Answer | Error)[] = [];
  for (let read = 1; read <= 24; read++) {
    const answer = work(failingStorage(storage, file, read));
    answers.push(await answer.catch((error: unknown) => (error instanceof Error ? error : new Error(String(error)))));
  }
  return answers;
}

const file = 'forecasted-values/Forecasts_synthetic_backtest_2021-12-14T13-20-10Z_part0.csv';

async function makeExport(parts = 2): Promise<Storage> {
  const storage = createMemoryStorage();
  await generateExport(storage, { items: 40, horizon: 24, windows: 2, parts });
  return storage;
}

describe('a read error', () => {
  it('stops a summary wherever it comes, and never changes the answer', async () => {
    const storage = await makeExport();
    const expected = await summarize(storage);
    expect(expected.frequency?.text).toBe('H');
    const answers = await withEachReadFailing(storage, file, (failing) => summarize(failing));
    const stopped = answers.filter((answer) => answer instanceof Error);
    expect(stopped.length).toBeGreaterThanOrEqual(3);
    for (const answer of stopped) expect(answer).toMatchObject({ code: 'READ_FAILED' });
    for (const answer of answers.slice(stopped.length)) expect(answer).toEqual(expected);
  });

  it('leaves a part out of a summary, and says so, or stops it where bad parts are skipped', async () => {
    const storage = await makeExport();
    const expected = await summarize(storage);
    const answers = await withEachReadFailing(storage, file, (failing) => summarize(failing, { onBadPart: 'skip' }));
    for (const answer of answers) {
      if (answer instanceof Error) expect(answer).toMatchObject({ code: 'READ_FAILED' });
      else if (answer.skippedParts.length === 0) expect(answer).toEqual(expected);
      else expect(answer).toMatchObject({ frequency: { text: 'H' }, skippedParts: [{ file, code: 'READ_FAILED' }] });
    }
    expect(answers.some((answer) => answer instanceof Error)).toBe(true);
  });

  it('stops verify and repair, and never makes another report or a bad part', async () => {
    // of one part: no other tells the frequency in its place
    const storage = await makeExport(1);
    const report = await verifyExport(storage);
    const reports = await withEachReadFailing(storage, file, (failing) => verifyExport(failing));
    const copies = await withEachReadFailing(storage, file, (failing) => {
      return repairExport(failing, createMemoryStorage(), { onBadPart: 'skip' });
    });
    for (const [answers, whole] of [
      [reports, report],
      [copies, undefined],
    ] as const) {
      const stopped = answers.filter((answer) => answer instanceof Error);
      expect(stopped.length).toBeGreaterThanOrEqual(3);
      for (const answer of stopped) expect(answer).toMatchObject({ code: 'READ_FAILED' });
      for (const answer of answers) {
        if (answer instanceof Error) continue;
        if (whole === undefined) expect(answer).toMatchObject({ repairs: [] });
        else expect(answer).toEqual(whole);
      }
    }
  });

  it('in a skipped part lets the next part decide the frequency', async () => {
    const storage = createMemoryStorage();
    await generateExport(storage, { items: 4, frequency: 'D', parts: 2, defects: [{ name: 'cut-mid-row', part: 0 }] });
    await expect(summarize(storage)).rejects.toMatchObject({ code: 'CSV_FIELD_COUNT' });
    const summary = await summarize(storage, { onBadPart: 'skip', accuracyMetrics: false });
    expect(summary.skippedParts).toHaveLength(1);
    expect(summary.frequency?.text).toBe('D');
  });
});

describe('the frequency of an export', () => {
  const timeAt = (minute: number): string => new Date(Date.UTC(2021, 10, 1, 0, minute)).toISOString().slice(0, 19);

  /** Hourly forecasts, sorted by time, for more series than a batch has rows. */
  function makeSorted(steps: number): Storage {
    const storage = createMemoryStorage();
    const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean';
    const bounds = `${timeAt(0)},${timeAt(60 * (steps - 1))}`;
    const rows = Array.from({ length: steps * 2100 }, (_, row) => {
      return `i${row % 2100},${timeAt(60 * Math.floor(row / 2100))}Z,1,${bounds},1`;
    });
    const path = 'forecasted-values/Forecasts_sorted_2021-12-14T13-20-10Z_part0.csv';
    storage.put(path, `${[header, ...rows].join('\n')}\n`);
    return storage;
  }

  it.each([2, 3])(
    'is the same in a summary, by step or not, and in verify: sorted by time, %i steps',
    async (steps) => {
      const storage = makeSorted(steps);
      const summary = await summarize(storage);
      const bySteps = await summarize(storage, { by: ['step'] });
      const report = await verifyExport(storage);
      expect([summary.frequency?.text, bySteps.frequency?.text, report.frequency]).toEqual(['H', 'H', 'H']);
      expect(bySteps.groups.map(({ key }) => key['step'])).toEqual(
        Array.from({ length: steps }, (_, step) => step + 1),
      );
    },
  );

  it('is unknown where windows have one step', async () => {
    const storage = makeSorted(1);
    expect((await summarize(storage)).frequency).toBeNull();
    expect((await verifyExport(storage)).frequency).toBeNull();
  });
});
