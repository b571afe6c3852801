import { beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStorage, summarize, openExport } from '#src/index.js';
import { map } from '#src/csv/kernel/map.generated.js';
import { decodeAll } from '../support/decode-all.ts';
import { limitsHeader as header, limitsTail as tail, rewrite, textOf } from '../support/near-limits.ts';
import { watchKernels, type Watch } from '../support/guarded-kernel.ts';

const chunk = 524_288;
const limit = 1_048_576;

let watch: Watch;
beforeAll(() => {
  watch = watchKernels(4);
});

describe('no region of the CSV kernel is left', () => {
  it('by as many different texts as a batch has rows, and one more', async () => {
    for (const batchRows of [1, 2, 7, 8, 9, 64]) {
      const text = header + Array.from({ length: 2 * batchRows + 1 }, (_, row) => `i${row},s${row}${tail}`).join('');
      for (const chunkBytes of [1, 13, 4096]) {
        expect(await rewrite(text, { chunkBytes, batchRows, recordLimit: 4096 })).toBe(text.slice(header.length));
      }
    }
  });

  it('by records of the greatest length that end where chunks end, until dictionaries are full', async () => {
    const rows = Array.from({ length: 6 }, (_, row) => textOf(limit - tail.length - 1, row) + ',' + tail);
    const text = header + rows.join('') + `x,${tail}`.repeat(3);
    for (const chunkBytes of [chunk, 2 * chunk, chunk / 2, 4096 + tail.length]) {
      // the first chunk begins behind the header, so records end with chunks
      expect(await rewrite(text, { chunkBytes })).toBe(text.slice(header.length));
    }
    expect(watch.answers).toContain(map.OUTPUT_FULL);
  });

  it('by many texts whose bytes fill a dictionary to its limit, one byte less and one more', async () => {
    for (const length of [256, 257, 1024, 65_536, 262_143, 262_144, 262_145]) {
      const rows = Array.from(
        { length: Math.ceil(900_000 / length) },
        (_, row) => `${textOf(length, row)},s${row % 3}${tail}`,
      );
      const text = header + rows.join('');
      for (const chunkBytes of length < 65_536 ? [chunk] : [chunk, length + tail.length + 3]) {
        expect(await rewrite(text, { chunkBytes })).toBe(text.slice(header.length));
      }
    }
  });

  it('by a long text in a record that is cut off again and again', async () => {
    for (const quoted of [false, true]) {
      const first = quoted ? `"${textOf(300_000, 1)},"` : textOf(300_000, 1);
      const text = `${header}a,b${tail}${first},${textOf(400_000, 2)}${tail}`.repeat(1);
      expect(await rewrite(text, { chunkBytes: 50_000 })).toBe(text.slice(header.length));
    }
  });

  it('by texts that are not UTF-8, quotes that are never closed, and records beyond the limit', async () => {
    const long = textOf(limit, 1);
    const cases: readonly (readonly [string, string | Uint8Array])[] = [
      ['CSV_QUOTE_UNCLOSED', `${header}a,"${long.repeat(2)}`],
      ['CSV_RECORD_TOO_LONG', `${header}a,${long.repeat(2)}${tail}`],
      [
        'CSV_UTF8_INVALID',
        Buffer.concat([Buffer.from(`${header}a,${long.slice(0, 300_000)}`), Buffer.of(0xff), Buffer.from(tail)]),
      ],
    ];
    for (const [code, text] of cases) {
      for (const chunkBytes of [chunk, 100_000]) {
        await expect(decodeAll(text, { chunkBytes })).rejects.toMatchObject({ code });
      }
    }
  });

  it('by more numbers that JavaScript must round than their list holds', async () => {
    const hard = `9007199254740993.${'0'.repeat(30)}1`;
    const text = header + `a,b${tail.replace('100.0', hard).replace('110.0', hard).replace('90.0', hard)}`.repeat(1200);
    const { rows } = await decodeAll(text);
    expect(rows).toHaveLength(1200);
    expect(new Set(rows.flatMap((row) => [row['target_value'], row['mean'], row['p10']]))).toEqual(
      new Set([9007199254740994]),
    );
  });
});

describe('what was found at the limits', () => {
  it('is not a window of 1970 that no row has', async () => {
    const rows = Array.from(
      { length: 2 },
      (_, row) => (row === 0 ? 'A' : '00000@Y@').repeat(limit).slice(0, limit - tail.length - 1) + `,${tail}`,
    );
    const storage = createMemoryStorage([
      ['forecasted-values/Forecasts_j_2021-12-14T13-20-10Z_part0.csv', header + rows.join('') + `x,${tail}`],
    ]);
    const found = await summarize(await openExport(storage));
    expect(found.windows.map(({ start }) => start)).toEqual(['2021-12-01T00:00:00.000Z']);
  });

  it('is not refused where a record of the greatest length ends in CRLF, wherever chunks end', async () => {
    const longest = textOf(limit - tail.length + 1 - 1, 1) + ',';
    const record = `${longest}${tail.slice(0, -1)}`;
    expect(record.length).toBe(limit);
    const text = `${header}${record}\r\n${record}\n`;
    for (const chunkBytes of [chunk, limit, limit + 1, limit + 2, limit / 4]) {
      expect((await decodeAll(text, { chunkBytes })).rows).toHaveLength(2);
    }
    await expect(decodeAll(`${header}x${record}\r\n`)).rejects.toMatchObject({ code: 'CSV_RECORD_TOO_LONG' });
  });
});
