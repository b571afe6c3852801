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

it('takes over only hidden files beside the path that the unit has now', async () => {
  const { leastBytes } = keptUnits;
  keptUnits.leastBytes = 0;
  onTestFinished(() => void (keptUnits.leastBytes = leastBytes));
  const storage = createMemoryStorage();
  const write = async (path: string, text: string): Promise<void> => {
    const writer = await storage.create(path, { overwrite: true });
    await writer.write(new TextEncoder().encode(text));
    await writer.finish();
  };
  // of the older form without an owner, so that nobody is known to be writing it
  const temporary = '.backtest-export-12345678-1234-1234-1234-123456789012.tmp';
  await write(temporary, 'rows');
  await write('a.csv', 'rows');
  const target = { kind: 'file', path: 'x.parquet' };
  const input = { sources: [], table: 'forecasted-values', format: 'PARQUET', target } as unknown as UnitInput;
  const found = async (path: string, hidden: string): Promise<number> => {
    const file = { path, temporary: hidden, size: 4, overwrite: false };
    const output = { files: [file], sums: { rows: 0, columns: [] }, losses: [], guarded: 0 };
    const proven = await ProvenUnits.find(storage, []);
    await proven.keep(input, { ...output, files: [{ ...file, temporary }] });
    const note = temporary.replace('.tmp', '.note');
    const kept = await readText(storage, note);
    await write(note, JSON.stringify({ ...(JSON.parse(kept) as object), output, versions: [await version(hidden)] }));
    return (await ProvenUnits.find(storage, [input])).outputs.size;
  };
  const version = async (path: string): Promise<string> => (await storage.open(path)).version;
  expect(await found('x.parquet', temporary)).toBe(1);
  expect(await found('y.parquet', temporary)).toBe(0);
  expect(await found('x.parquet', 'a.csv')).toBe(0);
});

async function readText(storage: Storage, path: string): Promise<string> {
  const file = await storage.open(path);
  const bytes = new Uint8Array(file.size);
  await file.read(bytes, 0);
  return new TextDecoder().decode(bytes);
}
