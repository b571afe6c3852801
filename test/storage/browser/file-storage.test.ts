import { appendFileSync, openAsBlob, readFileSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { summarize, verifyExport } from 'backtest-export';
import * as browser from 'backtest-export/browser';
import { BlobFolder } from '#src/storage/browser/blob-folder.js';
import { createFileStorage } from '#src/storage/browser/file-storage.js';
import { folderFiles } from '../../support/folder-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const fixtures = join(import.meta.dirname, '../../../fixtures');
const part = 'Forecasts_a_2021-12-14T13-20-10Z_part0.csv';

/** A file as an input element for folders gives it. */
function fileAt(path: string, text: string | Uint8Array<ArrayBuffer>): File {
  const file = new File([text], path.slice(path.lastIndexOf('/') + 1), { lastModified: 1 });
  return Object.defineProperty(file, 'webkitRelativePath', { value: path });
}

const listOf = async (files: Parameters<typeof createFileStorage>[0], folder = ''): Promise<string[]> =>
  (await createFileStorage(files).list(folder)).map(({ path, kind, size }) => `${path} ${kind} ${size}`);

describe('files of a page', () => {
  it.each(['retail', 'hostile-text', 'hourly-old'])(
    'are summarized and verified as the folder is: %s',
    async (name) => {
      const folder = join(fixtures, name, 'export');
      const files = [...folderFiles(folder)].map(([path, text]) =>
        fileAt(`export/${path}`, Buffer.from(text, 'latin1')),
      );
      const storage = createFileStorage(files);
      expect({ location: storage.location, folderName: storage.folderName }).toEqual({
        location: 'export',
        folderName: 'export',
      });
      const here = await summarize(folder);
      const there = await browser.summarize(storage, { threads: 1 });
      expect({ ...there, export: { ...there.export, location: '' } }).toEqual({
        ...here,
        export: { ...here.export, location: '' },
      });
      expect((await browser.verifyExport(storage, { threads: 1 })).findings).toEqual(
        (await verifyExport(folder)).findings,
      );
    },
  );

  it('have the paths below the folder that was chosen, or their own names, or those that are given', async () => {
    const chosen = [fileAt('jobs/forecasted-values/a.csv', 'ab'), fileAt('jobs/_SUCCESS', ''), fileAt('jobs/z', '1')];
    expect(await listOf(chosen)).toEqual(['_SUCCESS file 0', 'forecasted-values folder 0', 'z file 1']);
    expect(await listOf(chosen, 'forecasted-values')).toEqual(['forecasted-values/a.csv file 2']);
    expect(await listOf([new File(['x'], 'b.csv'), new File([''], 'a.csv')])).toEqual(['a.csv file 0', 'b.csv file 1']);
    expect(await listOf([{ path: 'forecasted-values/a.csv', blob: new Blob(['abc']) }])).toEqual([
      'forecasted-values folder 0',
    ]);
    expect(await listOf({ length: 1, 0: new File(['x'], 'b.csv') })).toEqual(['b.csv file 1']);
    expect(await listOf([])).toEqual([]);
  });

  it('are refused with a path that leaves the folder, without a name, or twice', async () => {
    const refused = (files: unknown): string => {
      try {
        createFileStorage(files as File[]);
      } catch (error) {
        return (error as Error).message;
      }
      return 'taken';
    };
    const blob = new Blob(['x']);
    for (const path of ['../a.csv', 'b/../../a.csv', '/a.csv', 'b//a.csv', 'a\0.csv', '.', '']) {
      expect(
        () =>
          createFileStorage([
            { path, blob },
            { path: 'q/r', blob },
          ]),
        path,
      ).toThrow(expect.objectContaining({ code: 'FILE_OUTSIDE_FOLDER' }));
    }
    expect(refused([blob])).toBe(
      'createFileStorage: expected a FileList, or a list of files or of blobs with their paths, found an object of class Blob',
    );
    expect(refused('a.csv')).toContain('expected a FileList');
    expect(refused(null)).toContain('expected a FileList');
    expect(refused([new File(['x'], part), new File(['y'], part)])).toBe(
      `createFileStorage: expected each path once, found two files '${part}'; the two tables of an export have parts of the same names: choose the folder that holds both`,
    );
  });

  it('of which there are very many are listed in order, and one of them crosses alone to a worker', async () => {
    const blob = new Blob(['x']);
    const paths = Array.from({ length: 30_000 }, (_, index) => `forecasted-values/a_part${index}.csv`);
    const storage = createFileStorage(paths.map((path) => ({ path, blob })));
    const listed = (await storage.list('forecasted-values')).map(({ path }) => path);
    expect(listed).toEqual(paths.toSorted());
    expect(storage.transferOf?.('forecasted-values/a_part7.csv')).toMatchObject({
      kind: 'blobs',
      files: [{ path: 'forecasted-values/a_part7.csv' }],
    });
    expect(storage.below?.('forecasted-values').transferOf?.('a_part7.csv')).toMatchObject({
      files: [{ path: 'a_part7.csv' }],
    });
  });

  it('give the bytes of any range, read ahead or not', async () => {
    const bytes = Uint8Array.from({ length: 9_000_001 }, (_, index) => (index * 7919) >>> 8);
    const storage = createFileStorage([{ path: 'a.csv', blob: new Blob([bytes]) }]);
    for (const announced of [undefined, { from: 0, to: bytes.length }, { from: 4_000_000, to: 8_500_000 }]) {
      const file = await storage.open('a.csv');
      if (announced !== undefined) file.readAhead?.(announced);
      // to the end of a block, over it, back, at the end, beyond
      for (const [position, length] of [
        [4_000_000, 300],
        [8_194_000, 8192],
        [4_194_300, 8],
        [0, 5],
        [8_388_607, 2],
        [9_000_000, 10],
        [9_000_001, 10],
        [20_000_000, 1],
      ] as const) {
        const target = new Uint8Array(length);
        const found = await file.read(target, position);
        const wanted = bytes.subarray(position, position + length);
        expect(found, `${position}`).toBe(wanted.length);
        expect(Buffer.compare(target.subarray(0, found), wanted), `${position}`).toBe(0);
      }
      const again = await storage.open('a.csv');
      again.readAhead?.();
      const whole = new Uint8Array(bytes.length);
      for (let at = 0; at < bytes.length; at += 100_000) await again.read(whole.subarray(at, at + 100_000), at);
      expect(Buffer.compare(whole, bytes)).toBe(0);
      await again.close();
      await file.close();
      await expect(file.read(new Uint8Array(1), 0)).rejects.toThrow('a.csv: the file is closed');
    }
  });

  it('are only read', async () => {
    const storage = createFileStorage([new File(['x'], 'a.csv')]);
    const wanted = 'expected a storage that can be written to, found files that were given to a page';
    await expect(storage.create('b.csv')).rejects.toThrow(`b.csv: ${wanted}`);
    await expect(storage.remove('a.csv')).rejects.toThrow(wanted);
    await expect(storage.move('a.csv', 'b.csv')).rejects.toThrow(wanted);
    await expect(storage.open('b.csv')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(storage.list('b')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(
      createFileStorage([
        { path: 'b/c', blob: new Blob() },
        { path: 'd', blob: new Blob() },
      ]).open('b'),
    ).rejects.toMatchObject({ code: 'FILE_NOT_REGULAR' });
  });
});

describe('a file that changes after it was chosen', () => {
  const change: Readonly<Record<string, (path: string) => void>> = {
    'has grown': (path) => appendFileSync(path, 'more'),
    'has other bytes': (path) => {
      writeFileSync(path, readFileSync(path, 'utf8').replace('1', '2'));
      utimesSync(path, 5, 5);
    },
    'is gone': (path) => unlinkSync(path),
  };

  it.each(Object.keys(change))('is refused: it %s', async (name) => {
    const path = join(temporaryFolder(), part);
    writeFileSync(path, 'item_id,timestamp\na,1\n');
    // Node's blobs of files refuse to be read after a change, as browsers' do
    const storage = new BlobFolder('files', new Map([[part, await openAsBlob(path)]]));
    const file = await storage.open(part);
    await file.assertUnchanged();
    change[name]?.(path);
    await expect(file.read(new Uint8Array(4), 0)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    await expect(file.assertUnchanged()).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  });

  it('is refused where it is gone before its size was asked for, which is then said to be 0', async () => {
    class Gone extends Blob {
      override async arrayBuffer(): Promise<ArrayBuffer> {
        throw new DOMException('gone', 'NotFoundError');
      }
    }
    const storage = new BlobFolder('files', new Map([['a.csv', new Gone()]]));
    const refusal = { code: 'FILE_CHANGED', message: expect.stringContaining('a.csv: ') as string };
    await expect(storage.list('')).rejects.toMatchObject(refusal);
    await expect((await storage.open('a.csv')).assertUnchanged()).rejects.toMatchObject(refusal);
  });

  it('is refused where it gives fewer bytes than it has', async () => {
    class Short extends Blob {
      override slice(start?: number, end = 0): Blob {
        return super.slice(start, Math.min(end, 3));
      }
    }
    const file = await new BlobFolder('files', new Map([['a.csv', new Short(['abcdef'])]])).open('a.csv');
    await expect(file.read(new Uint8Array(6), 0)).rejects.toThrow(
      'a.csv: the file changed while it was read: expected 6 bytes, as when it was chosen, found 3',
    );
  });
});
