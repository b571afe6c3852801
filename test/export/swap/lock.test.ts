import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  convertExport,
  createExportWriter,
  createLocalStorage,
  createMemoryStorage,
  listExports,
  openExport,
  type MemoryStorage,
} from '#src/index.js';
import { claimName, writeSign } from '#src/export/swap/holder.js';
import { asidePath, type Journal } from '#src/export/swap/journal.js';
import { readJournal, writeJournal } from '#src/export/swap/journal-file.js';
import { recoverSwap } from '#src/export/swap/recover-swap.js';
import { settleFolder } from '#src/export/swap/settle-folder.js';
import { takeLock } from '#src/export/swap/take-lock.js';
import { currentOwner } from '#src/storage/owner.js';
import { temporaryName } from '#src/storage/temporary-name.js';
import { failureOf } from '../../support/failure.ts';
import { storageFiles } from '../../support/folder-files.ts';
import { deadOwner, journalOf } from '../../support/journal.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean\n';
const row = (item: string): string => `${item},2021-12-01T00:00:00Z,5.0,2021-12-01T00:00:00,2021-12-14T00:00:00,4.5\n`;
const part = (number: number): string => `forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part${number}.csv`;
const temporary = `forecasted-values/.backtest-export-p01234567-12-345-0f0f0f0f-0000-4000-8000-000000000000.tmp`;

/**
 * A folder in the middle of a swap of an ended writer: part 0 is set aside and replaced, part 1 is set aside, part 2 is new.
 */
async function halfDone(state: Journal['state'], given: Partial<Journal> = {}): Promise<[MemoryStorage, Journal]> {
  const [old, fresh] = [header + row('old'), header + row('new')];
  const journal = journalOf({
    owner: deadOwner(),
    state,
    added: [
      { path: part(0), temporary, size: fresh.length },
      { path: part(2), temporary: temporary.replace('0f0f', '1f1f'), size: fresh.length },
    ],
    replaced: [
      { path: '_SUCCESS', size: 0, kept: state === 'committed' },
      { path: part(0), size: old.length, kept: false },
      { path: part(1), size: old.length, kept: false },
    ],
    ...given,
  });
  const asides = journal.replaced.map((file, index) => asidePath(journal, file, index));
  const storage = createMemoryStorage([
    [asides[0] ?? '', ''],
    [asides[1] ?? '', old],
    [asides[2] ?? '', old],
    [part(0), fresh],
    [part(2), fresh],
  ]);
  await writeJournal(storage, journal, false);
  return [storage, journal];
}

async function itemsOf(storage: MemoryStorage): Promise<[string[], string[], boolean]> {
  const bx = await openExport(storage);
  const items: string[] = [];
  for await (const { item_id: item } of bx.forecastedValues.rows()) items.push(String(item));
  return [items, bx.forecastedValues.parts.map(({ path }) => path), bx.complete];
}

describe('a reader of an unfinished swap', () => {
  it('sees the old side before the commit and the new one after it, reports that, and changes nothing', async () => {
    for (const [state, items, parts] of [
      ['started', ['old', 'old'], [part(0), part(1)]],
      ['committed', ['new', 'new'], [part(0), part(2)]],
    ] as const) {
      const [storage] = await halfDone(state);
      const before = await storageFiles(storage);
      expect(await itemsOf(storage)).toEqual([items, parts, true]);
      const [warning] = (await listExports(storage)).warnings;
      expect(warning?.code).toBe('SWAP_UNFINISHED');
      expect(warning?.message).toBe(
        `a writer ended before it had replaced all files here (2 to add, 3 to remove): ${
          state === 'started'
            ? 'the old files are read; the next write undoes it'
            : 'the new files are read; the next write finishes it'
        }`,
      );
      expect(await storageFiles(storage)).toEqual(before);
      const [target] = [createMemoryStorage()];
      await convertExport(storage, target, { format: 'CSV' });
      expect((await itemsOf(target))[0]).toEqual(items);
    }
  });

  it('cannot mistake it for another folder', async () => {
    const [storage] = await halfDone('started');
    expect((await failureOf(() => convertExport(storage, storage, { format: 'PARQUET' })))[0]).toBe(
      'DESTINATION_INVALID',
    );
  });

  it('finds the journal above a table folder, and for a single part', async () => {
    const root = temporaryFolder();
    const [storage] = await halfDone('started');
    mkdirSync(join(root, 'forecasted-values'));
    for (const [path, text] of await storageFiles(storage)) writeFileSync(join(root, path), text);
    const bx = await openExport(join(root, 'forecasted-values'));
    expect(bx.forecastedValues.parts.map(({ path }) => `forecasted-values/${path}`)).toEqual([part(0), part(1)]);
    const single = await openExport(join(root, part(0)));
    for await (const { item_id: item } of single.forecastedValues.rows()) expect(item).toBe('old');
    const aside = await openExport(join(root, part(1)));
    expect(aside.warnings.map(({ code }) => code)).toContain('SWAP_UNFINISHED');
    for await (const { item_id: item } of aside.forecastedValues.rows()) expect(item).toBe('old');
    expect((await failureOf(() => openExport(join(root, part(5)))))[0]).toBe('FILE_NOT_FOUND');
    expect((await failureOf(() => openExport(join(root, part(2)))))[0]).toBe('FILE_NOT_FOUND');
  });
});

