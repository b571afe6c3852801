import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BacktestExportError } from '#src/errors.js';
import { formatJsonLine, jsonDocument } from '#src/show/values/json.js';
import { nearestName } from '#src/nearest-name.js';
import { createOutput } from '#src/cli/print/output.js';
import { createProgress, formatProgress } from '#src/cli/print/progress.js';
import { reportFailure } from '#src/cli/commands/report-failure.js';
import { showBytes, showFigure, showTime } from '#src/show/values/show-value.js';
import { styleOf } from '#src/cli/print/style.js';
import { csvLine } from '#src/show/layout/csv-records.js';
import { layOutTable, widenTo, type TableColumn } from '#src/show/layout/table.js';
import { textSections } from '#src/cli/print/text-sections.js';
import { cutToWidth, padToWidth, textWidth, wrapWords } from '#src/show/values/text-width.js';
import { FakeStream } from './run.ts';

describe('textWidth', () => {
  it.each([
    ['plain', 5],
    ['日本', 4],
    ['e\u0301', 1],
    ['👩‍👩‍👧', 2],
    ['한글', 4],
    ['Ｗ', 2],
    ['…', 1],
    ['', 0],
  ])('%j takes %i columns', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  it('cuts between characters and never beyond the width', () => {
    expect(cutToWidth('日本語', 5)).toBe('日本…');
    expect(cutToWidth('日本語', 4)).toBe('日…');
    expect(cutToWidth('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301…');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(12), (text, width) => {
        expect(textWidth(cutToWidth(text, width))).toBeLessThanOrEqual(Math.max(width, 0));
      }),
    );
  });

  it('pads by columns, not by code units', () => {
    expect(padToWidth('日', 4, 'left')).toBe('日  ');
    expect(padToWidth('12', 4, 'right')).toBe('  12');
  });

  it('breaks lines between words', () => {
    expect(wrapWords('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapWords('incomprehensible a', 5)).toEqual(['incomprehensible', 'a']);
  });
});

/** A table as lines, and what did not fit. */
function fitTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): { header: string; rows: string[]; dropped: readonly string[] } {
  const widths: number[] = [];
  for (const row of rows) widenTo(widths, row);
  const { header, line, dropped } = layOutTable(columns, widths, width);
  return { header, rows: rows.map(line), dropped };
}

describe('layOutTable', () => {
  const columns: TableColumn[] = [
    { header: 'item' },
    { header: 'time', whole: true, drop: 1 },
    { header: 'WAPE', align: 'right' },
    { header: 'RMSE', align: 'right', drop: 2 },
  ];
  const rows = [
    ['a long name of an item', '2021-11-01 00:00Z', '0.1234', '12345'],
    ['b', '2021-11-02 00:00Z', '1', '7'],
  ];

  it('shows everything where there is room', () => {
    expect(fitTable(columns, rows, 80)).toEqual({
      header: 'item                    time                 WAPE   RMSE',
      rows: [
        'a long name of an item  2021-11-01 00:00Z  0.1234  12345',
        'b                       2021-11-02 00:00Z       1      7',
      ],
      dropped: [],
    });
  });

  it('cuts text first', () => {
    expect(fitTable(columns, rows, 46).rows[0]).toBe('a long name…  2021-11-01 00:00Z  0.1234  12345');
  });

  it('then leaves columns out by their order, never cutting a number', () => {
    expect(fitTable(columns, rows, 36)).toEqual({
      header: 'item       time                 WAPE',
      rows: ['a long n…  2021-11-01 00:00Z  0.1234', 'b          2021-11-02 00:00Z       1'],
      dropped: ['RMSE'],
    });
    expect(fitTable(columns, rows, 20)).toEqual({
      header: 'item            WAPE',
      rows: ['a long name…  0.1234', 'b                  1'],
      dropped: ['time', 'RMSE'],
    });
    expect(fitTable(columns, rows, 10)).toMatchObject({ rows: ['a long na…', 'b'], dropped: ['time', 'WAPE', 'RMSE'] });
  });

  it('never gets wider than asked, for any text', () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 30 });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell, cell)), fc.integer({ min: 1, max: 90 }), (cells, width) => {
        const texts: TableColumn[] = columns.map(({ header }) => ({ header }));
        const { header, rows: lines } = fitTable(texts, cells, width);
        for (const line of [header, ...lines]) expect(textWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('a table', () => {
  const section = (width: number | undefined): string[] => {
    const columns: TableColumn[] = [{ header: 'it\u061cem' }, { header: 'n', align: 'right' }];
    const rows = [
      ['a\u202eb\u001b[31m', '1'],
      ['x'.repeat(150), '22'],
    ];
    const style = styleOf(new FakeStream(width), { NO_COLOR: '1' });
    return [...textSections([{ title: 'ti\u200btle', columns, rows, notes: ['\u{e0041}'] }], style)]
      .join('')
      .split('\n');
  };

  it('counts an escape as the characters that it is shown with, and cuts text on a terminal only', () => {
    expect(section(40)).toEqual([
      String.raw`ti\u200btle`,
      `  ${String.raw`it\u061cem`.padEnd(34)}   n`,
      `  ${String.raw`a\u202eb\u001b[31m`.padEnd(34)}   1`,
      `  ${'x'.repeat(33)}…  22`,
      String.raw`  \u{e0041}`,
      '',
    ]);
    expect(section(undefined)[3]).toBe(`  ${'x'.repeat(150)}  22`);
  });
});

describe('figures for people', () => {
  it.each([
    [null, '-'],
    [0, '0'],
    [-0, '0'],
    [1234567, '1234567'],
    [0.123456, '0.1235'],
    [-0.00012346, '-0.0001235'],
    [0.000012345, '1.234e-5'],
    [12345.678, '12346'],
    [999.96, '1000'],
    [1.5e15, '1.500e+15'],
  ])('%d is %s', (value, text) => {
    expect(showFigure(value)).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [999_600, '1.00 MB'],
    [307_000_000, '307 MB'],
    [1.9e12, '1.90 TB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(showBytes(bytes)).toBe(text);
  });

  it('shortens instants and nothing else', () => {
    expect(showTime('2019-01-01T00:00:00.000Z')).toBe('2019-01-01 00:00Z');
    expect(showTime('2019-01-01T00:00:07Z')).toBe('2019-01-01 00:00:07Z');
    expect(showTime('2019-01-01T00:00:07.250Z')).toBe('2019-01-01T00:00:07.250Z');
    expect(showTime('a\u001bb')).toBe('a\\u001bb');
  });
});

describe('JSON', () => {
  it('is what JSON.stringify gives, for plain data', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(formatJsonLine(value))).toEqual(value);
        expect([...jsonDocument(value)].join('').endsWith('\n')).toBe(true);
      }),
    );
    const value = { a: [1, { b: null }], c: {}, d: [], e: undefined };
    expect([...jsonDocument(value)].join('')).toBe(`${JSON.stringify(value, null, 2)}\n`);
  });

  it('keeps the bits of numbers and escapes what steers a terminal', () => {
    expect(formatJsonLine([-0, Number.NaN, -Infinity, 5e-324])).toBe('[-0,"NaN","-Infinity",5e-324]');
    expect(formatJsonLine({ '\u009b': '\u202e\u001b' })).toBe(String.raw`{"\u009b":"\u202e\u001b"}`);
    expect(JSON.parse(formatJsonLine('\u009b\u202e\ufeff'))).toBe('\u009b\u202e\ufeff');
    expect(formatJsonLine(JSON.parse('{"__proto__":1}'))).toBe('{"__proto__":1}');
  });
});

