import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { Row } from '#src/batch/forms/rows.js';
import { parseNumberText } from '#src/schema/number-text.js';
import { parseTimeText } from '#src/schema/time-text.js';
import { decodeAll } from '../support/decode-all.ts';
import { seededRandom } from '../support/random.ts';

const header = 'item_id,store,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p10,p90';
const plain = 'a,x,2020-01-01T00:00:00Z,5.0,2020-01-01T00:00:00,2020-01-02T00:00:00,4.25,1.0,123.45678901234567';

/** Every case runs whole and at every stride, with one row a batch and with many, and against csv-parse. */
const cases: Record<string, string> = {
  'one row': `${header}\n${plain}\n`,
  'no rows': `${header}\n`,
  'header without a line end': header,
  'no final newline': `${header}\n${plain}\n${plain}`,
  'CRLF, no final newline': `${header}\r\n${plain}\r\n${plain}\r\n${plain}`,
  CRLF: `${header}\r\n${plain}\r\n${plain}\r\n`,
  'LF and CRLF mixed': `${header}\n${plain}\r\n${plain}\n${plain}\r\n`,
  'byte-order mark': `\ufeff${header}\n${plain}\n`,
  'byte-order mark inside': `${header}\n${plain.replace('a,x', '\ufeffa,\ufeff')}\n`,
  'blank lines': `\n\n${header}\n\n${plain}\n\r\n\n${plain}\n\n`,
  'empty fields': `${header}\n,,,,,,,,\n,x,,1.0,,,,,\n`,
  'quoted fields': `${header}\n"a","x","2020-01-01T00:00:00Z","5.0","2020-01-01","2020-01-02 00:00:00","4.25","","-0.0"\n`,
  'doubled quotes': `${header}\n${plain.replace('a,x', '"say ""hi""","""",')}\n`.replace(',,2020', ',2020'),
  'commas and line breaks in quotes': `${header}\n${plain.replace('a,x', '"a,\r\nb\n","\n"')}\n${plain}\n`,
  'text that looks like the row above': `${header}\n${plain.replace('a,x', '"a,b",x')}\n${plain.replace('a,x', 'a,b')}\n`,
  'multibyte text': `${header}\n${plain.replace('a,x', 'żółć,日本語')}\n${plain.replace('a,x', '👩‍👩‍👧,é')}\n`,
  'long texts': `${header}\n${plain.replace('a,x', `${'l'.repeat(40)},${'m'.repeat(33)}`)}\n${plain.replace('a,x', `${'l'.repeat(40)},${'m'.repeat(32)}`)}\n`,
  'prefixes of the row above': `${header}\n${plain.replace('a,x', 'abcd,xy')}\n${plain.replace('a,x', 'abc,x')}\n${plain.replace('a,x', ',')}\n${plain.replace('a,x', 'abcd,xyz')}\n`,
  'numbers of any length': `${header}\n${plain.replace('4.25', '12345678901234567890.123')}\n${plain.replace('4.25', '1E5')}\n${plain.replace('4.25', '.5')}\n${plain.replace('4.25', `0.${'1234567890'.repeat(9)}`)}\n`,
  'NaN and Infinity': `${header}\n${plain.replace('4.25', 'NaN')}\n${plain.replace('4.25', '-Infinity')}\n`,
  'NUL in text': `${header}\n${plain.replace('a,x', 'a\0b,\0')}\n`,
  'names of objects': `${header.replace('store', '__proto__')}\n${plain}\n`,
};

function oracle(text: string): Row[] {
  const records: string[][] = parse(text.replace(/^\ufeff/, ''), {
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: false,
  });
  const [names = [], ...rows] = records;
  return rows.map((cells) => {
    const row: Row = Object.create(null) as Row;
    for (const [index, name] of names.entries()) row[name] = cell(name, cells[index] ?? '');
    return row;
  });
}

function cell(name: string, text: string): Row[string] {
  if (['item_id', 'store', '__proto__'].includes(name)) return text;
  if (text === '') return null;
  const time = name.includes('time') ? parseTimeText(text) : undefined;
  if (time !== undefined) return new Date(time.milliseconds);
  const value = parseNumberText(text);
  if (typeof value === 'string') throw new TypeError(`the oracle met '${text}'`);
  return value;
}

