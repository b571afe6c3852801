import { describe, expect, it } from 'vitest';
import { createMemoryStorage, openExport, summarize, type Storage, type StorageFile } from 'backtest-export';
import { generateExport } from 'backtest-export/testing';

/** A storage on which the n-th read of a file fails, as a disk does now and then. */
function failingStorage(storage: Storage, file: string, failing: number): Storage {
  let reads = 0;
  return new Proxy(storage, {
    get(target, name) {
      if (name !== 'open') {
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      }
      return async (path: string): Promise<StorageFile> => {
        const opened = await target.open(path);
        if (!path.endsWith(file)) return opened;
        return new Proxy(opened, {
          get(inner, member) {
            const value: unknown = Reflect.get(inner, member, inner);
            if (typeof value !== 'function') return value;
            const call = value.bind(inner) as (...args: unknown[]) => unknown;
            if (member !== 'read') return call;
            return (...args: unknown[]) => {
              if (++reads === failing) throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
              return call(...args);
            };
          },
        });
      };
    },
  });
}

describe('a read error', () => {
  it('stops a summary wherever it comes, and never changes the answer', async () => {
    const storage = createMemoryStorage();
    await generateExport(storage, { items: 40, horizon: 24, windows: 2, parts: 2 });
    const expected = await summarize(await openExport(storage));
    expect(expected.frequency?.text).toBe('H');
    let stopped = 0;
    for (let read = 1; read < 40; read++) {
      for (const onBadPart of ['stop', 'skip'] as const) {
        const failing = failingStorage(storage, '_part0.csv', read);
        const summary = await openExport(failing)
          .then((found) => summarize(found, { onBadPart }))
          .catch((error: unknown) => error);
        if (summary instanceof Error) stopped++;
        // what was left out is listed; without that the answer is the whole one
        else if ((summary as typeof expected).skippedParts.length === 0) expect(summary).toEqual(expected);
        else expect(summary).toMatchObject({ frequency: { text: 'H' } });
      }
    }
    expect(stopped).toBeGreaterThan(3);
  });

  it('of a part that is skipped lets the next one tell the frequency', async () => {
    const storage = createMemoryStorage();
    await generateExport(storage, { items: 4, frequency: 'D', parts: 2, defects: [{ name: 'cut-mid-row', part: 0 }] });
    const found = await openExport(storage);
    await expect(summarize(found)).rejects.toMatchObject({ code: 'CSV_FIELD_COUNT' });
    const summary = await summarize(found, { onBadPart: 'skip', accuracyMetrics: false });
    expect(summary.skippedParts).toHaveLength(1);
    expect(summary.frequency?.text).toBe('D');
  });
});
