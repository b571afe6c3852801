import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import {
  type DefectName,
  type DefectOption,
  defectNames,
  describeDefect,
  generateExport,
  type GenerateOptions,
  type PlantedDefect,
} from '#src/testing/index.js';
import { TinyStorage } from './tiny-storage.ts';

const small: GenerateOptions = {
  items: 6,
  parts: 3,
  windows: 2,
  horizon: 3,
  dimensions: [{ name: 'store', cardinality: 2 }],
};

async function plant(defect: DefectName | DefectOption, options: GenerateOptions = small) {
  const clean = new TinyStorage();
  await generateExport(clean, options);
  const storage = new TinyStorage();
  const made = await generateExport(storage, { ...options, defects: [defect] });
  const [planted] = made.planted;
  return { clean, storage, made, planted: planted! };
}

const textAt = (storage: TinyStorage, { path, byte }: PlantedDefect, length = 12): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(storage.files.get(path)?.subarray(byte, byte! + length));
const hashesOf = ({ files }: TinyStorage): string[] =>
  [...files].map(([path, bytes]) => `${path} ${createHash('sha256').update(bytes).digest('hex')}`);
const part = (number: number): string =>
  `forecasted-values/Forecasts_synthetic_backtest_2021-12-14T13-20-10Z_part${number}.csv`;
const accuracyPart = (number: number): string =>
  `accuracy-metrics-values/Accuracy_synthetic_backtest_2021-12-14T13-20-10Z_part${number}.csv`;

const changes = async (name: DefectName): Promise<[added: string[], removed: string[], path: string]> => {
  const { clean, storage, planted } = await plant(name);
  const added = [...storage.files.keys()].filter((path) => !clean.files.has(path));
  const removed = [...clean.files.keys()].filter((path) => !storage.files.has(path));
  return [added, removed, planted.path];
};
const rowsOf = async (name: DefectName): Promise<string[][]> => parse((await plant(name)).storage.text(part(0)));

describe('every defect', () => {
  it('has one name and a description of one line', () => {
    expect(new Set(defectNames).size).toBe(defectNames.length);
    for (const name of defectNames) expect(describeDefect(name).description).toMatch(/^[^\n]{10,110}$/);
  });

  it.each(defectNames)('%s changes the export deterministically at the reported place', async (name) => {
    const first = await plant(name);
    const second = await plant(name);
    expect(first.made.planted).toEqual(second.made.planted);
    expect(hashesOf(first.storage)).toEqual(hashesOf(second.storage));
    expect(hashesOf(first.storage)).not.toEqual(hashesOf(first.clean));
    expect(first.planted.name).toBe(name);
    expect(first.planted.expectedCode).toBe(describeDefect(name).expects);
    const { record, line, byte, path } = first.planted;
    if (record === undefined || byte === undefined) return;
    const before = new TextDecoder().decode(first.storage.files.get(path)?.subarray(0, byte));
    expect(before.split('\n')).toHaveLength(line!);
    expect(record).toBe(line! - 1);
  });
});

describe('defects of one field', () => {
  it.each<[DefectName, string, string]>([
    ['nul-byte-in-text', 'item_id', 'a\0b,'],
    ['second-byte-order-mark', 'item_id', '\ufeffitem,'],
    ['empty-target', 'target_value', ','],
    ['empty-forecast', 'mean', ','],
    ['empty-item', 'item_id', ','],
    ['nan-forecast', 'mean', 'NaN,'],
    ['infinite-forecast', 'mean', 'Infinity,'],
    ['negative-zero', 'mean', '-0.0,'],
    ['overflow-number', 'mean', '1e400,'],
    ['hex-number', 'mean', '0x10,'],
    ['comma-decimal', 'mean', '"1,5",'],
    ['underscore-number', 'mean', '1_000,'],
    ['word-in-number', 'mean', 'unknown,'],
    ['not-defined-forecast', 'mean', 'not defined,'],
    ['long-number', 'mean', '0.10123456789'],
    ['halfway-number', 'mean', '9007199254740993.0,'],
    ['loose-number', 'mean', '+5.,'],
    ['impossible-date', 'timestamp', '2021-02-30T00:00:00Z,'],
    ['year-zero', 'timestamp', '0000-01-01T00:00:00Z,'],
    ['leap-second', 'timestamp', '2016-12-31T23:59:60Z,'],
    ['not-a-time', 'timestamp', 'yesterday,'],
    ['timestamp-outside-window', 'timestamp', '2031-01-01T00:00:00Z,'],
    ['window-start-after-end', 'backtestwindow_start_time', '2031-01-01T00:00:00,'],
    ['unknown-backtest-window', 'backtest_window', 'Partial,'],
    ['not-defined-partly', 'wQL[0.1]', 'not defined,'],
    ['not-defined-with-forecasts', 'wQL[0.1]', 'not defined,not defined,'],
  ])('%s is in column %s', async (name, column, text) => {
    const { storage, planted } = await plant(name);
    expect(planted.column).toBe(column);
    expect(textAt(storage, planted, new TextEncoder().encode(text).length)).toBe(text);
    const rows: string[][] = parse(storage.text(planted.path), { relax_column_count: true });
    const header = rows[0]!;
    expect(text.replaceAll('"', '')).toContain(rows[planted.record!]![header.indexOf(column)]!.slice(0, 11));
  });

  it('puts a NUL byte, a space, another spelling into the clean text', async () => {
    const nul = await plant('nul-byte-in-number');
    expect(textAt(nul.storage, nul.planted)).toMatch(/^\d\0\d/);
    const space = await plant('space-before-number');
    expect(textAt(space.storage, space.planted)).toMatch(/^ \d/);
    const spelling = await plant('mixed-time-spelling');
    expect(textAt(spelling.storage, spelling.planted, 20)).toMatch(/^2021-11-01T\d\d:00:00,$/);
  });
});

