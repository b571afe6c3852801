import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BacktestExportError, createLocalStorage, createMemoryStorage, type Storage } from '#src/index.js';
import { readJournal, writeJournal } from '#src/export/swap/journal-file.js';
import { openLatest, readLatest } from '#src/storage/read-latest.js';
import { journalOf } from '../support/journal.ts';
import { failureOf } from '../support/failure.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A storage in which each file is replaced the given number of times while it is opened. */
function replacing(times: number, files: Iterable<[string, string]>): Storage {
  const storage = createMemoryStorage(files);
  const open = storage.open.bind(storage);
  let left = times;
  return Object.assign(storage, {
    open: async (path: string) => {
      if (left-- > 0) throw new BacktestExportError('FILE_CHANGED', 'another file replaced it');
      return open(path);
    },
  });
}

describe('a small file that others replace', () => {
  it('is read again if it is replaced while it is opened', async () => {
    const found = await readLatest(replacing(3, [['a', 'text']]), 'a', 10);
    expect(new TextDecoder().decode(found?.bytes)).toBe('text');
    expect((await openLatest(replacing(3, [['a', 'text']]), 'a'))?.size).toBe(4);
    expect(await readLatest(replacing(3, []), 'a', 10)).toBeUndefined();
  });

  it('is not retried for ever', async () => {
    expect(await failureOf(() => readLatest(replacing(Infinity, [['a', 'text']]), 'a', 10))).toEqual([
      'FILE_CHANGED',
      'another file replaced it',
    ]);
  });

  it('is not read beyond the allowed size', async () => {
    expect(await readLatest(createMemoryStorage([['a', 'text']]), 'a', 3)).toMatchObject({ size: 4, bytes: undefined });
  });

  it('may be a journal', async () => {
    const storage = replacing(0, []);
    const journal = journalOf({});
    await writeJournal(storage, journal, false);
    const file = await readLatest(storage, '.backtest-export-swap.jsonl', 1e6);
    const text = new TextDecoder().decode(file?.bytes);
    expect((await readJournal(replacing(3, [['.backtest-export-swap.jsonl', text]])))?.journal).toEqual(journal);
  });

  it('is complete while a process renames others over it', async () => {
    const root = temporaryFolder();
    const storage = createLocalStorage(root);
    await writeFile(join(root, 'state'), '0'.repeat(100));
    const state = { done: false };
    const writing = (async () => {
      for (let turn = 0; turn < 300; turn++) {
        await writeFile(join(root, 'next'), String(turn % 10).repeat(100 + turn));
        await rename(join(root, 'next'), join(root, 'state'));
      }
      state.done = true;
    })();
    let reads = 0;
    while (!state.done) {
      const text = new TextDecoder().decode((await readLatest(storage, 'state', 1000))?.bytes);
      expect(text).toMatch(/^(?:(\d)\1{99,})$/);
      reads++;
    }
    await writing;
    expect(reads).toBeGreaterThan(10);
  });
});
