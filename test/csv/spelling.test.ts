import { describe, expect, it } from 'vitest';
import type { BatchText } from '#src/batch/decode-options.js';
import { decodeCsv } from '#src/csv/decode.js';
import { formatJavaDouble } from '#src/schema/java-double.js';
import { parseNumberText } from '#src/schema/number-text.js';
import { memoryFile } from '../support/memory-file.ts';
import { numberSpelling } from '../support/number-spellings.ts';
import { seededRandom } from '../support/random.ts';

const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean\n';

/** What decoding says of the text of each batch. */
async function texts(content: string, options: { batchRows?: number; chunkBytes?: number } = {}): Promise<BatchText[]> {
  const found: BatchText[] = [];
  const onText = (text: BatchText): void => void found.push(text);
  for await (const _ of decodeCsv(memoryFile(content), { batchRows: 1, repeatedHeaders: 'skip', ...options, onText }));
  return found;
}

/** What the slow mirror says of a number. */
function isWritten(text: string): boolean {
  const value = parseNumberText(text);
  return typeof value === 'number' && formatJavaDouble(value) === text;
}

describe('a number is spelled as it would be written', () => {
  it.each([1, 2, 3])('exactly where the slow mirror writes the same text (seed %i)', async (seed) => {
    const random = seededRandom(seed);
    const numbers = Array.from({ length: 60_000 }, () => numberSpelling(random)).filter(
      (text) => typeof parseNumberText(text) === 'number',
    );
    const found = await texts(header + numbers.map((text) => `a,,,,,${text}\n`).join(''));
    const wrong = numbers.filter((text, row) => found[row]?.asWritten !== isWritten(text));
    expect([wrong.slice(0, 5), found.length]).toEqual([[], numbers.length]);
    expect(numbers.length).toBeGreaterThan(50_000);
    const same = found.filter(({ asWritten }) => asWritten).length;
    expect(same).toBeGreaterThan(numbers.length / 10);
    expect(same).toBeLessThan(numbers.length / 2);
  });
});

describe('a row is spelled as it would be written', () => {
  const row = (item: string, time = '2021-12-01T00:00:00Z', rest = ',,,,1.5\n'): string => `${item},${time}${rest}`;

  it.each([
    ['a', true],
    ['', true],
    ['"a,b"', true],
    ['"a\nb"', true],
    ['"a\rb"', true],
    ['"a""b"', true],
    ['"a"', false],
    ['""', false],
  ])('with the item %j: %j', async (item, asWritten) => {
    const text = header + row(item) + row('b');
    expect(await texts(text)).toEqual([
      { asWritten, end: header.length + row(item).length },
      { asWritten: true, end: text.length },
    ]);
  });

  it.each([
    ['2021-12-01T00:00:00', true],
    ['2021-12-01 00:00:00', true],
    ['2021-12-01', true],
    ['2021-12-01T00:00:00.070Z', true],
    ['2021-12-01T00:00:00+00:00', true],
    ['2021-12-01T00:00:00+00', true],
    ['', true],
    ['2021-12-01T00:00:00.07Z', false],
    ['2021-12-01T00:00:00.0700Z', false],
    ['2021-12-01T00:00:00-00:00', false],
    ['2021-12-01T00:00:00+0000', false],
    ['2021-12-01T01:00:00+01:00', false],
    ['2021-12-01T01:00:00+01', false],
    ['"2021-12-01"', false],
  ])('with the time %j, also where it is repeated: %j', async (time, asWritten) => {
    const found = await texts(header + row('a', time) + row('b', time));
    expect(found.map((text) => text.asWritten)).toEqual([asWritten, asWritten]);
  });

  it('after an empty line or a header, before CR LF or the end of the file, it is not', async () => {
    for (const odd of ['\n', '\r\n', header]) {
      const found = await texts(header + row('a') + odd + row('b') + row('c'));
      expect([odd, found.map((text) => text.asWritten)]).toEqual([odd, [true, false, true]]);
    }
    const ends = await texts(`${header}${row('a').replace('\n', '\r\n')}${row('b')}${row('c').trimEnd()}`, {
      chunkBytes: 9,
    });
    expect(ends.map((text) => text.asWritten)).toEqual([false, true, false]);
  });

  it('wherever it is cut', async () => {
    const text = header + row('a').repeat(40);
    for (let chunkBytes = 1; chunkBytes < 90; chunkBytes++) {
      const found = await texts(text, { batchRows: 3, chunkBytes });
      expect([chunkBytes, found.every(({ asWritten }) => asWritten), found.at(-1)?.end]).toEqual([
        chunkBytes,
        true,
        text.length,
      ]);
    }
  });
});