describe('defects of records', () => {
  it.each<[DefectName, RegExp]>([
    ['repeated-header', /^item_id,store,timestamp,/],
    ['too-few-fields', /^item_0000,([^,]*,){7}[^,]*\n/],
    ['too-many-fields', /^item_0000,([^,]*,){9}1\.0\n/],
    ['unclosed-quote', /^"never closed,[^"]*$/],
    ['stray-quote', /^"c,/],
    ['endless-line', /^x{100}/],
    ['cut-mid-row', /^item_0001,store_0001$/],
    ['lone-cr', /^\ritem_/],
    ['mixed-line-ends', /^\r\nitem_/],
    ['no-final-newline', /^$/],
    ['blank-lines', /^\n\nitem_/],
    ['missing-header', /^item_0000,/],
    ['wrong-header', /^time_stamp,/],
    ['duplicate-column', /^target_value\n/],
    ['columns-disagree', /^p99\n/],
    ['shuffled-columns', /^p90,p50,p10,mean,.*,timestamp,item_id,store\n\d/],
    ['quoted-everything', /^"item_id","store","timestamp"/],
    ['byte-order-mark', /^\ufeffitem_id,/],
    ['crlf', /^[^\n]*\r\n([^\n]*\r\n)+$/],
    ['utf16-as-csv', /^\ufffd\ufffdi\0t\0e\0m\0/],
    ['zip-as-csv', /^PK\W\W/],
    ['parquet-as-csv', /^PAR1.*PAR1$/],
  ])('%s', async (name, found) => {
    const { storage, planted } = await plant(name);
    expect(textAt(storage, planted, 1e7)).toMatch(found);
  });

  it('repeats a record: equal, nearly equal, different', async () => {
    for (const name of ['duplicate-row', 'duplicate-row-nearly', 'duplicate-row-different'] as const) {
      const { storage, planted } = await plant(name);
      const rows: string[][] = parse(storage.text(planted.path));
      const [earlier, copy] = [rows[planted.record! - 1]!, rows[planted.record!]!];
      const differing = copy.flatMap((field, column) => (field === earlier[column] ? [] : [column]));
      expect(differing).toEqual(
        { 'duplicate-row': [], 'duplicate-row-nearly': [6], 'duplicate-row-different': [3] }[name],
      );
      if (name !== 'duplicate-row-nearly') continue;
      const [before, after] = [Number(earlier[6]), Number(copy[6])];
      expect((after - before) / before).toBeGreaterThan(0);
      expect((after - before) / before).toBeLessThan(4.5e-16);
    }
  });

  it('merges three exports: each key three times, Summary rows nearly equal', async () => {
    const { storage, clean, planted } = await plant('merged-exports');
    expect(planted.path).toBe(accuracyPart(0));
    const [merged, single]: string[][][] = [storage, clean].map((one) => parse(one.text(accuracyPart(0))));
    expect(merged).toHaveLength(1 + 3 * (single!.length - 1));
    expect(new Set(merged!.map((row) => row.slice(0, 5).join())).size).toBe(single!.length);
    const distinct = new Set(merged!.filter((row) => row[2] === 'Summary').map((row) => row.join()));
    expect(distinct.size).toBe(2 * single!.filter((row) => row[2] === 'Summary').length);
    expect(storage.text(part(1)).split('\n')).toHaveLength(2 + 3 * (clean.text(part(1)).split('\n').length - 2));
  });

  it('makes a gzip file that unpacks, and a byte that is not UTF-8', async () => {
    const gzip = await plant('gzip-as-csv');
    expect(gunzipSync(gzip.storage.files.get(gzip.planted.path)!).toString()).toBe(gzip.clean.text(gzip.planted.path));
    const invalid = await plant('invalid-utf8');
    expect(invalid.storage.files.get(invalid.planted.path)![invalid.planted.byte!]).toBe(0xff);
  });
});

