import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { currentOwner } from '#src/storage/owner.js';
import { createTemporaryStorage } from '#src/storage/temporary.js';

it('a temporary folder is made where those of killed processes are removed, and nothing else', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'temporary-test-'));
  const { host, pid, start } = currentOwner();
  const others = [
    `backtest-export-p${host}-${pid}-${start}-abcDEF`,
    'backtest-export-abcDEF',
    'backtest-export-p0000aaaa-1-1-abcDEF',
  ];
  // no process has this number
  const dead = `backtest-export-p${host}-4194305-7-abcDEF`;
  for (const name of [...others, dead]) {
    await mkdir(join(parent, name));
    await writeFile(join(parent, name, 'groups.bin'), 'x');
  }
  const made = await createTemporaryStorage(parent);
  expect(await made.storage.list('')).toEqual([]);
  const names = await readdir(parent);
  expect(names).toHaveLength(4);
  expect(names).toEqual(expect.arrayContaining(others));
  await made.remove();
  expect((await readdir(parent)).sort()).toEqual(others.sort());
  await rm(parent, { recursive: true });
});
