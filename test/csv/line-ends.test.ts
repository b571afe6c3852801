import { describe, expect, it } from 'vitest';
import type { EncodingLoss } from '#src/batch/part-encoder.js';
import { CsvTextCheck } from '#src/csv/check-text.js';
import { decodeCsv } from '#src/csv/decode.js';
import { findLines } from '#src/csv/find-lines.js';
import type { StorageFile } from '#src/storage/storage.js';
import { forecastHeader as header, forecastRow as row } from '../convert/one-part.ts';
import { decodeAll } from '../support/decode-all.ts';
import { memoryFile } from '../support/memory-file.ts';

const skip = { repeatedHeaders: 'skip' } as const;
const named = (item: string): string => row.replace('bike_12', item);
const strides = [1, 3, 64, header.length, header.length + 1, 524_288];

/** What the check of a text tells, with its file. */
async function lossesOf(file: StorageFile, signal?: AbortSignal): Promise<EncodingLoss[]> {
  const losses: EncodingLoss[] = [];
  const check = await CsvTextCheck.open(file, { spellings: new Map(), onLoss: (loss) => losses.push(loss), signal });
  try {
    const batches = decodeCsv(file, skip);
    let next = await batches.next();
    for (; next.done !== true; next = await batches.next()) await check.add(next.value);
    await check.finish(next.value.records);
    return losses;
  } finally {
    await check.close();
  }
}

describe('a header inside the data', () => {
  const lone = header.replace('\n', '\r');

  it('that ends in a lone CR is refused, skipped or not, whatever is asked for', async () => {
    for (const chunkBytes of strides) {
      for (const columns of [undefined, ['item_id'], ['mean']]) {
        for (const options of [{}, skip]) {
          const all = { ...options, chunkBytes, ...(columns === undefined ? {} : { columns }) };
          await expect(decodeAll(header + named('a') + lone + named('b'), all)).rejects.toMatchObject({
            code: 'CSV_LINE_END_INVALID',
            position: { record: 2, line: 3 },
          });
        }
      }
    }
  });

  it('is a header with a byte-order mark before it, and LF, CRLF or the end of the file after it', async () => {
    const crlf = header.replace('\n', '\r\n');
    const text = header + named('a') + `\ufeff${crlf}` + named('b') + crlf + named('c') + `\ufeff${header.trimEnd()}`;
    for (const chunkBytes of strides) {
      const { rows, notes } = await decodeAll(text, { ...skip, chunkBytes });
      expect(rows.map((cells) => cells['item_id'])).toEqual(['a', 'b', 'c']);
      expect([notes.repeatedHeaders, notes.headerRecords, notes.unterminatedLastRow]).toEqual([3, [1, 2, 3], true]);
      await expect(decodeAll(text, { chunkBytes, columns: ['item_id'] })).rejects.toMatchObject({
        code: 'CSV_HEADER_REPEATED',
        position: { record: 2, line: 3 },
      });
    }
    expect(await findLines(memoryFile(text), [1, 2, 3])).toEqual({
      records: new Map([
        [1, 2],
        [2, 4],
        [3, 6],
      ]),
      headers: [3, 5, 7],
    });
    const losses = await lossesOf(memoryFile(text));
    expect(losses.map(({ kind, record }) => [kind, record])).toEqual([
      ['repeated-headers', 1],
      ['repeated-headers', 2],
      ['repeated-headers', 3],
    ]);
  });

  it('is found whatever its length', async () => {
    for (const text of ['', 'x'.repeat(20_000)]) {
      const long = header.replace('item_id', `item_id,"${text}_"`);
      const cells = (item: string): string => named(item).replace(`${item},`, `${item},s,`);
      const { notes } = await decodeAll(long + cells('a') + long + cells('b'), skip);
      expect([notes.records, notes.repeatedHeaders]).toEqual([2, 1]);
    }
  });
});

describe('a file that is cut between CR and LF', () => {
  it('has lost the end of its last line, and no more', async () => {
    for (const end of [`${named('b').trimEnd()}\r`, '\r', `${header.trimEnd()}\r`]) {
      const text = header + named('a') + end;
      for (const chunkBytes of strides) {
        expect((await decodeAll(text, { ...skip, chunkBytes })).notes.unterminatedLastRow).toBe(true);
      }
      expect(await lossesOf(memoryFile(text))).toHaveLength(1);
    }
    await expect(decodeAll(`${header}${named('a').trimEnd()}\r\r`)).rejects.toMatchObject({
      code: 'CSV_LINE_END_INVALID',
    });
  });
});

describe('64 MB of empty lines', () => {
  const blanks = 64 * 1024 * 1024;

  /** A file of a header, rows and empty lines that stand nowhere, and what was read of it at a time. */
  function blankFile(before: string, after: string): StorageFile & { readonly largest: number; reads: number } {
    const [head, tail] = [Buffer.from(before), Buffer.from(after)];
    const size = head.length + blanks + tail.length;
    const file = {
      ...memoryFile(''),
      size,
      largest: 0,
      reads: 0,
      read(target: Uint8Array, position: number): Promise<number> {
        const length = Math.max(0, Math.min(target.length, size - position));
        file.largest = Math.max(file.largest, target.length);
        file.reads++;
        target.fill(0x0a, 0, length);
        const put = (bytes: Uint8Array, at: number): void => {
          const from = Math.max(0, position - at);
          if (from < bytes.length && at + from < position + length) {
            target.set(bytes.subarray(from, from + position + length - (at + from)), at + from - position);
          }
        };
        put(head, 0);
        put(tail, size - tail.length);
        return Promise.resolve(length);
      },
    };
    return file;
  }

  it('are skipped in pieces, in the middle and at the end, and reported as one loss each', async () => {
    for (const after of ['', named('b')]) {
      const file = blankFile(header + named('a'), after);
      const losses = await lossesOf(file);
      expect(losses.every(({ kind, record }) => kind === 'blank-lines' && record === 1)).toBe(true);
      expect(losses.reduce((sum, { times = 1 }) => sum + times, 0)).toBe(blanks);
      expect(losses.length).toBeLessThan(2000);
      expect(file.largest).toBeLessThanOrEqual(524_288);
    }
  });

  it('are scanned with turns of the event loop, so that a signal is handled', async () => {
    const other = blankFile(header, '');
    const controller = new AbortController();
    setImmediate(() => controller.abort(new Error('enough')));
    const blank = await CsvTextCheck.open(other, {
      spellings: new Map(),
      onLoss: () => {
        // as slow as a person's machine may be
        for (const end = performance.now() + 5; performance.now() < end;);
      },
      signal: controller.signal,
    });
    await expect(blank.finish(0)).rejects.toThrow('enough');
    expect(other.reads).toBeLessThan(100);
    await blank.close();
  });
});