describe('nearestName', () => {
  const names = ['inspect', 'summarize', 'head', 'generate'];
  it.each([
    ['summarise', 'summarize'],
    ['sumarize', 'summarize'],
    ['ehad', 'head'],
    ['gen', 'generate'],
    ['INSPECT', 'inspect'],
    ['compare', undefined],
    ['x', undefined],
    ['constructor', undefined],
  ])('%s means %s', (typed, name) => {
    expect(nearestName(typed, names)).toBe(name);
  });
});

describe('csvLine', () => {
  it('quotes after RFC 4180', () => {
    expect(csvLine(['a', 'b,c', 'say "x"', 'line\nbreak', ''])).toBe('a,"b,c","say ""x""","line\nbreak",\r\n');
  });
});

describe('progress', () => {
  const state = { bytes: 50_000_000, totalBytes: 200_000_000 };

  it('says bytes, percent, speed and time left', () => {
    expect(formatProgress(state, 1000)).toBe('50.0 MB of 200 MB, 25%, 50.0 MB/s, 3 s left');
    const groups = { ...state, phase: 'order', groups: 12, totalGroups: 100 };
    expect(formatProgress(groups, 1000)).toBe('order of 12 of 100 groups, 12%');
    expect(formatProgress({ bytes: 1e6, totalBytes: 1e9 }, 1000)).toBe(
      '1.00 MB of 1.00 GB, 0%, 1.00 MB/s, 16 min 39 s left',
    );
    expect(formatProgress({ pieces: 480_000, written: 0 }, 1000)).toBe('output: 480000 lines laid out');
    expect(formatProgress({ pieces: 480_001, written: 35_200_000 }, 1000)).toBe('output: 35.2 MB');
  });

  it('waits half a second, draws in place, and erases itself', async () => {
    const stream = new FakeStream(30);
    let now = 0;
    const line = createProgress(createOutput(stream), styleOf(stream, {}), () => now);
    now = 499;
    line.update(state);
    expect(stream.text).toBe('');
    now = 1000;
    line.update(state);
    line.update(state);
    await line.end();
    expect(stream.text).toBe('\r\u001b[2K50.0 MB of 200 MB, 25%, 50.0…\r\u001b[2K');
  });

  it('keeps quiet where there is no terminal', async () => {
    const stream = new FakeStream();
    let now = 0;
    const line = createProgress(createOutput(stream), styleOf(stream, {}), () => now);
    now = 9999;
    line.update(state);
    await line.end();
    expect(stream.text).toBe('');
  });
});

