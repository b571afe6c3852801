import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  convertExport,
  createLocalStorage,
  createMemoryStorage,
  listExports,
  openExport,
  type MemoryStorage,
} from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { failureOf } from '../support/failure.ts';
import { folderFiles, storageFiles } from '../support/folder-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { accuracyPart, forecastHeader as header, forecastPart, forecastRow as row, onePart } from './one-part.ts';
import { useWorkers } from '../support/use-workers.ts';

useWorkers();

const library = pathToFileURL(join(import.meta.dirname, '../../dist/index.js')).href;

/** A folder with an export of several parts. */
async function sourceFolder(items = 12): Promise<string> {
  const folder = join(temporaryFolder(), 'source');
  await generateExport(createLocalStorage(folder), { items, parts: 4, horizon: 12 });
  return folder;
}

/** Names of all files of a folder, temporary ones by `…`. */
function names(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return [...folderFiles(folder).keys()].map((name) => name.replace(/backtest-export-[\da-f-]{36}/, '…'));
}

describe('a destination', () => {
  it.each([
    ['the same folder', (source: string) => source],
    ['the same folder by another way', (source: string) => join(source, '..', 'source', '.')],
    ['a folder inside of the source', (source: string) => join(source, 'parquet')],
    ['a folder of parts inside of the source', (source: string) => join(source, 'forecasted-values', 'x', 'y')],
  ])('that is %s is refused, and nothing is written', async (_, place) => {
    const source = await sourceFolder();
    const before = folderFiles(source);
    const refusal = await failureOf(() => convertExport(source, place(source), { format: 'PARQUET', overwrite: true }));
    expect(refusal[0]).toBe('DESTINATION_INVALID');
    expect(folderFiles(source)).toEqual(before);
  });

  it('that leads into the source through a link is refused', async () => {
    const source = await sourceFolder();
    const link = join(temporaryFolder(), 'link');
    fs.symlinkSync(source, link);
    expect((await failureOf(() => convertExport(source, join(link, 'new'), { format: 'CSV' })))[0]).toBe(
      'DESTINATION_INVALID',
    );
    const parts = join(source, 'forecasted-values');
    expect((await failureOf(() => convertExport(parts, source, { format: 'PARQUET' })))[0]).toBe('DESTINATION_INVALID');
  });

  it('may be the folder of a single file, but not that file', async () => {
    const folder = join(temporaryFolder(), 'forecasted-values');
    fs.mkdirSync(folder);
    fs.writeFileSync(join(folder, 'one.csv'), header + row);
    const convert = (format: 'CSV' | 'PARQUET'): Promise<unknown> =>
      convertExport(join(folder, 'one.csv'), join(folder, '..'), { format, overwrite: true });
    expect((await failureOf(() => convert('CSV')))[0]).toBe('DESTINATION_INVALID');
    await convert('PARQUET');
    expect(fs.readdirSync(folder)).toEqual(['one.csv', 'one.parquet']);
    expect(fs.readFileSync(join(folder, 'one.csv'), 'utf8')).toBe(header + row);
  });

  it('in which two parts would get one name is refused', async () => {
    const source = onePart(header + row);
    source.put('forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part0.c000.csv', header + row);
    expect(await failureOf(() => convertExport(source, createMemoryStorage(), { format: 'PARQUET' }))).toEqual([
      'DESTINATION_INVALID',
      `'forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part0.c000.csv' and '${forecastPart}' would both be written as '${forecastPart.replace('csv', 'parquet')}'`,
    ]);
  });

  it('that may not be written is reported, and nothing is left', async () => {
    const folder = temporaryFolder();
    fs.writeFileSync(join(folder, 'file'), 'x');
    const convert = (): Promise<unknown> =>
      convertExport(onePart(header + row), join(folder, 'file'), { format: 'CSV' });
    expect((await failureOf(convert))[1]).toBe(
      `${accuracyPart}: the file cannot be created: a file exists where a folder is needed (EEXIST)`,
    );
    expect(names(folder)).toEqual(['file']);
    // root writes everywhere
    if (process.getuid?.() !== 0) {
      const closed = join(folder, 'closed');
      fs.mkdirSync(closed, { mode: 0o555 });
      expect((await failureOf(() => convertExport(onePart(header + row), closed, { format: 'CSV' })))[0]).toBe(
        'WRITE_FAILED',
      );
    }
  });

  it('that holds the export is refused, in either format, unless it is to be replaced', async () => {
    const source = onePart(header + row);
    const target = createMemoryStorage();
    await convertExport(source, target, { format: 'PARQUET' });
    const before = await storageFiles(target);
    for (const format of ['CSV', 'PARQUET'] as const) {
      expect((await failureOf(() => convertExport(source, target, { format })))[0]).toBe('EXPORT_EXISTS');
    }
    expect(await storageFiles(target)).toEqual(before);
    const other = onePart(header + row + row);
    await convertExport(other, target, { format: 'CSV', overwrite: true });
    const expected = [...(await storageFiles(other)).keys(), '_CHECK'].sort();
    expect([...(await storageFiles(target)).keys()]).toEqual(expected);
    expect((await storageFiles(target)).get(forecastPart)).toBe(header + row + row);
  });

  it('keeps what it held when the new export cannot be completed', async () => {
    const target = createMemoryStorage();
    await convertExport(onePart(header + row), target, { format: 'CSV' });
    const before = await storageFiles(target);
    const broken = onePart(header + row, 'no header\n');
    expect((await failureOf(() => convertExport(broken, target, { format: 'CSV', overwrite: true })))[0]).toBe(
      'SCHEMA_INVALID',
    );
    const bad = onePart(header + row + row.replace('4.5', 'x'));
    expect((await failureOf(() => convertExport(bad, target, { format: 'CSV', overwrite: true })))[0]).toBe(
      'NUMBER_INVALID',
    );
    expect(await storageFiles(target)).toEqual(before);
  });

  it('with another export gets this one beside it', async () => {
    const target = createMemoryStorage();
    await convertExport(onePart(header + row), target, { format: 'CSV' });
    const later = createMemoryStorage([[forecastPart.replace('12-14', '12-21'), header + row]]);
    await convertExport(later, target, { format: 'PARQUET' });
    const { exports, markers } = await listExports(target);
    expect(exports.map(({ exportedAtText, formats }) => [exportedAtText, formats])).toEqual([
      ['2021-12-14T13-20-10Z', ['CSV']],
      ['2021-12-21T13-20-10Z', ['PARQUET']],
    ]);
    expect(markers).toEqual(['_CHECK', '_SUCCESS']);
  });
});

