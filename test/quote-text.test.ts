import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collect } from './support/collect.ts';
import { createMemoryStorage, openExport, summarize } from '#src/index.js';
import { BacktestExportError } from '#src/errors.js';
import { boundMessage, escapeJson, escapeUnsafe, nameList, quoteList, quoteText } from '#src/quote-text.js';
import { failureOf } from './support/failure.ts';

/** By general category, independent of how the library does it. */
const seen = /^(?:(?![\u{e0000}-\u{e0fff}])[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\p{Co}\p{Cn}])*$/u;

describe('text that is shown', () => {
  it.each([
    ['a\u001b[31mb', String.raw`a\u001b[31mb`],
    ['a\r\n\tb', String.raw`a\r\n\tb`],
    ['a\u0085\u009bb', String.raw`a\u0085\u009bb`],
    ['a\u00adb', String.raw`a\u00adb`],
    ['a\u061cb\u200eb\u200f', String.raw`a\u061cb\u200eb\u200f`],
    [
      '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069',
      String.raw`\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069`,
    ],
    ['a\u200b\u200c\u200d\u2060\ufeffb', String.raw`a\u200b\u200c\u200d\u2060\ufeffb`],
    ['a\u2028\u2029b', String.raw`a\u2028\u2029b`],
    ['a\ud800b', String.raw`a\ud800b`],
    ['a\u{e0001}\u{e0061}\u{e0002}b', String.raw`a\u{e0001}\u{e0061}\u{e0002}b`],
    ['a\u034fb\u115f\u3164\uffa0', String.raw`a\u034fb\u115f\u3164\uffa0`],
    ['a\ufe00\ufe0fb\u{e0100}', String.raw`a\ufe00\ufe0fb\u{e0100}`],
    ['a\u0600\u06dd\ufff9b', String.raw`a\u0600\u06dd\ufff9b`],
    ['❤\ufe0f Vélo 自転車 🚲 é', '❤\ufe0f Vélo 自転車 🚲 é'],
  ])('%j is %s', (text, shown) => {
    expect(escapeUnsafe(text)).toBe(shown);
    expect(quoteText(text, '')).toBe(shown);
    expect(new BacktestExportError('READ_FAILED', text, { position: { file: text } }).message).toBe(
      `${shown}: ${shown}`,
    );
  });

  it('contains only visible characters, within the allowed length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 250 }), (text) => {
        for (const shown of [escapeUnsafe(text), quoteText(text, ''), boundMessage(text)]) {
          expect(shown.replaceAll(/\p{Extended_Pictographic}[\ufe0e\ufe0f]/gu, '')).toMatch(seen);
        }
        expect(quoteText(text, '').length).toBeLessThan(200 + 30);
        expect(JSON.parse(escapeJson(JSON.stringify(text)))).toBe(text);
      }),
    );
  });

  it('is cut between characters, by its escaped length', () => {
    expect(quoteText('🚲'.repeat(150), '')).toBe(`${'🚲'.repeat(100)}… (300 characters)`);
    expect(quoteText('\u202e'.repeat(150), '')).toBe(`${String.raw`\u202e`.repeat(33)}… (150 characters)`);
    const long = boundMessage('x'.repeat(100_000));
    expect([long.length, boundMessage(long)]).toEqual([2021, long]);
  });

  it('of a list is its first texts and the number of the others', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `c${index}`);
    expect(quoteList(names, 2)).toBe("'c0', 'c1' and 9998 more");
    expect(nameList(names.slice(0, 2))).toBe('c0, c1');
    expect(nameList(names)).toMatch(/c19 and 9980 more$/);
  });
});

describe('messages about a header of 10,000 columns', () => {
  const part = 'forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part0.csv';
  const fixed = ['timestamp', 'target_value', 'backtestwindow_start_time', 'backtestwindow_end_time', 'mean'];
  const dimensions = Array.from({ length: 10_000 }, (_, index) => `dimension_${index}`);
  const wide = `item_id,${[...dimensions, ...fixed].join(',')}\n`;

  it.each([
    [
      'a column that is not there',
      async () => {
        const { forecastedValues } = await openExport(createMemoryStorage([[part, wide]]));
        await collect(forecastedValues.rows({ columns: ['none'] }));
      },
    ],
    ['a group that is not there', async () => summarize(createMemoryStorage([[part, wide]]), { by: ['none'] })],
    ['what is no export', async () => openExport(createMemoryStorage([[part, wide.replace('timestamp', 'time')]]))],
    [
      'other columns in another part',
      async () => {
        const storage = createMemoryStorage([
          [part, wide],
          [part.replace('part0', 'part1'), `item_id,${fixed.join(',')}\n`],
        ]);
        await collect((await openExport(storage)).forecastedValues.rows());
      },
    ],
  ])('name a few: %s', async (_, act) => {
    const [, message] = await failureOf(async () => act());
    expect(message.length).toBeLessThan(2300);
    expect(message).toMatch(/and \d+ more|characters\)/);
  });
});