describe('styleOf', () => {
  it('colours terminals only, and respects NO_COLOR', () => {
    expect(styleOf(new FakeStream(80), {}).bold('x')).toBe('\u001b[1mx\u001b[0m');
    expect(styleOf(new FakeStream(80), { NO_COLOR: '1' }).bold('x')).toBe('x');
    expect(styleOf(new FakeStream(), {}).bold('x')).toBe('x');
  });

  it('takes the width of the terminal, COLUMNS, or 120', () => {
    expect(styleOf(new FakeStream(77), { COLUMNS: '50' }).width).toBe(77);
    expect(styleOf(new FakeStream(), { COLUMNS: '50' }).width).toBe(50);
    expect(styleOf(new FakeStream(), { COLUMNS: 'wide' }).width).toBe(120);
    expect(styleOf(new FakeStream(), { COLUMNS: '1' }).width).toBe(20);
  });
});

describe('reportFailure', () => {
  const report = async (error: unknown, env: Record<string, string> = {}): Promise<string> => {
    const stream = new FakeStream();
    await reportFailure(error, undefined, [], createOutput(stream), env);
    return stream.text;
  };

  it('calls what is not ours a bug, and shows its stack and causes only on request', async () => {
    const error = new TypeError('odd\u001b[31m', { cause: 'because' });
    expect(await report(error)).toBe(
      'error UNEXPECTED: odd\\u001b[31m\nhint: this is a bug; BACKTEST_EXPORT_DEBUG=1 shows where it happened\n',
    );
    const shown = await report(error, { BACKTEST_EXPORT_DEBUG: '1' });
    expect(shown).toMatch(/^error UNEXPECTED: odd.*\nTypeError: odd.*\n {4}at .*parts\.test\.ts/);
    expect(shown).toMatch(/\ncaused by 'because'\n$/);
    expect(await report('text')).toMatch(/^error UNEXPECTED: text\n/);
  });

  it('shows the code of ours, which says its place itself', async () => {
    const error = new BacktestExportError('TIME_INVALID', 'no such date', { position: { file: 'a.csv', record: 3 } });
    expect(await report(error)).toBe('error TIME_INVALID: a.csv, record 3: no such date\n');
  });
});
