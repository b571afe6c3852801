import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { createLocalStorage } from '#src/storage/local.js';
import { writeFully } from '#src/storage/local-writer.js';
import { failureOf } from '../support/failure.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** An `export` folder with a file, and a secret outside of it. */
function hostileFolder(): { root: string; outside: string } {
  const outside = temporaryFolder();
  const root = join(outside, 'export');
  fs.mkdirSync(join(root, 'inner'), { recursive: true });
  fs.writeFileSync(join(outside, 'secret.csv'), 'secret');
  fs.writeFileSync(join(root, 'inner', 'a.csv'), 'inner');
  return { root, outside };
}

/** Whether this user may mount in a name space of their own. */
const canMount = spawnSync('unshare', ['-rm', 'true']).status === 0;

describe('a hostile folder', () => {
  it('lists links by what they lead to', async () => {
    const { root, outside } = hostileFolder();
    fs.symlinkSync('inner/a.csv', join(root, 'inside.csv'));
    fs.symlinkSync(join(root, 'inner', 'a.csv'), join(root, 'absolute.csv'));
    fs.symlinkSync('../secret.csv', join(root, 'out.csv'));
    fs.symlinkSync('inner', join(root, 'folder.csv'));
    fs.symlinkSync('nowhere', join(root, 'dangling.csv'));
    fs.symlinkSync('loop.csv', join(root, 'loop.csv'));
    fs.symlinkSync(outside, join(root, 'parent'));
    const storage = createLocalStorage(root);
    const entries = await storage.list('');
    expect(entries.map(({ path, kind, size }) => [path, kind, size])).toEqual([
      ['absolute.csv', 'file', 5],
      ['dangling.csv', 'link', 0],
      ['folder.csv', 'link', 0],
      ['inner', 'folder', 0],
      ['inside.csv', 'file', 5],
      ['loop.csv', 'link', 0],
      ['out.csv', 'link', 0],
      ['parent', 'link', 0],
    ]);
    const [inner] = await storage.list('inner');
    const inside = entries.find(({ path }) => path === 'inside.csv');
    expect([inside?.identity, inside?.version]).toEqual([inner?.identity, inner?.version]);
    expect(await failureOf(() => storage.open('out.csv'))).toEqual([
      'FILE_OUTSIDE_FOLDER',
      'out.csv: expected a file below the folder, found a link out of it',
    ]);
    for (const path of ['parent/secret.csv', 'parent/export/inner/../../secret.csv']) {
      expect((await failureOf(() => storage.open(path)))[0]).toBe('FILE_OUTSIDE_FOLDER');
    }
    expect((await failureOf(() => storage.open('folder.csv')))[0]).toBe('FILE_NOT_REGULAR');
    expect((await failureOf(() => storage.open('dangling.csv')))[0]).toBe('FILE_NOT_FOUND');
    expect((await failureOf(() => storage.open('loop.csv')))[0]).toBe('READ_FAILED');
    expect((await failureOf(() => storage.list('parent')))[0]).toBe('FILE_OUTSIDE_FOLDER');
    expect((await failureOf(() => storage.create('parent/new.csv')))[0]).toBe('FILE_OUTSIDE_FOLDER');
    expect((await failureOf(() => storage.create('parent/x/new.csv')))[0]).toBe('FILE_OUTSIDE_FOLDER');
    expect((await failureOf(() => storage.create('out.csv', { overwrite: true })))[0]).toBe('FILE_NOT_REGULAR');
    expect((await failureOf(() => storage.remove('out.csv')))[0]).toBe('FILE_OUTSIDE_FOLDER');
    expect(fs.readdirSync(outside).toSorted()).toEqual(['export', 'secret.csv']);
    await storage.remove('inside.csv');
    expect(fs.readFileSync(join(root, 'inner', 'a.csv'), 'utf8')).toBe('inner');
  });

  it('accepts a root that is itself a link', async () => {
    const { root, outside } = hostileFolder();
    fs.symlinkSync(root, join(outside, 'shortcut'));
    const storage = createLocalStorage(join(outside, 'shortcut'));
    expect((await storage.list('inner')).map(({ path }) => path)).toEqual(['inner/a.csv']);
    await (await storage.open('inner/a.csv')).close();
  });

  it('does not block on a FIFO, a socket or a device', async () => {
    const { root } = hostileFolder();
    execFileSync('mkfifo', [join(root, 'fifo.csv')]);
    const server = createServer();
    await new Promise<void>((done) => {
      server.listen(join(root, 'socket.csv'), done);
    });
    const storage = createLocalStorage(root);
    const kinds = (await storage.list('')).map(({ path, kind }) => [path, kind]);
    expect(kinds).toEqual([
      ['fifo.csv', 'other'],
      ['inner', 'folder'],
      ['socket.csv', 'other'],
    ]);
    expect(await failureOf(() => storage.open('fifo.csv'))).toEqual([
      'FILE_NOT_REGULAR',
      'fifo.csv: expected a regular file, found a FIFO',
    ]);
    expect((await failureOf(() => storage.open('socket.csv')))[1]).toContain('found a socket');
    expect((await failureOf(() => storage.create('fifo.csv', { overwrite: true })))[0]).toBe('FILE_NOT_REGULAR');
    expect((await failureOf(() => createLocalStorage('/dev').open('null')))[1]).toContain('found a device');
    await new Promise((done) => {
      server.close(done);
    });
  });

  it('reports a root that is missing or a file', async () => {
    const { root } = hostileFolder();
    const missing = createLocalStorage(join(root, 'none'));
    expect(await failureOf(() => missing.list(''))).toEqual([
      'FILE_NOT_FOUND',
      `${join(root, 'none')}: there is no such folder`,
    ]);
    expect((await failureOf(() => createLocalStorage(join(root, 'inner/a.csv')).list('')))[0]).toBe('FILE_NOT_FOUND');
  });

  it('keeps a name that is not UTF-8 in the listing', async () => {
    const { root } = hostileFolder();
    fs.writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x61, 0xff, 0x2e])]), '');
    expect((await createLocalStorage(root).list('')).map(({ path, kind }) => [path, kind])).toEqual([
      ['a\ufffd.', 'other'],
      ['inner', 'folder'],
    ]);
  });
});