describe('every case at every split, against csv-parse', () => {
  for (const [name, text] of Object.entries(cases)) {
    it(name, async () => {
      const expected = oracle(text);
      const bytes = new TextEncoder().encode(text);
      expect((await decodeAll(bytes)).rows).toEqual(expected);
      for (let chunkBytes = 1; chunkBytes <= bytes.length; chunkBytes++) {
        for (const batchRows of [1, 4096]) {
          const { rows, notes } = await decodeAll(bytes, { chunkBytes, batchRows });
          expect(rows, `stride ${chunkBytes}, ${batchRows} rows`).toEqual(expected);
          expect(notes.records).toBe(expected.length);
        }
      }
    });
  }

  it('reports what else it found', async () => {
    const notes = async (name: string): Promise<object> => (await decodeAll(cases[name] ?? '')).notes;
    expect(await notes('one row')).toMatchObject({
      lineEnds: 'LF',
      blankLines: 0,
      unterminatedLastRow: false,
      byteOrderMark: false,
    });
    expect(await notes('CRLF')).toMatchObject({ lineEnds: 'CRLF' });
    expect(await notes('LF and CRLF mixed')).toMatchObject({ lineEnds: 'mixed' });
    expect(await notes('no final newline')).toMatchObject({ unterminatedLastRow: true });
    expect(await notes('CRLF, no final newline')).toMatchObject({ lineEnds: 'CRLF', unterminatedLastRow: true });
    expect(await notes('byte-order mark')).toMatchObject({ byteOrderMark: true });
    expect(await notes('blank lines')).toMatchObject({ blankLines: 6 });
    for (const rows of [1, 2, 3, 9, 40]) {
      for (const [lineEnd, expected] of [
        ['\n', 'LF'],
        ['\r\n', 'CRLF'],
      ] as const) {
        const text = [header, ...Array.from({ length: rows }, () => plain)].join(lineEnd);
        for (const chunkBytes of [1, 100, text.length - 1, text.length, 100_000]) {
          const { notes: found } = await decodeAll(text, { chunkBytes });
          expect(found.lineEnds, `${rows} rows, stride ${chunkBytes}`).toBe(rows === 1 ? 'none' : expected);
        }
      }
    }
    expect(await notes('no rows')).toMatchObject({ lineEnds: 'none', records: 0 });
    const { timeSpellings } = (await decodeAll(cases['quoted fields'] ?? '')).notes;
    expect(Object.fromEntries(timeSpellings)).toEqual({
      timestamp: 2,
      backtestwindow_start_time: 16,
      backtestwindow_end_time: 8,
    });
  });
});

describe('random exports', () => {
  const seed = 7;
  it(`agree with csv-parse at random strides (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
    const texts = [
      'a',
      'ab',
      'abc',
      '',
      'x,y',
      'q"q',
      'line\nbreak',
      'ünï',
      'a'.repeat(16),
      `${'a'.repeat(16)}b`,
      'not defined',
      '007',
      '1e5',
    ];
    const numbers = [
      '',
      '1.0',
      '-0.0',
      '0.1',
      '12345.678901234567',
      '0.0001234567890123456',
      '2.295408381527212E-4',
      '1.0E7',
      'NaN',
      '"3.5"',
      '123456789.5',
      '-7',
    ];
    const times = [
      '',
      '2020-02-29T23:59:59',
      '2020-02-29T23:59:59Z',
      '1999-12-31',
      '2000-01-01T00:00:00+05:30',
      '2000-01-01T00:00:00.125',
      '"2000-01-01 10:00:00"',
    ];
    for (let round = 0; round < 120; round++) {
      const lines = Array.from({ length: 30 }, () => {
        const text = (): string => {
          const value = random() < 0.6 ? 'same' : pick(texts);
          return /[",\n]/.test(value) || random() < 0.1 ? `"${value.replaceAll('"', '""')}"` : value;
        };
        const number = (): string => pick(numbers);
        return [text(), text(), pick(times), number(), pick(times), pick(times), number(), number(), number()].join(
          ',',
        );
      });
      const csv = [header, ...lines].join(pick(['\n', '\r\n'])) + pick(['', '\n']);
      const options = { chunkBytes: 1 + Math.floor(random() * 400), batchRows: 1 + Math.floor(random() * 40) };
      expect((await decodeAll(csv, options)).rows, JSON.stringify(options)).toEqual(oracle(csv));
      const columns = header.split(',').filter(() => random() < 0.4);
      if (columns.length === 0) continue;
      const projected = oracle(csv).map((row) => Object.fromEntries(columns.map((name) => [name, row[name]])));
      const { rows } = await decodeAll(csv, { ...options, columns });
      expect(rows.map((row) => ({ ...row }))).toEqual(projected);
    }
  });
});
