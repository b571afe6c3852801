import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { convertExport, createLocalStorage, createMemoryStorage, openExport, repairExport } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { failureOf } from '../support/failure.ts';
import { folderFiles, storageFiles } from '../support/folder-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const part = 'Forecasts_bike_2021-12-14T13-20-10Z_part0.csv';
const library = pathToFileURL(join(import.meta.dirname, '../../dist/index.js')).href;

async function exportFolder(): Promise<string> {
  const folder = join(temporaryFolder(), 'export');
  await generateExport(createLocalStorage(folder), { items: 6, parts: 3, jobName: 'bike' });
  return folder;
}

type Copy = (source: string, destination: string) => Promise<unknown>;
const copies: readonly [string, Copy][] = [
  ['a conversion to Parquet', (from, to) => convertExport(from, to, { format: 'PARQUET', overwrite: true })],
  ['a conversion to CSV', (from, to) => convertExport(from, to, { format: 'CSV', overwrite: true })],
  [
    'a conversion into parts of so many rows',
    (from, to) => convertExport(from, to, { format: 'CSV', rowsPerPart: 10, overwrite: true }),
  ],
  ['a repair', (from, to) => repairExport(from, to, { overwrite: true })],
];

describe.each(copies)('%s that overwrites', (_, copy) => {
  it('never touches the export that its source, a single part, belongs to', async () => {
    const folder = await exportFolder();
    const before = folderFiles(folder);
    expect(await failureOf(() => copy(join(folder, 'forecasted-values', part), folder))).toEqual([
      'DESTINATION_INVALID',
      `expected a destination without files of the source '${join(folder, 'forecasted-values', part)}', found 'forecasted-values/${part}' in '${folder}', which is its '${part}'`,
    ]);
    expect(folderFiles(folder)).toEqual(before);
  });

  it('finds its source through links to a folder, to a file, and through a second name', async () => {
    const folder = await exportFolder();
    const before = folderFiles(folder);
    const source = join(folder, 'forecasted-values', part);
    const linked = join(temporaryFolder(), 'linked');
    fs.symlinkSync(folder, linked);
    expect((await failureOf(() => copy(source, linked)))[0]).toBe('DESTINATION_INVALID');
    expect((await failureOf(() => copy(join(linked, 'forecasted-values', part), folder)))[0]).toBe(
      'DESTINATION_INVALID',
    );
    for (const link of [fs.linkSync, fs.symlinkSync]) {
      const other = join(temporaryFolder(), 'other');
      fs.mkdirSync(join(other, 'forecasted-values'), { recursive: true });
      link(source, join(other, 'forecasted-values', part));
      // a link that leads out of its folder is not a part, so only the hard link is in danger
      const file = link === fs.linkSync ? join(other, 'forecasted-values', part) : source;
      expect((await failureOf(() => copy(file, folder)))[0]).toBe('DESTINATION_INVALID');
    }
    expect(folderFiles(folder)).toEqual(before);
  });
});

it('finds the source of a copy through a bind mount', async ({ skip }) => {
  const folder = await exportFolder();
  const before = folderFiles(folder);
  const mounted = temporaryFolder();
  const script = `
    const { convertExport, repairExport } = await import(${JSON.stringify(library)});
    const [, folder, mounted] = process.argv;
    for (const source of [folder, folder + '/forecasted-values', folder + '/forecasted-values/${part}']) {
      for (const format of ['CSV', 'PARQUET']) {
        await convertExport(source, mounted, { format, overwrite: true }).catch((error) => console.log(error.code));
      }
      await repairExport(source, mounted, { overwrite: true }).catch((error) => console.log(error.code));
    }
    await convertExport(folder, mounted + '/new/below', { format: 'CSV' }).catch((error) => console.log(error.code));`;
  const command = 'mount --bind "$0" "$1" || exit 77; exec "$2" --input-type=module -e "$3" "$0" "$1"';
  const child = spawnSync(
    'unshare',
    ['--user', '--map-root-user', '--mount', 'sh', '-c', command, folder, mounted, process.execPath, script],
    { encoding: 'utf8' },
  );
  // 77, or no unshare at all: this machine gives no mount namespaces
  if (child.status === 77 || child.status === null || child.stderr.startsWith('unshare:')) skip();
  expect(child.stdout).toBe('DESTINATION_INVALID\n'.repeat(10));
  expect(folderFiles(folder)).toEqual(before);
});

describe('a place that no copy can be written to', () => {
  it.each(copies)(
    'is reported by %s: a file, a path through a file, a cycle of links, a name too long',
    async (_, copy) => {
      const folder = await exportFolder();
      const other = temporaryFolder();
      fs.writeFileSync(join(other, 'file'), 'x');
      fs.symlinkSync('circle', join(other, 'circle'));
      for (const place of ['file', 'file/below', 'circle', 'circle/below', 'x'.repeat(300)]) {
        expect([place, (await failureOf(() => copy(folder, join(other, place))))[0]]).toEqual([place, 'WRITE_FAILED']);
      }
      expect(fs.readdirSync(other).sort()).toEqual(['circle', 'file']);
    },
  );
});

describe('a copy beside its source', () => {
  it('may be made of a single part, in the folder of another export', async () => {
    const folder = await exportFolder();
    const other = await exportFolder();
    const before = folderFiles(folder);
    await convertExport(join(folder, 'forecasted-values', part), other, { format: 'PARQUET', overwrite: true });
    expect(folderFiles(folder)).toEqual(before);
    expect((await openExport(other)).forecastedValues.parts.map(({ path }) => path)).toEqual([
      `forecasted-values/${part.replace('.csv', '.parquet')}`,
    ]);
  });

  it('is distinguished from its source in memory, too', async () => {
    const [from, to] = [createMemoryStorage(), createMemoryStorage()];
    await generateExport(from, { items: 3, jobName: 'bike' });
    await generateExport(to, { items: 3, jobName: 'bike' });
    const before = await storageFiles(from);
    expect((await failureOf(() => convertExport(from, from, { format: 'CSV', overwrite: true })))[0]).toBe(
      'DESTINATION_INVALID',
    );
    await convertExport(from, to, { format: 'PARQUET', overwrite: true });
    expect(await storageFiles(from)).toEqual(before);
  });
});
