import { describe, expect, it } from 'vitest';
import type { BacktestExportError } from '#src/errors.js';
import { decodeAll } from '../support/decode-all.ts';

const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p90\n';
const good = 'a,2020-01-01T00:00:00,5.0,2020-01-01T00:00:00,2020-01-02T00:00:00,4.25,6.5\n';
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** [name, the bad text behind the header, code, what the position must hold, what the message must hold] */
type Refusal = readonly [name: string, text: string | Uint8Array, code: string, position: object, message: string];

/** Halfway between the largest double and what would come next: its first 19 digits do not show that it is too large. */
const leastTooLarge = String(2n ** 1024n - 2n ** 970n);

const refusals: readonly Refusal[] = [
  [
    'too few fields',
    `${good}a,b\n${good}`,
    'CSV_FIELD_COUNT',
    { record: 2, line: 3, byte: header.length + good.length },
    'expected 7 fields, found 2',
  ],
  [
    'too many fields',
    good.replace('6.5', '6.5,1'),
    'CSV_FIELD_COUNT',
    { record: 1, line: 2 },
    'expected 7 fields, found 8',
  ],
  [
    'cut in mid-row',
    `${good}a,2020-01-01T00:00:00,5`,
    'CSV_FIELD_COUNT',
    { record: 2, line: 3 },
    'the file ends in the middle',
  ],
  [
    'quote never closed',
    `${good}"a${good}`,
    'CSV_QUOTE_UNCLOSED',
    { record: 2, line: 3, column: 'item_id' },
    'not closed before the end of the file',
  ],
  [
    'quote in an unquoted field',
    good.replace('a,', 'a"b,'),
    'CSV_QUOTE_STRAY',
    { record: 1, column: 'item_id', byte: header.length + 1 },
    'unquoted field',
  ],
  [
    'text after a closing quote',
    good.replace('a,', '"a"b,'),
    'CSV_QUOTE_STRAY',
    { record: 1, column: 'item_id' },
    'after a closing quote',
  ],
  [
    'text after a quote that closes lines below the one that opens',
    `${good}a,b\n`.replace('a,b', `"${good}b,"x`),
    'CSV_QUOTE_STRAY',
    { record: 2, line: 3, column: 'item_id', byte: header.length + good.length },
    'after a closing quote',
  ],
  [
    'lone carriage return',
    good.replace('a,', 'a\rb,'),
    'CSV_LINE_END_INVALID',
    { record: 1, column: 'item_id', byte: header.length + 1 },
    'LF or CRLF',
  ],
  [
    'old Mac line ends',
    good.replace('\n', '\r').repeat(2),
    'CSV_LINE_END_INVALID',
    { record: 1, column: 'p90' },
    'LF or CRLF',
  ],
  ['header repeated', good + header + good, 'CSV_HEADER_REPEATED', { record: 2, line: 3 }, "repeatedHeaders: 'skip'"],
  ['NUL in a number', good.replace('4.25', '4.2\0'), 'NUMBER_INVALID', { record: 1, column: 'mean' }, "'4.2\\u0000'"],
  ['overflow', good.replace('4.25', '1e400'), 'NUMBER_OVERFLOW', { record: 1, column: 'mean' }, "'1e400'"],
  [
    'overflow of many digits',
    good.replace('4.25', '9'.repeat(400)),
    'NUMBER_OVERFLOW',
    { record: 1, column: 'mean' },
    'double',
  ],
  [
    'two overflows that only JavaScript finds, the later row in an earlier column',
    good.repeat(20) + good.replace('6.5', leastTooLarge) + good.repeat(9) + good.replace('4.25', leastTooLarge),
    'NUMBER_OVERFLOW',
    { record: 21, line: 22, column: 'p90' },
    'double',
  ],
  ['hexadecimal', good.replace('4.25', '0x10'), 'NUMBER_INVALID', { record: 1, column: 'mean' }, "found '0x10'"],
  ['decimal comma', good.replace('4.25', '"4,25"'), 'NUMBER_INVALID', { record: 1, column: 'mean' }, "found '4,25'"],
  [
    'space before a number',
    good.replace('4.25', ' 4.25'),
    'NUMBER_INVALID',
    { record: 1, column: 'mean' },
    "found ' 4.25'",
  ],
  ['underscore', good.replace('4.25', '1_000'), 'NUMBER_INVALID', { record: 1, column: 'mean' }, "found '1_000'"],
  [
    'not defined where no metric is',
    good.replace('4.25', 'not defined'),
    'NUMBER_INVALID',
    { record: 1, column: 'mean' },
    "found 'not defined'",
  ],
  [
    'impossible date',
    good.replace('2020-01-02', '2021-02-29'),
    'TIME_INVALID',
    { record: 1, column: 'backtestwindow_end_time' },
    "found '2021-02-29T00:00:00'",
  ],
  ['year 0', good.replace('2020-01-02', '0000-01-01'), 'TIME_INVALID', { record: 1 }, 'expected a time'],
  [
    'leap second',
    good.replace('2020-01-02T00:00:00', '2016-12-31T23:59:60'),
    'TIME_INVALID',
    { record: 1 },
    'expected a time',
  ],
  [
    'microseconds',
    good.replace('2020-01-02T00:00:00', '2016-12-31T23:59:59.000001'),
    'TIME_INVALID',
    { record: 1 },
    'expected a time',
  ],
  [
    'surrogate in UTF-8',
    new Uint8Array([...bytesOf(`${good}a`), 0xed, 0xa0, 0x80, ...bytesOf(good)]),
    'CSV_UTF8_INVALID',
    { record: 2, column: 'item_id', byte: header.length + good.length + 1 },
    '0xed',
  ],
  [
    'Latin-1',
    new Uint8Array([...bytesOf(good), 0xe9, ...bytesOf(good.slice(1))]),
    'CSV_UTF8_INVALID',
    { record: 2, column: 'item_id' },
    'not UTF-8',
  ],
  [
    'invalid UTF-8 in quotes',
    new Uint8Array([0x22, 0x62, 0xff, 0x22, ...bytesOf(good.slice(1))]),
    'CSV_UTF8_INVALID',
    { record: 1, byte: header.length + 2 },
    '0xff',
  ],
  [
    'endless line',
    `${good}${'x'.repeat(2_000_000)}`,
    'CSV_RECORD_TOO_LONG',
    { record: 2, line: 3 },
    'longer than 1048576 bytes',
  ],
  [
    'endless quote',
    `${good}a,"${'x\n'.repeat(1_000_000)}`,
    'CSV_QUOTE_UNCLOSED',
    { record: 2, line: 3, column: 'timestamp' },
    'not closed before',
  ],
  ['long record', `"${'x'.repeat(1_048_600)}"${good.slice(1)}`, 'CSV_RECORD_TOO_LONG', { record: 1 }, 'longer than'],
  [
    'place behind line breaks in quotes',
    `\n"a\nb\n"${good.slice(1)}\n${good.replace('4.25', 'x')}`,
    'NUMBER_INVALID',
    { record: 2, line: 7 },
    "found 'x'",
  ],
];