describe('a file that changes while it is open', () => {
  it('is reported when it was truncated', async () => {
    const { root } = hostileFolder();
    fs.writeFileSync(join(root, 'a.csv'), '0123456789');
    const file = await createLocalStorage(root).open('a.csv');
    fs.truncateSync(join(root, 'a.csv'), 4);
    expect(await failureOf(() => file.read(new Uint8Array(10), 0))).toEqual([
      'FILE_CHANGED',
      'a.csv: the file changed while it was read: expected 10 bytes, as when it was opened, found 4',
    ]);
    expect((await failureOf(() => file.assertUnchanged()))[0]).toBe('FILE_CHANGED');
    await file.close();
  });

  it('is reported when it grew or was overwritten at the same length', async () => {
    const { root } = hostileFolder();
    const path = join(root, 'a.csv');
    fs.writeFileSync(path, '0123456789');
    const file = await createLocalStorage(root).open('a.csv');
    fs.appendFileSync(path, 'more');
    expect(await file.read(new Uint8Array(20), 0)).toBe(10);
    expect((await failureOf(() => file.assertUnchanged()))[0]).toBe('FILE_CHANGED');
    await file.close();
    const second = await createLocalStorage(root).open('a.csv');
    fs.writeFileSync(path, '0123456789more'.toUpperCase());
    fs.utimesSync(path, 1, 1);
    expect((await failureOf(() => second.assertUnchanged()))[0]).toBe('FILE_CHANGED');
    await second.close();
  });
});