describe('a source', () => {
  it('that changes while it is read stops the conversion', async () => {
    const source = onePart(header + row);
    const opened = await openExport(source);
    source.put(forecastPart, header + row + row);
    const target = createMemoryStorage();
    expect((await failureOf(() => convertExport(opened, target, { format: 'PARQUET' })))[0]).toBe('FILE_CHANGED');
    expect((await storageFiles(target)).size).toBe(0);
  });

  it('that is incomplete does not become complete', async () => {
    const source = createMemoryStorage([[forecastPart, header + row]]);
    const target = createMemoryStorage();
    const result = await convertExport(source, target, { format: 'PARQUET' });
    expect([...(await storageFiles(target)).keys()]).toEqual(['_CHECK', forecastPart.replace('csv', 'parquet')]);
    expect(result.warnings.map(({ code }) => code)).toContain('SUCCESS_MISSING');
  });
});

describe('formulas', () => {
  const cells = ['=1+1', '+1', '-1', '@x', '\tx', '\rx', '\nx', '＝1', 'a=1', "'=1", '1', ''];

  it('are guarded in CSV on request, and nothing else changes', async () => {
    const quoted = (text: string): string => (/[\n\r]/.test(text) ? `"${text}"` : text);
    const source = onePart(header + cells.map((text) => row.replace('bike_12', quoted(text))).join(''));
    const target = createMemoryStorage();
    const result = await convertExport(source, target, { format: 'CSV', guardFormulas: true });
    expect(result.guardedCells).toBe(8);
    const guarded = cells.map((text, index) => quoted(index < 8 ? `'${text}` : text));
    expect((await storageFiles(target)).get(forecastPart)).toBe(
      Buffer.from(header + guarded.map((text) => row.replace('bike_12', text)).join('')).toString('latin1'),
    );
    const plain = await convertExport(source, createMemoryStorage(), { format: 'CSV' });
    expect(plain.guardedCells).toBe(0);
  });
});