describe('a writer', () => {
  it.each(['started', 'committed'] as const)('completes or undoes what a dead one has %s', async (state) => {
    const [storage] = await halfDone(state);
    const seen = await itemsOf(storage);
    await settleFolder(storage);
    expect(await itemsOf(storage)).toEqual(seen);
    const names = [...(await storageFiles(storage)).keys()];
    expect(names).toEqual(['_SUCCESS', ...seen[1]]);
  });

  it('waits for a running one, and fails if that takes too long', async () => {
    const storage = createMemoryStorage();
    const { hold } = await takeLock(storage, async () => journalOf({}), {});
    expect((await failureOf(() => takeLock(storage, async () => journalOf({}), { wait: 30 })))[0]).toBe('EXPORT_BUSY');
    const next = takeLock(storage, async () => journalOf({}), { wait: 20_000 });
    setTimeout(() => void storage.remove('.backtest-export-swap.jsonl').then(() => hold.letGo()), 50);
    expect((await next).journal.id).not.toBe(hold.id);
  });

  it('stops waiting with the signal', async () => {
    const storage = createMemoryStorage();
    await takeLock(storage, async () => journalOf({}), {});
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('enough')), 30);
    const waiting = takeLock(storage, async () => journalOf({}), { signal: stop.signal });
    await expect(waiting).rejects.toThrow('enough');
  });

  it('considers a writer on another machine dead after ten minutes without a sign', async () => {
    const elsewhere = { ...deadOwner(), host: 'ffffffff' };
    const silent = Date.now() - 11 * 60 * 1000;
    const [live] = await halfDone('started', { owner: elsewhere });
    expect((await recoverSwap(live))?.owner).toEqual(elsewhere);
    const [dead] = await halfDone('started', { owner: elsewhere, at: silent });
    expect(await recoverSwap(dead)).toBeUndefined();
    expect(await readJournal(dead)).toBeUndefined();
  });

  it('leaves recovery to the first claimant, unless that one died too', async () => {
    const [storage, journal] = await halfDone('started', { at: Date.now() - 3_600_000 });
    const other = { owner: { ...currentOwner(), run: 'another' }, at: Date.now() };
    storage.put(claimName(journal.id, 1), JSON.stringify(other));
    expect((await recoverSwap(storage))?.owner).toEqual(other.owner);
    storage.put(claimName(journal.id, 1), JSON.stringify({ ...other, owner: deadOwner() }));
    expect(await recoverSwap(storage)).toBeUndefined();
    expect([...(await storageFiles(storage)).keys()].filter((path) => path.includes('claim'))).toEqual([]);
  });

  it('recovers in only one of two concurrent attempts', async () => {
    const [storage] = await halfDone('started');
    const seen = await itemsOf(storage);
    await Promise.all([recoverSwap(storage), recoverSwap(storage), settleFolder(storage)]);
    await settleFolder(storage);
    expect(await itemsOf(storage)).toEqual(seen);
  });

  it('keeps two concurrent exports apart, in any formats', async () => {
    const storage = createMemoryStorage();
    const options = { jobName: 'bike', exportedAt: '2021-12-14T13-20-10Z' };
    const bx = await openExport(createMemoryStorage([[part(0), header + row('a')]]));
    const writers = await Promise.all(
      (['CSV', 'PARQUET'] as const).map((format) => createExportWriter(storage, { ...options, format })),
    );
    for (const writer of writers) await writer.forecastedValues.write(bx.forecastedValues.rows());
    const ends = await Promise.allSettled(writers.map((writer) => writer.finish()));
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(ends.find((end) => end.status === 'rejected')?.reason).toMatchObject({ code: 'EXPORT_EXISTS' });
    expect((await itemsOf(storage))[0]).toEqual(['a']);
  });

  it('checks again once it has the lock', async () => {
    const storage = createMemoryStorage();
    const create = storage.create.bind(storage);
    storage.create = (path, how) => {
      // the last moment in which another writer can have been at work
      if (path === '.backtest-export-swap.jsonl') storage.put(part(7).replace('csv', 'parquet'), 'PAR1');
      return create(path, how);
    };
    const source = createMemoryStorage([[part(0), header + row('a')]]);
    expect((await failureOf(() => convertExport(source, storage, { format: 'CSV' })))[0]).toBe('EXPORT_EXISTS');
    expect([...(await storageFiles(storage)).keys()]).toEqual([part(7).replace('csv', 'parquet')]);
  });

  it('removes the temporary files of ended processes, and of other machines after a day, and lists the others', async () => {
    const root = temporaryFolder();
    const folder = join(root, 'forecasted-values');
    mkdirSync(folder);
    const { host } = currentOwner();
    const random = crypto.randomUUID();
    const ended = `.backtest-export-p${host}-4194305-1-${random}.tmp`;
    const far = `.backtest-export-pffffffff-1-1-${random}.tmp`;
    const older = `.backtest-export-${random}.tmp`;
    const own = temporaryName();
    for (const name of [ended, far, older, own]) writeFileSync(join(folder, name), 'x');
    writeFileSync(join(root, part(0)), header + row('a'));
    const { hidden, ignored } = await listExports(root);
    expect(ignored).toEqual([]);
    expect(new Set(hidden.map(({ path, writer, kind }) => `${path.slice(18)} ${writer} ${kind}`))).toEqual(
      new Set([
        `${ended} dead temporary`,
        `${far} elsewhere temporary`,
        `${older} elsewhere temporary`,
        `${own} alive temporary`,
      ]),
    );
    await settleFolder(createLocalStorage(root));
    expect(new Set(readdirSync(folder))).toEqual(new Set([far, older, own, part(0).slice(18)]));
    const dayAgo = new Date(Date.now() - 25 * 3_600_000);
    for (const name of [far, older]) utimesSync(join(folder, name), dayAgo, dayAgo);
    await settleFolder(createLocalStorage(root));
    expect(new Set(readdirSync(folder))).toEqual(new Set([own, part(0).slice(18)]));
  });

  it('leaves no created folder if it wrote nothing', async () => {
    const root = temporaryFolder();
    const source = createMemoryStorage([
      [part(0), header + row('a') + row('b')],
      [part(1), header + row('a').replace('4.5', '4.50')],
    ]);
    const target = join(root, 'deep/er');
    expect((await failureOf(() => convertExport(source, target, { format: 'PARQUET' })))[0]).toBe(
      'VALUE_NOT_RESTORABLE',
    );
    expect(existsSync(join(root, 'deep'))).toBe(false);
    const writer = await createExportWriter(target, {
      jobName: 'bike',
      exportedAt: '2021-12-14T13-20-10Z',
      format: 'CSV',
    });
    await writer.forecastedValues.write([]);
    expect((await failureOf(() => writer.finish()))[0]).toBe('ROW_INVALID');
    expect(existsSync(join(root, 'deep'))).toBe(false);
    mkdirSync(target, { recursive: true });
    await failureOf(() => convertExport(source, target, { format: 'PARQUET' }));
    expect(readdirSync(target)).toEqual([]);
  });

  it('undoes on the signal what is not committed', async () => {
    const storage = createMemoryStorage([
      [part(0), header + row('old')],
      ['_SUCCESS', ''],
    ]);
    const before = await storageFiles(storage);
    const stop = new AbortController();
    const move = storage.move.bind(storage);
    storage.move = async (from, to, how) => {
      await move(from, to, how);
      if (to === part(0)) stop.abort(new Error('enough'));
    };
    const source = createMemoryStorage([[part(0), header + row('new')]]);
    const options = { format: 'CSV', overwrite: true, signal: stop.signal } as const;
    await expect(convertExport(source, storage, options)).rejects.toThrow('enough');
    expect(await storageFiles(storage)).toEqual(before);
  });
});

it('writes a claim only once', async () => {
  const storage = createMemoryStorage();
  await writeSign(storage, claimName('x', 1), false);
  expect((await failureOf(() => writeSign(storage, claimName('x', 1), false)))[0]).toBe('FILE_EXISTS');
});