describe('writing', () => {
  it('continues after a short write until the last byte', () => {
    const pieces: [from: number, length: number][] = [];
    const write = (from: number, length: number): number => {
      pieces.push([from, length]);
      return Math.min(length, 3);
    };
    writeFully(write, 7);
    expect(pieces).toEqual([
      [0, 7],
      [3, 4],
      [6, 1],
    ]);
    expect(() => writeFully(() => 0, 1)).toThrow('the system wrote only 0 of 1 bytes');
  });

  it('that fails to be synced while more is written fails in the end, and leaves nothing', async () => {
    const root = temporaryFolder();
    const probe = await fs.promises.open(root);
    const handles = Object.getPrototypeOf(probe) as fs.promises.FileHandle;
    await probe.close();
    const broken = vi.spyOn(handles, 'datasync').mockRejectedValue(Object.assign(new Error('broken'), { code: 'EIO' }));
    try {
      const writer = await createLocalStorage(root).create('a.csv');
      for (let piece = 0; piece < 20; piece++) await writer.write(new Uint8Array(1024 * 1024));
      const [code, message] = await failureOf(() => writer.finish());
      expect([code, message]).toEqual(['WRITE_FAILED', expect.stringContaining('a.csv: finishing the file failed')]);
      expect(broken).toHaveBeenCalledTimes(1);
      expect(fs.readdirSync(root)).toEqual([]);
    } finally {
      broken.mockRestore();
    }
  });

  it('that exceeds a limit keeps the earlier file and leaves nothing else', () => {
    const root = temporaryFolder();
    fs.writeFileSync(join(root, 'a.csv'), 'earlier');
    const run = runLimited(root, 'await writer.write(new Uint8Array(100_000)); await writer.finish();');
    expect(run).toEqual(['WRITE_FAILED', 'EFBIG', 'the file would be larger than is allowed here (EFBIG)']);
    expect(fs.readdirSync(root)).toEqual(['a.csv']);
    expect(fs.readFileSync(join(root, 'a.csv'), 'utf8')).toBe('earlier');
  });

  it('that is killed keeps the earlier file and leaves a hidden one', async () => {
    const root = temporaryFolder();
    fs.writeFileSync(join(root, 'a.csv'), 'earlier');
    runLimited(root, `await writer.write(new Uint8Array(1000)); process.kill(process.pid, 'SIGKILL');`);
    expect(fs.readFileSync(join(root, 'a.csv'), 'utf8')).toBe('earlier');
    const names = fs.readdirSync(root);
    expect(names.map((name) => name.replace(/p[\da-f]{8}-\d+-\d+-[\da-f-]{36}/, '…'))).toEqual([
      '.backtest-export-….tmp',
      'a.csv',
    ]);
  });

  it('to a folder without write permission reports why', async () => {
    const { root } = hostileFolder();
    const [code, message] = await failureOf(() => createLocalStorage('/proc').create('new.csv'));
    expect(code).toBe('WRITE_FAILED');
    expect(message).toMatch(/^new\.csv: the file cannot be created: /);
    const none = await failureOf(() => createLocalStorage('/proc/none/at/all').create('deep/new.csv'));
    expect(none[0]).toBe('WRITE_FAILED');
    const long = await failureOf(() => createLocalStorage(root).create(`${'x'.repeat(300)}/a.csv`));
    expect(long[1]).toContain('the name is too long (ENAMETOOLONG)');
  });

  it.skipIf(!canMount)('to a read-only file system reports that, also if folders are missing', () => {
    const root = temporaryFolder();
    const module = pathToFileURL(join(import.meta.dirname, '../../build/storage/local.js')).href;
    const script = `
      import { createLocalStorage } from ${JSON.stringify(module)};
      for (const path of ['a.csv', 'deep/er/a.csv']) {
        await createLocalStorage(${JSON.stringify(`${root}/new`)}).create(path).catch(({ message }) => console.log(message));
      }`;
    const command = 'mount -t tmpfs -o ro tmpfs "$1" && exec "$2" --input-type=module -e "$3"';
    const options = ['-rm', 'sh', '-c', command, 'sh', root, process.execPath, script];
    const { stdout } = spawnSync('unshare', options, { encoding: 'utf8' });
    expect(stdout.trim().split('\n')).toEqual([
      'a.csv: the file cannot be created: the file system is read-only (EROFS)',
      'deep/er/a.csv: the file cannot be created: the file system is read-only (EROFS)',
    ]);
  });
});

/** Runs code with a `writer` to `a.csv` in a process of its own, whose files may have 8 KiB. */
function runLimited(root: string, code: string): string[] {
  const module = pathToFileURL(join(import.meta.dirname, '../../build/storage/local.js')).href;
  const script = `
    import { createLocalStorage } from ${JSON.stringify(module)};
    const writer = await createLocalStorage(${JSON.stringify(root)}).create('a.csv', { overwrite: true });
    try { ${code} }
    catch (error) { console.log([error.code, error.cause.code, error.message.split(': ').pop()].join('|')); }`;
  const command = 'ulimit -f 8; exec "$0" --input-type=module -e "$1"';
  const { stdout } = spawnSync('bash', ['-c', command, process.execPath, script], { encoding: 'utf8' });
  return stdout.trim().split('|');
}
