import { expect, it, onTestFinished } from 'vitest';
import { keptUnits, ProvenUnits } from '#src/convert/proven-units.js';
import type { UnitInput } from '#src/convert/unit.js';
import { createMemoryStorage, type Storage, type StorageWriter } from '#src/index.js';

it('gives up a note that cannot be written, and goes on without it', async () => {
  const { leastBytes } = keptUnits;
  keptUnits.leastBytes = 0;
  onTestFinished(() => void (keptUnits.leastBytes = leastBytes));
  const memory = createMemoryStorage();
  const calls: string[] = [];
  const storage: Storage = {
    location: memory.location,
    folderName: memory.folderName,
    transfer: undefined,
    list: (path) => memory.list(path),
    open: (path) => memory.open(path),
    publish: (given) => memory.publish(given),
    discard: (given) => memory.discard(given),
    remove: (path) => memory.remove(path),
    move: (from, to, options) => memory.move(from, to, options),
    sync: (folders) => memory.sync(folders),
    create(path: string): Promise<StorageWriter> {
      calls.push(`create ${path}`);
      return Promise.resolve({
        path,
        write: () => Promise.reject(new Error('the disk is full')),
        abort: () => Promise.resolve(void calls.push('abort')),
        finish: () => Promise.resolve(void calls.push('finish')),
        prepare: () => Promise.reject(new Error('not asked for')),
      });
    },
  };
  const proven = await ProvenUnits.find(storage, []);
  const temporary = '.backtest-export-12345678-1234-1234-1234-123456789012.tmp';
  const file = { path: 'x.parquet', temporary, size: 1, overwrite: false };
  const input = { sources: [], table: 'forecasted-values', format: 'PARQUET', lossy: false } as unknown as UnitInput;
  await proven.keep(input, { files: [file], sums: { rows: 0, columns: [] }, losses: [], guarded: 0 });
  expect(calls).toEqual([`create ${temporary.replace('.tmp', '.note')}`, 'abort']);
});
