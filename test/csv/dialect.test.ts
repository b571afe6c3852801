import { describe, expect, it } from 'vitest';
import { toRows, type Row } from '#src/batch/forms/rows.js';
import { decodeCsvDialect } from '#src/csv/decode-dialect.js';
import type { CsvDialect, DecodeOptions, PartNotes } from '#src/batch/decode-options.js';
import { memoryFile } from '../support/memory-file.ts';

const header = 'item_id;note;timestamp;target_value;backtestwindow_start_time;backtestwindow_end_time;mean\n';
const rest = ';2021-12-01T00:00:00Z;1,5;2021-12-01;2021-12-01;2,5\n';
const comma: CsvDialect = { delimiter: ';', decimal: ',' };

async function decode(
  content: string | Uint8Array,
  options: DecodeOptions = {},
  dialect: CsvDialect = comma,
): Promise<{ rows: Row[]; notes: PartNotes }> {
  const rows: Row[] = [];
  const batches = decodeCsvDialect(memoryFile(content), { ...options, dialect });
  for (;;) {
    const next = await batches.next();
    if (next.done === true) return { rows, notes: next.value };
    rows.push(...toRows(next.value));
  }
}

const items = async (...given: Parameters<typeof decode>): Promise<unknown[]> =>
  (await decode(...given)).rows.map((row) => row['item_id']);

describe('another dialect: where something is wrong', () => {
  const bytes = (...pieces: (string | number)[]): Buffer =>
    Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : Buffer.of(piece))));
  const cases: readonly (readonly [name: string, content: string | Uint8Array, code: string, position: object])[] = [
    [
      'a quote that should not be there',
      `${header}a;${rest}a;"${rest}b;"ok"${rest}`,
      'CSV_QUOTE_STRAY',
      { record: 2, line: 3 },
    ],
    [
      'the same behind blank lines',
      `${header}\n\na;"x\ny"${rest}\na;"${rest}b;"ok"${rest}`,
      'CSV_QUOTE_STRAY',
      { record: 2, line: 7 },
    ],
    [
      'a quote never closed',
      `${header}a;"x\ny"${rest}\n"b;${rest}${rest}`,
      'CSV_QUOTE_UNCLOSED',
      { record: 2, line: 5 },
    ],
    ['a quote in a bare field', `${header}"a\n\n";b"c${rest}`, 'CSV_QUOTE_STRAY', { record: 1, line: 4 }],
    ['too few fields', `${header}a;${rest}"b\n";c\n`, 'CSV_FIELD_COUNT', { record: 2, line: 3 }],
    [
      'a bad number',
      `${header}"a\n";${rest}b;${rest.replace('1,5', 'x')}`,
      'NUMBER_INVALID',
      { record: 2, line: 4, column: 'target_value' },
    ],
    ['a lone carriage return', `${header}a;${rest}b\rc;${rest}`, 'CSV_LINE_END_INVALID', { record: 2, line: 3 }],
    [
      'a lone carriage return at the end of a line',
      `${header}a;${rest}b;${rest.replace('\n', '\r\r\n')}`,
      'CSV_LINE_END_INVALID',
      { record: 2, line: 3 },
    ],
    [
      'a header with a lone carriage return',
      `${header.replace('\n', '\r')}a;${rest}`,
      'CSV_LINE_END_INVALID',
      { record: 0, line: 1 },
    ],
    [
      'bytes that are not UTF-8',
      bytes(`${header}a;"ü\n"${rest}b;é`, 0xff, rest),
      'CSV_UTF8_INVALID',
      { record: 2, line: 4, byte: Buffer.byteLength(`${header}a;"ü\n"${rest}b;é`) },
    ],
    [
      'the same behind a line of Excel',
      bytes(`sep=;\n${header}a;${rest}b;`, 0xff, rest),
      'CSV_UTF8_INVALID',
      { record: 2, line: 4, byte: 6 + header.length + 2 + rest.length + 2 },
    ],
    [
      'a character that the end cuts off',
      bytes(`${header}a;${rest}b;`, 0xc3),
      'CSV_UTF8_INVALID',
      { record: 2, line: 3, byte: header.length + 2 + rest.length + 2 },
    ],
    [
      'the header joined with a mark',
      `${header}a;${rest}\ufeff${header}b;${rest}`,
      'CSV_HEADER_REPEATED',
      { record: 2, line: 3 },
    ],
    ['another delimiter than Excel names', `sep=,\r\n${header}a;${rest}`, 'OPTION_INVALID', { line: 1 }],
  ];
  for (const [name, content, code, position] of cases) {
    it(name, async () => {
      for (const chunkBytes of [1, 2, 5, 64, 524_288]) {
        await expect(decode(content, { chunkBytes }), `stride ${chunkBytes}`).rejects.toMatchObject({
          code,
          position: { file: 'part.csv', ...position },
        });
      }
    });
  }

  it('a lone surrogate in UTF-16', async () => {
    const content = Buffer.from(`${header}a;é${rest}b;\ud800${rest}`, 'utf16le');
    const byte = 2 * `${header}a;é${rest}b;`.length;
    await expect(decode(content, { chunkBytes: 33 }, { ...comma, encoding: 'utf-16le' })).rejects.toMatchObject({
      code: 'CSV_UTF8_INVALID',
      position: { record: 2, line: 3, byte },
    });
  });
});

