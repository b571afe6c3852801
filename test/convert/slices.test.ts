import { afterEach, describe, expect, it } from 'vitest';
import type { PartNotes } from '#src/batch/decode-options.js';
import { convertSliced } from '#src/convert/convert-sliced.js';
import { convertUnit } from '#src/convert/convert-unit.js';
import { planUnits } from '#src/convert/plan-units.js';
import { mostSliceOutput, sliceSizes } from '#src/convert/slice-sizes.js';
import type { UnitInput, UnitOutput } from '#src/convert/unit.js';
import { BacktestExportError } from '#src/errors.js';
import { readPart } from '#src/export/parts/part-source.js';
import { NotSliced, rightSlices, type SliceRead } from '#src/export/parts/right-slices.js';
import { convertExport, createLocalStorage, createMemoryStorage, openExport, type ConvertOptions } from '#src/index.js';
import { createParquetEncoder } from '#src/parquet/write/encode.js';
import type { Storage } from '#src/storage/storage.js';
import { generateExport } from '#src/testing/index.js';
import { folderFiles, storageFiles, writeFolder } from '../support/folder-files.ts';
import { seededRandom } from '../support/random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { useWorkers } from '../support/use-workers.ts';
import { forecastHeader, forecastPart, forecastRow } from './one-part.ts';

useWorkers();
const usual = { ...sliceSizes };
afterEach(() => Object.assign(sliceSizes, usual));

function cutAt(bytes: number): void {
  Object.assign(sliceSizes, { CSV: bytes, PARQUET: bytes });
}

const row = (item: string, mean = '4.5', time = '2021-12-01T00:00:00Z'): string =>
  forecastRow.replace('bike_12', item).replace(',4.5,', `,${mean},`).replace('2021-12-01T00:00:00Z', time);
const rows = row('a') + row('b', '1.0E-5') + row('c', 'NaN') + row('d', '') + row('a', '0.1');

interface Made extends Omit<UnitOutput, 'files'> {
  readonly bytes: (string | undefined)[];
}

/** What a unit becomes, and the bytes of its files; the error's code and place where it fails. Nothing may be left then. */
async function made(storage: Storage, work: Promise<UnitOutput | undefined>): Promise<unknown> {
  let output: UnitOutput | undefined;
  try {
    output = await work;
  } catch (error) {
    if (!(error instanceof BacktestExportError)) throw error;
    expect((await storageFiles(storage)).size).toBe(0);
    return [error.code, error.message, error.position];
  }
  const files = await storageFiles(storage);
  if (output === undefined) {
    expect(files.size).toBe(0);
    return 'whole';
  }
  const { files: written, ...rest } = output;
  const all: Made = { ...rest, bytes: written.map(({ temporary }) => files.get(temporary)) };
  return all;
}

/** CSV as Parquet of small row groups. */
async function encodeGroups(text: string, rowGroupRows: number): Promise<Uint8Array<ArrayBuffer>> {
  const opened = await openExport(createMemoryStorage([[forecastPart, text]]));
  const [unit] = planUnits(opened, { format: 'PARQUET' });
  const [source] = unit?.sources ?? [];
  if (unit === undefined || source === undefined) throw new Error('no unit');
  const encoder = await createParquetEncoder(unit.schema, { rowGroupRows });
  const pieces = [encoder.start().slice()];
  for await (const batch of readPart(source)) pieces.push(encoder.encode(batch).slice());
  pieces.push(encoder.finish().slice());
  encoder.release();
  return new Uint8Array(Buffer.concat(pieces));
}

/** Converts the one part of a source whole, and with a function for it in slices on this thread. */
async function prepare(
  source: Storage,
  options: Pick<ConvertOptions, 'format' | 'lossy' | 'guardFormulas'>,
): Promise<{ whole: unknown; sliced: () => Promise<unknown> }> {
  const { format, lossy = false, guardFormulas = false } = options;
  const opened = await openExport(source);
  const [unit] = planUnits(opened, { format });
  if (unit === undefined) throw new Error('no unit');
  const input = (destination: Storage): UnitInput => {
    return { ...unit, destination, format, parquet: {}, guardFormulas, lossy, overwrite: false };
  };
  const context = { signal: new AbortController().signal, onBytes: () => undefined };
  const run = async (convert: (input: UnitInput) => Promise<UnitOutput | undefined>): Promise<unknown> => {
    const storage = createMemoryStorage();
    return made(storage, convert(input(storage)));
  };
  return {
    whole: await run(async (given) => (await convertUnit(given, context)).output),
    sliced: () => run((given) => convertSliced(given, { threads: 1, onBytes: () => undefined })),
  };
}

// every item is a line break, a record up to its item, and no more: from within one, the other half of the file is sound too
const upToItem = '2021-12-01T00:00:00Z,5.0,2021-12-01T00:00:00,2021-12-14T00:00:00,4.5,1.0,9.0,';
const headerWithItemLast = `${forecastHeader.slice('item_id,'.length, -1)},item_id\n`;