describe('defects of the folder', () => {
  it('adds, removes and renames files', async () => {
    expect(await changes('zero-byte-part')).toEqual([[part(3)], [], part(3)]);
    expect(await changes('header-only-part')).toEqual([[part(3)], [], part(3)]);
    expect(await changes('missing-part')).toEqual([[], [part(1)], part(1)]);
    expect(await changes('duplicate-part')).toEqual([[part(3)], [], part(3)]);
    const parquet = part(0).replace('.csv', '.parquet');
    expect(await changes('mixed-formats')).toEqual([[parquet], [], parquet]);
    expect(await changes('no-success-marker')).toEqual([[], ['_SUCCESS'], '_SUCCESS']);
    expect((await changes('no-markers'))[1]).toEqual(['_CHECK', '_SUCCESS']);
    expect((await changes('missing-accuracy-table'))[1]).toEqual([accuracyPart(0), accuracyPart(1), accuracyPart(2)]);
    expect((await changes('foreign-file'))[0]).toEqual(['notes.txt', 'forecasted-values/README.md']);
    expect((await changes('hidden-files'))[0]).toEqual(['.DS_Store', 'forecasted-values/.part0.csv.crc']);
    const [second] = await changes('second-export-in-folder');
    expect(second).toHaveLength(6);
    expect(second.every((path) => path.includes('_2021-12-15T13-20-10Z_'))).toBe(true);
    const [swapped] = await changes('swapped-folders');
    expect(swapped).toContain(accuracyPart(0).replace('accuracy-metrics-values', 'forecasted-values'));
  });

  it('leaves only the header in a header-only part, and copies a duplicate', async () => {
    const header = await plant('header-only-part');
    expect(header.storage.text(part(3))).toBe(`${header.made.columns['forecasted-values'].join()}\n`);
    const copy = await plant('duplicate-part');
    expect(copy.storage.text(part(3))).toBe(copy.storage.text(part(0)));
  });
});

describe('defects of shape', () => {
  it('apply to the whole export', async () => {
    expect((await rowsOf('digits-item-id'))[1]![0]).toBe('000000');
    expect((await rowsOf('formula-text'))[1]![0]).toBe("=cmd|' /C calc'!A0");
    expect((await rowsOf('hostile-text'))[1]![0]).toBe('a,b');
    expect((await rowsOf('no-mean'))[0]!.slice(-3)).toEqual(['p10', 'p50', 'p90']);
    expect((await rowsOf('proto-column-names'))[0]!.slice(1, 4)).toEqual(['store', '__proto__', 'constructor']);
    const zero = (await rowsOf('zero-actuals')).slice(1);
    const [first, later] = [
      zero.filter((row) => row[2]! < '2021-11-01T03'),
      zero.filter((row) => row[2]! >= '2021-11-01T03'),
    ];
    expect(first.every((row) => row[3] === '0.0')).toBe(true);
    expect(later.some((row) => row[3] !== '0.0')).toBe(true);
    expect((await rowsOf('crossed-quantiles')).slice(1).some((row) => Number(row[7]) > Number(row[9]))).toBe(true);
    expect((await rowsOf('negative-forecasts')).slice(1).some((row) => Number(row[6]) < 0)).toBe(true);
  });
});

describe('a defect with a place', () => {
  it('is planted in the given part and record', async () => {
    const { planted, storage } = await plant({ name: 'hex-number', part: 2, record: 5 });
    expect(planted).toMatchObject({
      path: part(2),
      record: 5,
      line: 6,
      column: 'mean',
      expectedCode: 'NUMBER_INVALID',
    });
    expect(textAt(storage, planted, 5)).toBe('0x10,');
    const accuracy = await plant({ name: 'too-few-fields', table: 'accuracy-metrics-values', part: 1 });
    expect(accuracy.planted.path).toBe(accuracyPart(1));
  });

  it('counts quoted line breaks in its line number', async () => {
    const { planted, storage } = await plant(
      { name: 'hex-number', record: 20 },
      { items: 8, horizon: 3, textStyle: 'hostile' },
    );
    const before = storage.text(planted.path).slice(0, storage.text(planted.path).indexOf('0x10'));
    expect(planted).toMatchObject({ record: 20, line: before.split('\n').length });
    expect(planted.line).toBeGreaterThan(21);
  });

  it('shares an export with others, each in its own part', async () => {
    const storage = new TinyStorage();
    const made = await generateExport(storage, { ...small, defects: ['hex-number', 'stray-quote', 'zero-byte-part'] });
    expect(made.planted.map(({ path }) => path)).toEqual([part(0), part(1), part(3)]);
  });

  it.each<[GenerateOptions['defects'], string]>([
    [['hex-number', 'stray-quote', 'crlf', 'lone-cr'], 'no part is left for lone-cr'],
    [[{ name: 'hex-number', record: 9999 }], 'no part is left'],
    [[{ name: 'hex-number', part: 7 }], 'no part is left'],
    [['swapped-folders', 'crlf'], 'alone'],
  ])('refuses %j', async (defects, problem) => {
    await expect(
      generateExport(new TinyStorage(), { ...small, ...(defects ? { defects } : {}) }),
    ).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining(problem),
    });
  });
});