describe('another dialect: what is read', () => {
  it('a lone carriage return inside of quotes, and line ends of both kinds', async () => {
    const text = `${header.replace('\n', '\r\n')}"a\rb";${rest}c;${rest.replace('\n', '\r\n')}`;
    for (const chunkBytes of [1, 3, 4096]) expect(await items(text, { chunkBytes })).toEqual(['a\rb', 'c']);
  });

  it("Excel's first line, in any case, and a header that only looks like it", async () => {
    for (const first of ['sep=;\r\n', 'SEP=;\n', '\ufeffsep=;\n']) {
      for (const chunkBytes of [1, 4096])
        expect(await items(`${first}${header}a;${rest}`, { chunkBytes })).toEqual(['a']);
    }
    await expect(decode(`sep=;;\n${header}a;${rest}`)).rejects.toMatchObject({
      code: expect.stringMatching(/^SCHEMA|^CSV_FIELD/),
    });
  });

  it('headers joined with a mark, on request', async () => {
    const { rows, notes } = await decode(`${header}a;${rest}\ufeff${header}b;${rest}${header}`, {
      repeatedHeaders: 'skip',
    });
    expect([rows.length, notes.repeatedHeaders]).toEqual([2, 2]);
  });

  it('texts that mean nothing, in numbers and times only', async () => {
    const text = `${header}\\N;NULL;\\N;NULL;\\N;2021-12-01;\\N\n`;
    await expect(decode(text)).rejects.toMatchObject({ code: 'TIME_INVALID' });
    const { rows } = await decode(text, {}, { ...comma, nullTexts: ['\\N', 'NULL'] });
    expect(rows.map((row) => Object.values(row))).toEqual([
      ['\\N', 'NULL', null, null, null, new Date('2021-12-01T00:00:00Z'), null],
    ]);
  });

  it('that the last line has no end', async () => {
    expect((await decode(`${header}a;${rest}`)).notes.unterminatedLastRow).toBe(false);
    for (const end of ['', '\r']) {
      const { rows, notes } = await decode(`${header}a;${rest.trimEnd()}${end}`);
      expect([rows.length, notes.unterminatedLastRow]).toEqual([1, true]);
    }
  });

  it('in hundreds of chunks, without a listener for each', async () => {
    const warnings: unknown[] = [];
    const listen = (warning: unknown): void => void warnings.push(warning);
    process.on('warning', listen);
    const text = header + `a;b${rest}`.repeat(4000);
    expect((await decode(text, { chunkBytes: 1000, batchRows: 100 })).rows).toHaveLength(4000);
    await new Promise(setImmediate);
    process.off('warning', listen);
    expect(warnings).toEqual([]);
  });
});
