import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createLocalStorage } from '#src/storage/local.js';
import { createMemoryStorage } from '#src/storage/memory.js';
import type { Storage, StorageFile } from '#src/storage/storage.js';
import { failureOf } from '../support/failure.js';
import { fakeStorage } from '../support/fake-s3-storage.ts';
import { startFakeS3 } from '../support/fake-s3.ts';
import { temporaryFolder } from '../support/temporary-folder.js';

const doors: readonly [string, () => Storage | Promise<Storage>][] = [
  ['local', () => createLocalStorage(`${temporaryFolder()}/export`)],
  ['memory', () => createMemoryStorage([], 'memory:/export')],
  ['S3', async () => fakeStorage(await startFakeS3(), 's3://bucket/some/export')],
];

async function write(storage: Storage, path: string, text: string, overwrite = false): Promise<void> {
  const writer = await storage.create(path, { overwrite });
  await writer.write(Buffer.from(text));
  await writer.finish();
}

async function readText(file: StorageFile): Promise<string> {
  const bytes = new Uint8Array(file.size);
  expect(await file.read(bytes, 0)).toBe(file.size);
  return Buffer.from(bytes).toString();
}

async function textOf(storage: Storage, path: string): Promise<string> {
  const file = await storage.open(path);
  const text = await readText(file);
  await file.close();
  return text;
}