const join = (text: string | Uint8Array): Uint8Array =>
  typeof text === 'string' ? bytesOf(header + text) : new Uint8Array([...bytesOf(header), ...text]);

describe('bad records are refused with their place', () => {
  for (const [name, text, code, position, message] of refusals) {
    it(name, async () => {
      const content = join(text);
      const strides = content.length > 10_000 ? [524_288, 3_000_000] : [1, 2, 3, 7, 64, 100, 524_288];
      for (const chunkBytes of strides) {
        for (const batchRows of [1, 4096]) {
          const error = await decodeAll(content, { chunkBytes, batchRows }).then(
            () => undefined,
            (thrown: BacktestExportError) => thrown,
          );
          expect(error, `stride ${chunkBytes}`).toMatchObject({ code, position: { file: 'part.csv', ...position } });
          expect(error?.message).toContain(message);
        }
      }
    });
  }

  it('a column that was not requested is skipped, not decoded', async () => {
    const { rows } = await decodeAll(header + good.replace('4.25', 'x'), { columns: ['p90'] });
    expect(rows.map((row) => ({ ...row }))).toEqual([{ p90: 6.5 }]);
  });

  it('repeated headers are skipped and counted on request', async () => {
    for (const chunkBytes of [1, 10, 4096]) {
      const { rows, notes } = await decodeAll(header + good + header + good + header, {
        repeatedHeaders: 'skip',
        chunkBytes,
        columns: ['item_id'],
      });
      expect([rows.length, notes.repeatedHeaders]).toEqual([2, 2]);
    }
  });
});

describe('files that are no export are refused', () => {
  const whole: readonly (readonly [name: string, content: string | number[], code: string, message: string])[] = [
    ['gzip', [0x1f, 0x8b, 8, 0], 'CSV_NOT_TEXT', 'gzip'],
    ['zip', [0x50, 0x4b, 3, 4], 'CSV_NOT_TEXT', 'zip archive'],
    ['Parquet', [...bytesOf('PAR1xxxx')], 'CSV_NOT_TEXT', 'Parquet'],
    ['UTF-16 with a mark', [0xff, 0xfe, 0x69, 0], 'CSV_NOT_TEXT', 'UTF-16'],
    ['UTF-16 without', [0x69, 0, 0x74, 0], 'CSV_NOT_TEXT', 'UTF-16'],
    ['only blank lines', '\n\r\n\n', 'CSV_HEADER_MISSING', 'no text'],
    ['data without a header', good, 'CSV_HEADER_MISSING', 'looks like data'],
    ['another table', 'name,value\nx,1\n', 'SCHEMA_INVALID', 'without timestamp, target_value'],
    ['an unknown column', header.replace('p90', 'p100'), 'SCHEMA_INVALID', "'p100'"],
    ['a column twice', header.replace('p90', 'mean'), 'SCHEMA_DUPLICATE_COLUMN', "duplicate column 'mean'"],
    ['an unclosed quote in the header', `"item_id,${header}`, 'CSV_QUOTE_UNCLOSED', 'never closed'],
    ['an endless header', 'x'.repeat(6_000_000), 'CSV_RECORD_TOO_LONG', 'longer than'],
  ];
  for (const [name, content, code, message] of whole) {
    it(name, async () => {
      const bytes = typeof content === 'string' ? content : Uint8Array.from(content);
      const error = await decodeAll(bytes).catch((thrown: BacktestExportError) => thrown);
      expect(error).toMatchObject({ code, position: { file: 'part.csv' } });
      expect((error as Error).message).toContain(message);
    });
  }
});