const texts: Record<string, string> = {
  rows: forecastHeader + rows,
  'a header alone': forecastHeader,
  'line breaks in quotes': `${forecastHeader}${row('"a\nb\n\n"')}${row('"\n,"')}${row('c')}`,
  'wrong guesses that read sound rows': headerWithItemLast + `${upToItem}"\n${upToItem}"\n`.repeat(7),
  'rows within a quoted text': `${forecastHeader}${row(`"x\n${row('a')}${row('b')}"`)}${row('c')}`,
  formulas: `${forecastHeader}${row('=1+1')}${row('b')}${row('-cmd')}${rows}`,
};
const lost: Record<string, string> = {
  'an unusual number at the end': `${forecastHeader}${rows}${row('z', '1.50')}`,
  CRLF: (forecastHeader + rows).replaceAll('\n', '\r\n'),
  'no last line end': (forecastHeader + rows).slice(0, -1),
  'empty lines': `${forecastHeader}${row('a')}\n\n${row('b')}\n`,
  'an empty line at the end': `${forecastHeader}${rows}\n`,
  'a byte-order mark': `\ufeff${forecastHeader}${rows}`,
  'headers inside the data': forecastHeader + rows + forecastHeader + row('z'),
  'times spelled in two ways': `${forecastHeader}${rows}${row('z', '1.0', '2021-12-02')}`,
  'a number that is none': `${forecastHeader}${rows}${row('z', 'x')}${row('y')}`,
  'an open quote': `${forecastHeader}${rows}${row('"z')}${row('y')}`,
};

describe('a part converted in slices is the part converted whole', () => {
  it.each(Object.entries(texts))('at many cuts: %s', async (_, text) => {
    const source = createMemoryStorage([[forecastPart, text]]);
    for (const options of [{ format: 'PARQUET' }, { format: 'CSV', guardFormulas: true }] as const) {
      const { whole, sliced } = await prepare(source, options);
      expect(whole).toHaveProperty('losses', []);
      for (let size = 30; size < text.length; size += size < 130 ? 5 : 29) {
        cutAt(size);
        expect(await sliced(), `${options.format} cut into ${size} bytes`).toEqual(whole);
      }
    }
  });

  it.each(Object.entries(lost))('or is left to one thread, which says where: %s', async (_, text) => {
    const source = createMemoryStorage([[forecastPart, text]]);
    for (const lossy of [false, true]) {
      const { sliced } = await prepare(source, { format: 'PARQUET', lossy });
      for (const size of [31, 64, 150, 301]) {
        cutAt(size);
        expect(await sliced(), `cut into ${size} bytes`).toBe('whole');
      }
    }
  });

  it('whatever its bytes are (seed 11)', async () => {
    const random = seededRandom(11);
    const pieces = ['"', '""', '\n', '\r\n', ',', 'x', '9', 'é', '\ufeff', row('q'), forecastHeader, '"\n"'];
    const seen = { sliced: 0, whole: 0 };
    for (let round = 0; round < 150; round++) {
      let text = texts[round % 2 === 0 ? 'rows' : 'line breaks in quotes'] ?? '';
      for (let change = Math.floor(random() * 3); change > 0; change--) {
        const at = forecastHeader.length + Math.floor(random() * (text.length - forecastHeader.length));
        text = text.slice(0, at) + (pieces[Math.floor(random() * pieces.length)] ?? '') + text.slice(at);
      }
      const format = random() < 0.5 ? 'PARQUET' : 'CSV';
      const { whole, sliced } = await prepare(createMemoryStorage([[forecastPart, text]]), { format });
      cutAt(20 + Math.floor(random() * 200));
      const result = await sliced();
      seen[result === 'whole' ? 'whole' : 'sliced']++;
      if (result !== 'whole') expect(result, JSON.stringify(text)).toEqual(whole);
    }
    expect(Math.min(seen.sliced, seen.whole)).toBeGreaterThan(20);
  });

  it('from Parquet of several row groups, and nothing of a group that is too large', async () => {
    const text = forecastHeader + rows.repeat(5);
    const bytes = await encodeGroups(text, 3);
    const path = forecastPart.replace('.csv', '.parquet');
    const source = createMemoryStorage([[path, bytes]]);
    for (const format of ['CSV', 'PARQUET'] as const) {
      const { whole, sliced } = await prepare(source, { format });
      if (format === 'CSV') expect(whole).toMatchObject({ bytes: [text] });
      for (const size of [40, 333, 1000, bytes.length - 1]) {
        cutAt(size);
        expect(await sliced()).toEqual(whole);
      }
    }
    for (let at = 0; at < bytes.length; at += 97) {
      const damaged = bytes.with(at, (bytes[at] ?? 0) ^ 0x10);
      const work = prepare(createMemoryStorage([[path, damaged]]), { format: 'CSV' });
      const { whole, sliced } = await work.catch(() => ({ whole: undefined, sliced: undefined }));
      if (sliced === undefined) continue; // refused when it is opened
      const result = await sliced();
      expect(Array.isArray(whole) ? 'whole' : whole, `byte ${at}`).toEqual(result);
    }
    expect([mostSliceOutput(2), mostSliceOutput(64)]).toEqual([2 ** 27, 2 ** 23]);
  });
});