describe.each(doors)('the %s storage', (name, make) => {
  it('knows the name of its folder', async () => {
    const storage = await make();
    expect(storage.folderName).toBe('export');
    expect(storage.location.endsWith('/export')).toBe(true);
  });

  it('lists one level, in code unit order, with kinds, sizes and identities', async () => {
    const storage = await make();
    for (const path of ['b/deep/x.csv', 'a10.csv', 'a9.csv', 'Z.csv', 'é.csv', 'b/empty.csv']) {
      await write(storage, path, path === 'b/empty.csv' ? '' : 'abc');
    }
    const seen = (await storage.list('')).map(({ path, kind, size }) => [path, kind, size]);
    expect(seen).toEqual([
      ['Z.csv', 'file', 3],
      ['a10.csv', 'file', 3],
      ['a9.csv', 'file', 3],
      ['b', 'folder', 0],
      ['é.csv', 'file', 3],
    ]);
    const below = await storage.list('b');
    expect(below.map(({ path, kind }) => [path, kind])).toEqual([
      ['b/deep', 'folder'],
      ['b/empty.csv', 'file'],
    ]);
    const files = (await storage.list('')).filter(({ kind }) => kind === 'file');
    expect(new Set(files.map(({ identity }) => identity)).size).toBe(4);
    expect(files.every(({ version }) => version.length > 0)).toBe(true);
  });

  it('refuses to list a missing folder', async () => {
    const storage = await make();
    await write(storage, 'a.csv', 'abc');
    expect(await failureOf(() => storage.list('none'))).toEqual(['FILE_NOT_FOUND', 'none: there is no such folder']);
    expect(await failureOf(() => storage.list('a.csv'))).toEqual(['FILE_NOT_FOUND', 'a.csv: there is no such folder']);
  });

  it('reads ranges, and fewer bytes only at the end', async () => {
    const storage = await make();
    await write(storage, 'a.csv', '0123456789');
    const file = await storage.open('a.csv');
    expect([file.path, file.size]).toEqual(['a.csv', 10]);
    expect(file.version).toBe((await storage.list(''))[0]?.version);
    const memory = new WebAssembly.Memory({ initial: 1 });
    const view = new Uint8Array(memory.buffer, 100, 4);
    expect(await file.read(view, 3)).toBe(4);
    expect(Buffer.from(memory.buffer, 99, 6).toString()).toBe('\u00003456\0');
    expect(await file.read(view, 8)).toBe(2);
    expect(Buffer.from(view).toString()).toBe('8956');
    expect(await file.read(view, 10)).toBe(0);
    expect(await file.read(view, 99)).toBe(0);
    expect(await file.read(new Uint8Array(0), 0)).toBe(0);
    await file.assertUnchanged();
    await file.close();
    await file.close();
    expect((await failureOf(() => file.read(view, 0)))[0]).toBe('READ_FAILED');
  });

  it.each(['', '/a.csv', '../a.csv', 'b/../../a.csv', 'b/../a.csv', './a.csv', 'b//a.csv', 'b/', 'a\0.csv'])(
    'refuses the path %j everywhere',
    async (path) => {
      const storage = await make();
      await write(storage, 'a.csv', 'abc');
      await write(storage, 'b/a.csv', 'abc');
      for (const action of [() => storage.open(path), () => storage.create(path), () => storage.remove(path)]) {
        expect((await failureOf(action))[0]).toBe('FILE_OUTSIDE_FOLDER');
      }
      if (path !== '') expect((await failureOf(() => storage.list(path)))[0]).toBe('FILE_OUTSIDE_FOLDER');
    },
  );

  it('says which path it expected', async () => {
    const storage = await make();
    expect(await failureOf(() => storage.open('../a.csv'))).toEqual([
      'FILE_OUTSIDE_FOLDER',
      "../a.csv: expected a path below the folder, found '../a.csv'",
    ]);
    expect((await failureOf(() => storage.open('')))[1]).toBe("expected a path below the folder, found ''");
  });

  // in S3 a key may be one and the prefix of others
  it.skipIf(name === 'S3')('refuses to open anything but a file', async () => {
    const storage = await make();
    await write(storage, 'x.csv/a.csv', 'abc');
    expect(await failureOf(() => storage.open('none.csv'))).toEqual([
      'FILE_NOT_FOUND',
      'none.csv: there is no such file',
    ]);
    expect(await failureOf(() => storage.open('x.csv'))).toEqual([
      'FILE_NOT_REGULAR',
      'x.csv: expected a regular file, found a folder',
    ]);
    expect((await failureOf(() => storage.create('x.csv')))[0]).toBe('FILE_NOT_REGULAR');
    expect((await failureOf(() => storage.create('x.csv/a.csv/b.csv')))[0]).toBe('WRITE_FAILED');
    expect((await failureOf(() => storage.remove('x.csv')))[0]).toBe('FILE_NOT_REGULAR');
  });

  it('shows a written file only when it is finished', async () => {
    const storage = await make();
    const writer = await storage.create('out/a.csv');
    expect(writer.path).toBe('out/a.csv');
    const bytes = Buffer.from('abc');
    await writer.write(bytes);
    bytes.fill(0);
    await writer.write(new Uint8Array(0));
    await writer.write(Buffer.from('déf'));
    expect((await failureOf(() => storage.open('out/a.csv')))[0]).toBe('FILE_NOT_FOUND');
    await writer.finish();
    expect(await textOf(storage, 'out/a.csv')).toBe('abcdéf');
    await writer.abort();
    expect(await textOf(storage, 'out/a.csv')).toBe('abcdéf');
    expect(await failureOf(() => writer.write(bytes))).toEqual([
      'WRITE_FAILED',
      'out/a.csv: the writer is finished or aborted',
    ]);
    expect((await failureOf(() => writer.finish()))[0]).toBe('WRITE_FAILED');
  });

  it('prepares a readable file and publishes it later', async () => {
    const storage = await make();
    const writer = await storage.create('out/a.csv');
    await writer.write(Buffer.from('abc'));
    const file = await writer.prepare();
    const version = file.version === undefined ? {} : { version: expect.stringMatching(/./) as string };
    expect(file).toEqual({ path: 'out/a.csv', temporary: file.temporary, size: 3, overwrite: false, ...version });
    expect(structuredClone(file)).toEqual(file);
    expect(file.temporary).toMatch(/^out\/\.backtest-export-(?:p[\da-f]{8}-\d+-\d+-)?[\da-f-]+\.tmp$/);
    await writer.abort();
    expect(await textOf(storage, file.temporary)).toBe('abc');
    expect((await failureOf(() => storage.open('out/a.csv')))[0]).toBe('FILE_NOT_FOUND');
    expect((await failureOf(() => writer.write(Buffer.from('d'))))[0]).toBe('WRITE_FAILED');
    expect((await failureOf(() => writer.prepare()))[0]).toBe('WRITE_FAILED');
    await storage.publish(file);
    expect((await storage.list('out')).map(({ path }) => path)).toEqual(['out/a.csv']);
    expect(await textOf(storage, 'out/a.csv')).toBe('abc');
    await storage.discard(file);
    expect(await textOf(storage, 'out/a.csv')).toBe('abc');
    expect(await failureOf(() => storage.publish(file))).toEqual([
      'FILE_NOT_FOUND',
      `${file.temporary}: there is no such file`,
    ]);
  });

  it('discards a prepared file, repeatedly without harm', async () => {
    const storage = await make();
    const writer = await storage.create('a.csv');
    const file = await writer.prepare();
    expect(file.size).toBe(0);
    await storage.discard(file);
    await storage.discard(file);
    expect(await storage.list('')).toEqual([]);
  });

  it('replaces a file by a prepared one only with overwrite, and keeps it prepared otherwise', async () => {
    const storage = await make();
    const [first, second] = [await storage.create('a.csv'), await storage.create('a.csv', { overwrite: true })];
    await first.write(Buffer.from('first'));
    await second.write(Buffer.from('second'));
    const [prepared, other] = [await first.prepare(), await second.prepare()];
    await write(storage, 'a.csv', 'earlier');
    expect((await failureOf(() => storage.publish(prepared)))[0]).toBe('FILE_EXISTS');
    expect([await textOf(storage, 'a.csv'), await textOf(storage, prepared.temporary)]).toEqual(['earlier', 'first']);
    await storage.publish(other);
    await storage.discard(prepared);
    expect(await textOf(storage, 'a.csv')).toBe('second');
    expect((await storage.list('')).map(({ path }) => path)).toEqual(['a.csv']);
  });

  it('leaves nothing of an aborted file', async () => {
    const storage = await make();
    await write(storage, 'keep.csv', 'abc');
    const writer = await storage.create('a.csv');
    await writer.write(Buffer.from('abc'));
    await writer.abort();
    await writer.abort();
    expect((await storage.list('')).map(({ path }) => path)).toEqual(['keep.csv']);
    expect((await failureOf(() => writer.finish()))[0]).toBe('WRITE_FAILED');
  });

  it('overwrites only with overwrite', async () => {
    const storage = await make();
    await write(storage, 'a.csv', 'old');
    expect(await failureOf(() => storage.create('a.csv'))).toEqual([
      'FILE_EXISTS',
      'a.csv: the file already exists, and overwrite is not set',
    ]);
    const writer = await storage.create('a.csv', { overwrite: true });
    await writer.write(Buffer.from('new'));
    expect(await textOf(storage, 'a.csv')).toBe('old');
    await writer.finish();
    expect(await textOf(storage, 'a.csv')).toBe('new');
  });

  it('gives a new name to only one of two writers', async () => {
    const storage = await make();
    const writers = [await storage.create('a.csv'), await storage.create('a.csv')] as const;
    await writers[0].write(Buffer.from('first'));
    await writers[1].write(Buffer.from('second'));
    await writers[1].finish();
    expect((await failureOf(() => writers[0].finish()))[0]).toBe('FILE_EXISTS');
    expect(await textOf(storage, 'a.csv')).toBe('second');
    expect((await storage.list('')).map(({ path }) => path)).toEqual(['a.csv']);
  });

  it.each(['a\nb.csv', 'a\u001b[31m.csv', 'a\u2028.csv', 'a\ud800.csv'])(
    'refuses to write a file named %j',
    async (path) => {
      const storage = await make();
      const [code, message] = await failureOf(() => storage.create(path));
      expect(code).toBe('OPTION_INVALID');
      expect(message).toMatch(/^expected a file name without control characters, found 'a\\/);
    },
  );

  it('notices that an open file was replaced or removed', async () => {
    const storage = await make();
    await write(storage, 'a.csv', 'old');
    const file = await storage.open('a.csv');
    await file.assertUnchanged();
    await write(storage, 'a.csv', 'new', true);
    const [code, message] = await failureOf(() => file.assertUnchanged());
    expect(code).toBe('FILE_CHANGED');
    expect(message).toMatch(/^a\.csv: the file changed while it was read: expected .*, found /);
    await storage.remove('a.csv');
    expect(await failureOf(() => file.assertUnchanged())).toEqual([
      'FILE_CHANGED',
      'a.csv: the file changed while it was read: it no longer exists',
    ]);
    await file.close();
    expect((await failureOf(() => storage.remove('a.csv')))[0]).toBe('FILE_NOT_FOUND');
  });
});

describe('the memory storage', () => {
  it('takes text and bytes, and changes a file in place', async () => {
    const storage = createMemoryStorage([
      ['a.csv', 'text'],
      ['b.csv', Uint8Array.of(1, 2, 3)],
    ]);
    expect([storage.location, storage.folderName, storage.transfer]).toEqual(['memory:', '', undefined]);
    expect(storage.get('b.csv')).toEqual(Uint8Array.of(1, 2, 3));
    const file = await storage.open('a.csv');
    storage.put('a.csv', 'te');
    expect(await failureOf(() => file.read(new Uint8Array(9), 0))).toEqual([
      'FILE_CHANGED',
      'a.csv: the file changed while it was read: expected 4 bytes, as when it was opened, found 2',
    ]);
    expect(storage.get('none')).toBeUndefined();
  });
});

describe('the local storage', () => {
  it.each([
    { path: 'b.csv', temporary: 'a.csv' },
    { path: 'b.csv', temporary: '../.backtest-export-0.tmp' },
    { path: 'x/b.csv', temporary: '.backtest-export-0.tmp' },
    { path: '../b.csv', temporary: '../.backtest-export-0.tmp' },
  ])('names and removes no other file than a prepared one: %j', async (names) => {
    const storage = createLocalStorage(`${temporaryFolder()}/export`);
    await write(storage, 'a.csv', 'abc');
    const file = { ...names, size: 3, overwrite: true };
    expect((await failureOf(() => storage.publish(file)))[0]).toBe('FILE_OUTSIDE_FOLDER');
    if (names.path !== 'x/b.csv') expect((await failureOf(() => storage.discard(file)))[0]).toBe('FILE_OUTSIDE_FOLDER');
    expect(await textOf(storage, 'a.csv')).toBe('abc');
  });

  it('lets a complete file be read before it is synced, and publishes it afterwards', async () => {
    const storage = createLocalStorage(temporaryFolder());
    const writer = await storage.create('a.csv');
    await writer.write(Buffer.from('abc'));
    const { file, synced } = (await writer.prepareEarly?.()) ?? expect.fail('the local storage syncs files');
    expect(await textOf(storage, file.temporary)).toBe('abc');
    expect(file).toMatchObject({ path: 'a.csv', size: 3, overwrite: false });
    await writer.abort(); // has no effect any more
    expect((await failureOf(() => writer.write(Buffer.from('d'))))[0]).toBe('WRITE_FAILED');
    await synced;
    await storage.publish(file);
    expect(await textOf(storage, 'a.csv')).toBe('abc');
  });

  it('leaves no temporary file behind', async () => {
    const root = temporaryFolder();
    const storage = createLocalStorage(root);
    await write(storage, 'a.csv', 'abc');
    await write(storage, 'a.csv', 'abcd', true);
    expect((await failureOf(() => write(storage, 'a.csv', 'abc')))[0]).toBe('FILE_EXISTS');
    expect(readdirSync(root)).toEqual(['a.csv']);
  });
});
