import { spawnSync } from 'node:child_process';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createLocalStorage } from '#src/storage/local.js';
import { failureOf } from '../support/failure.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const local = pathToFileURL(join(import.meta.dirname, '..', '..', 'build', 'storage', 'local.js')).href;

describe.skipIf(process.platform === 'win32')('a process with too many open files', () => {
  it('gets that error from every call that opens something', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.csv'), 'a');
    const script = `
      import { openSync } from 'node:fs';
      import { createLocalStorage } from '${local}';
      const storage = createLocalStorage(process.argv[1]);
      await storage.open('a.csv').then((file) => file.close());
      try { for (;;) openSync('/dev/null'); } catch {}
      const codes = [];
      for (const call of [() => storage.open('a.csv'), () => storage.list(''), () => storage.create('b.csv')])
        await call().then(() => codes.push('none'), (error) => codes.push(error.code));
      process.stdout.write(codes.join());`;
    const line = 'ulimit -n 100; exec "$0" "$@"';
    const args = ['-c', line, process.execPath, '--input-type=module', '-e', script, folder];
    const { stdout } = spawnSync('sh', args, { encoding: 'utf8' });
    expect(stdout.split(',')).toEqual(['TOO_MANY_OPEN_FILES', 'TOO_MANY_OPEN_FILES', 'TOO_MANY_OPEN_FILES']);
  });
});

describe.skipIf(process.platform !== 'linux')('a file that nobody closes', () => {
  it('is closed when its reader is collected, and one that was closed is not closed again', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.csv'), 'a');
    const script = `
      import { openSync, readdirSync, fstatSync } from 'node:fs';
      import { createLocalStorage } from '${local}';
      const storage = createLocalStorage(process.argv[1]);
      const count = () => readdirSync('/proc/self/fd').length;
      const collect = async () => {
        for (let turn = 0; turn < 5; turn++) {
          gc();
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      };
      await (await storage.open('a.csv')).close();
      const before = count();
      for (let index = 0; index < 20; index++) await storage.open('a.csv');
      const open = count() - before;
      await collect();
      const left = count() - before;
      for (let index = 0; index < 20; index++) await (await storage.open('a.csv')).close();
      const others = Array.from({ length: 20 }, () => openSync('/dev/null'));
      await collect();
      for (const descriptor of others) fstatSync(descriptor);
      process.stdout.write([open > 0, left].join());`;
    const args = ['--expose-gc', '--input-type=module', '-e', script, folder];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect([stdout, stderr]).toEqual(['true,0', '']);
  });
});

describe('a file that changes while it is read', () => {
  it('is detected even if its size is unchanged and its time was reset', async () => {
    const path = join(temporaryFolder(), 'a.csv');
    writeFileSync(path, 'before');
    // a whole second, which can be put back exactly
    utimesSync(path, 1_600_000_000, 1_600_000_000);
    const storage = createLocalStorage(join(path, '..'));
    const [entry] = await storage.list('');
    const file = await storage.open('a.csv');
    expect(file.version).toBe(entry?.version);
    await file.assertUnchanged();
    writeFileSync(path, 'after!');
    utimesSync(path, 1_600_000_000, 1_600_000_000);
    expect((await failureOf(() => file.assertUnchanged()))[0]).toBe('FILE_CHANGED');
    await file.close();
    const again = await storage.open('a.csv');
    expect(again.version).not.toBe(entry?.version);
    await again.close();
  });
});