describe('several threads', () => {
  it('write the same bytes as one, both ways', async () => {
    const [csv, one] = [temporaryFolder(), temporaryFolder()];
    await generateExport(createLocalStorage(csv), { items: 40, windows: 3, parts: 1 });
    await convertExport(csv, one, { format: 'PARQUET', threads: 1 });
    cutAt(5000);
    for (const threads of [2, 3]) {
      const [there, back] = [temporaryFolder(), temporaryFolder()];
      const told: number[] = [];
      const onProgress = ({ bytes, totalBytes }: { bytes: number; totalBytes: number }): unknown =>
        told.push(bytes / totalBytes);
      await convertExport(csv, there, { format: 'PARQUET', threads, onProgress });
      await convertExport(there, back, { format: 'CSV', threads });
      expect(folderFiles(there)).toEqual(folderFiles(one));
      expect(folderFiles(back)).toEqual(folderFiles(csv));
      expect([told.at(-1), told.every((share, index) => share > (told[index - 1] ?? 0))]).toEqual([1, true]);
    }
  });

  it('refuse what one refuses, in the same place, and leave nothing', async () => {
    const folder = temporaryFolder();
    const bad = forecastHeader + rows.repeat(20) + row('z', 'x') + rows.repeat(20);
    await writeFolder(folder, createMemoryStorage([[forecastPart, bad]]));
    cutAt(1000);
    const refuse = async (threads: number): Promise<unknown> => {
      const target = temporaryFolder();
      const error = await convertExport(folder, target, { format: 'PARQUET', threads }).catch(
        (cause: unknown) => cause,
      );
      expect(folderFiles(target).size).toBe(0);
      return error instanceof BacktestExportError && [error.code, error.message, error.position];
    };
    const one = await refuse(1);
    expect(one).toMatchObject(['NUMBER_INVALID', expect.anything(), { record: 101, column: 'mean' }]);
    expect([await refuse(2), await refuse(3)]).toEqual([one, one]);
  });

  it('stop at the signal and leave nothing', async () => {
    const [csv, target] = [temporaryFolder(), temporaryFolder()];
    await writeFolder(csv, createMemoryStorage([[forecastPart, forecastHeader + rows.repeat(400)]]));
    cutAt(2000);
    const stop = new AbortController();
    const reason = new Error('enough');
    const onProgress = (): void => stop.abort(reason);
    const work = convertExport(csv, target, { format: 'CSV', threads: 2, signal: stop.signal, onProgress });
    await expect(work).rejects.toBe(reason);
    expect(folderFiles(target).size).toBe(0);
  });

  it.each(['CSV', 'PARQUET'] as const)('publish no %s that reads back as something else', async (format) => {
    const source = createMemoryStorage([[forecastPart, texts['rows'] ?? '']]);
    const target = createMemoryStorage();
    const create = target.create.bind(target);
    target.create = async (path, options) => {
      const writer = await create(path, options);
      const write = writer.write.bind(writer);
      writer.write = (bytes) => write(bytes.map((byte) => (byte === 0x35 ? 0x36 : byte)));
      return writer;
    };
    const [unit] = planUnits(await openExport(source), { format });
    if (unit === undefined) throw new Error('no unit');
    const more = { format, parquet: {}, guardFormulas: false, lossy: false, overwrite: false } as const;
    cutAt(100);
    const work = convertSliced({ ...unit, ...more, destination: target }, { threads: 1, onBytes: () => undefined });
    await expect(work).rejects.toMatchObject({ code: 'CONVERSION_UNPROVEN' });
    expect((await storageFiles(target)).size).toBe(0);
  });
});

describe('slices that cause more work than their file may', () => {
  it('are not the part', async () => {
    const slice = (start: number, work: number): SliceRead<{ notes: PartNotes }> => {
      return { notes: { slice: { start, end: start + 1, work } } as PartNotes };
    };
    const slices = [0, 1].map((from) => ({ from, to: from + 1 }));
    const read = async (work: number): Promise<number> => {
      let next = 0;
      let given = 0;
      const take = (): Promise<SliceRead<{ notes: PartNotes }>> => Promise.resolve(slice(next++, work));
      for await (const _ of rightSlices(slices, { take, read: take })) given++;
      return given;
    };
    expect(await read(0.49)).toBe(2);
    await expect(read(0.51)).rejects.toBeInstanceOf(NotSliced);
  });
});