/** A storage whose writers fail after so many bytes, or that changes what they write. */
function badStorage(change: (bytes: Uint8Array, written: number) => Uint8Array): MemoryStorage {
  const storage = createMemoryStorage();
  const create = storage.create.bind(storage);
  let written = 0;
  storage.create = async (path, options) => {
    const writer = await create(path, options);
    const write = writer.write.bind(writer);
    writer.write = async (bytes) => {
      written += bytes.length;
      await write(change(bytes, written));
    };
    return writer;
  };
  return storage;
}

describe('a conversion that goes wrong', () => {
  it.each(['CSV', 'PARQUET'] as const)('is not published when %s reads back as something else', async (format) => {
    const flip = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => (byte === 0x35 ? 0x36 : byte));
    const target = badStorage(flip);
    const [code] = await failureOf(() => convertExport(onePart(header + row), target, { format }));
    expect(code).toBe('CONVERSION_UNPROVEN');
    expect((await storageFiles(target)).size).toBe(0);
  });

  it('leaves nothing when the disk is full', async () => {
    const source = createMemoryStorage();
    await generateExport(source, { items: 50, parts: 3 });
    const full = badStorage((bytes, written) => {
      if (written > 20_000) throw new Error('no space');
      return bytes;
    });
    await expect(convertExport(source, full, { format: 'PARQUET' })).rejects.toThrow('no space');
    expect((await storageFiles(full)).size).toBe(0);
  });

  it('leaves nothing when files may not grow any more', async () => {
    const source = await sourceFolder(400);
    const before = folderFiles(source);
    const target = join(temporaryFolder(), 'target');
    const script = `
      import { convertExport } from ${JSON.stringify(library)};
      try { await convertExport(${JSON.stringify(source)}, ${JSON.stringify(target)}, { format: 'CSV', threads: 2 }); }
      catch (error) { console.log(error.code, error.message.split(': ').at(-1)); }`;
    const command = 'ulimit -f 100; exec "$0" --input-type=module -e "$1"';
    const { stdout } = spawnSync('bash', ['-c', command, process.execPath, script], { encoding: 'utf8' });
    expect(stdout.trim()).toBe('WRITE_FAILED the file would be larger than is allowed here (EFBIG)');
    expect([names(target), folderFiles(source)]).toEqual([[], before]);
  });

  it('leaves nothing when it is aborted, on any number of threads', async () => {
    const source = await sourceFolder(200);
    for (const threads of [1, 3]) {
      const target = join(temporaryFolder(), 'target');
      const stop = new AbortController();
      const aborted = convertExport(source, target, {
        format: 'PARQUET',
        threads,
        signal: stop.signal,
        onProgress: () => stop.abort(new Error('enough')),
      });
      await expect(aborted).rejects.toThrow('enough');
      expect(names(target)).toEqual([]);
    }
  });

  it.each([0, 3, 30, 100])(
    'leaves only hidden files when it is killed after %d ms of writing',
    async (milliseconds) => {
      const source = await sourceFolder(3000);
      const before = folderFiles(source);
      const target = join(temporaryFolder(), 'target');
      const script = `
      import { convertExport } from ${JSON.stringify(library)};
      await convertExport(${JSON.stringify(source)}, ${JSON.stringify(target)}, { format: 'PARQUET', threads: 2 });`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      while (names(target).length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      child.kill('SIGKILL');
      await ended;
      const left = names(target);
      const visible = left.filter((name) => !name.includes('/.…') && !name.startsWith('.…'));
      if (visible.includes('_SUCCESS')) expect(visible).toHaveLength(8 + 2);
      else {
        const { exports } = await listExports(target);
        expect(exports.every(({ complete }) => !complete)).toBe(true);
      }
      expect(folderFiles(source)).toEqual(before);
      const again = await convertExport(source, target, { format: 'PARQUET', overwrite: true });
      expect(again.tables['forecasted-values']?.partsWritten).toBe(4);
    },
  );
});
