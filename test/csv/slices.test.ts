import { describe, expect, it } from 'vitest';
import type { DecodeOptions } from '#src/batch/decode-options.js';
import { BacktestExportError } from '#src/errors.js';
import { decodeAll } from '../support/decode-all.ts';
import { decodeSliced } from '../support/decode-sliced.ts';
import { seededRandom } from '../support/random.ts';

const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean';
const row = (item: string, mean = '4.25', time = '2020-01-01T00:00:00Z'): string =>
  `${item},${time},5.0,2020-01-01T00:00:00,2020-01-02T00:00:00,${mean}`;

/** Each is cut at every byte, and at every two of them that are near each other. */
const cases: Record<string, string> = {
  'rows and no last line end': `${header}\n${row('a')}\n${row('b')}\n${row('c', '7')}`,
  'CRLF, LF and empty lines': `\n${header}\r\n${row('a')}\r\n\r\n\n\r\n${row('b')}\n\n${row('c')}\r\n\r\n`,
  'a byte-order mark and one row': `\ufeff${header}\n${row('a')}\n`,
  'a header alone': `${header}\n`,
  'a header without a line end': header,
  'line breaks in quotes': `${header}\n${row('"a\nb\r\n\n"')}\n${row('"\n,"')}\n${row('c')}\n`,
  'rows within a quoted text': `${header}\n${row(`"x\n${row('a')}\n${row('b')}\n"`)}\n${row('c')}\n`,
  'a header with a line break': `${header.replace('item_id', '"sto\nre",item_id')}\n${row('a,b')}\n${row('c,d')}\n`,
  'headers inside the data': `${header}\n${row('a')}\n${header}\n${row('b')}\n\ufeff${header}\r\n${row('c')}\n${header}\n`,
  'times spelled in several ways': `${header}\n${row('a')}\n${row('b', '1', '2020-01-01')}\n${row('c', '', '')}\n`,
  'numbers that JavaScript rounds': `${header}\n${row('a', `0.${'1234567890'.repeat(4)}`)}\n${row('b', '9'.repeat(30))}\n`,
};

const options = { repeatedHeaders: 'skip' } as const;

/** Reads a part whole, then compares each of its slicings with that. */
async function compareWithWhole(bytes: Uint8Array, more: DecodeOptions): Promise<(cuts: number[]) => Promise<void>> {
  const whole = await decodeAll(bytes, { ...options, ...more });
  return async (cuts) => {
    const { rows, notes } = await decodeSliced(bytes, cuts, { ...options, ...more });
    expect({ rows, notes }, `cut at ${cuts.join()}`).toEqual(whole);
  };
}

describe('a part read in slices is the part read whole', () => {
  for (const [name, text] of Object.entries(cases)) {
    it(name, async () => {
      const bytes = new TextEncoder().encode(text);
      const [small, large] = [
        await compareWithWhole(bytes, { chunkBytes: 5, batchRows: 1 }),
        await compareWithWhole(bytes, {}),
      ];
      for (let cut = 1; cut < bytes.length; cut++) {
        await small([cut]);
        for (const width of [1, 40]) await large([cut, Math.min(bytes.length, cut + width)]);
      }
    });
  }

  it('whatever is found first, and once more where a guess was wrong', async () => {
    const bytes = new TextEncoder().encode(cases['rows within a quoted text']);
    const inside = bytes.indexOf(0x0a, header.length + 1) + 3;
    for (const shuffle of [(all: number[]) => all, (all: number[]) => all.toReversed()]) {
      const result = await decodeSliced(bytes, [inside, bytes.length - 3], options, shuffle);
      expect(result).toMatchObject({ exact: 1, whole: 0, rows: (await decodeAll(bytes)).rows });
    }
  });

  it('where a wrong guess reads rows as sound as the right ones', async () => {
    // from a line break in quotes on, everything outside of quotes is inside, and of six records comes one
    const items = Array.from({ length: 60 }, (_, index) => (index % 6 === 0 ? '"\n"' : '","'));
    const bytes = new TextEncoder().encode(`${header}\n${items.map((item) => row(item)).join('\n')}\n`);
    const compare = await compareWithWhole(bytes, { columns: ['item_id'] });
    let exact = 0;
    for (let cut = header.length + 1; cut < 1500; cut += 3) {
      await compare([cut, cut + 1000]);
      exact += (await decodeSliced(bytes, [cut, cut + 1000], { columns: ['item_id'] })).exact;
    }
    expect(exact).toBeGreaterThan(0);
  });

  it('where a record is longer than slices, and no line feed comes', async () => {
    const bytes = new TextEncoder().encode(`${header}\n${row('a')}\n${row('l'.repeat(3000))}\n${row('b')}\n`);
    const whole = await decodeAll(bytes);
    const cuts = [header.length + 200, header.length + 1200];
    const result = await decodeSliced(bytes, cuts, { recordLimit: 4000 });
    expect(result).toMatchObject({ rows: whole.rows, notes: whole.notes });
  });
});

describe('random parts, sound and damaged', () => {
  const seconds = Number(process.env['FUZZ_SECONDS'] ?? 3);
  const firstSeed = Number(process.env['FUZZ_SEED'] ?? 1);
  it(
    `are read in slices as they are whole (${seconds} s from seed ${firstSeed})`,
    async () => {
      const end = performance.now() + seconds * 1000;
      const met = { exact: 0, refused: 0, read: 0 };
      for (let seed = firstSeed; performance.now() < end; seed++) {
        const random = seededRandom(seed);
        const bytes = randomPart(random);
        const cuts = Array.from(
          { length: 1 + Math.floor(random() * 5) },
          () => 1 + Math.floor(random() * (bytes.length - 1)),
        );
        const chosen: DecodeOptions = {
          ...(random() < 0.8 ? options : {}),
          chunkBytes: 1 + Math.floor(random() * 300),
          batchRows: 1 + Math.floor(random() * 5),
          ...(random() < 0.3 ? { columns: ['mean', 'item_id'] } : {}),
          ...(random() < 0.3 ? { recordLimit: 60 + Math.floor(random() * 200) } : {}),
        };
        const shuffle = (all: number[]): number[] => all.toSorted(() => random() - 0.5);
        const whole = await outcome(() => decodeAll(bytes, chosen));
        const sliced = await outcome(() =>
          decodeSliced(
            bytes,
            cuts.toSorted((a, b) => a - b),
            chosen,
            shuffle,
          ),
        );
        const { exact = 0, whole: _, ...result } = sliced as { exact?: number; whole?: number };
        expect(result, `seed ${seed}`).toEqual(whole);
        met.exact += exact;
        met['code' in whole ? 'refused' : 'read']++;
      }
      for (const [name, count] of Object.entries(met)) expect(count, name).toBeGreaterThan(0);
    },
    (seconds + 30) * 1000,
  );
});

async function outcome(decode: () => Promise<object>): Promise<object> {
  try {
    return await decode();
  } catch (error) {
    if (!(error instanceof BacktestExportError)) throw error;
    return { code: error.code, position: error.position, message: error.message };
  }
}

const texts = ['a', 'same', 'same', '', '"q""q"', '"x\ny"', '"\r\n"', '"a,b"', `"\n${row('in')}\n"`, '"\n\n"', 'ü'];
const numbers = ['1.0', '-0.0', '', 'NaN', '"3.5"', '9'.repeat(25), `0.${'7'.repeat(40)}`];
const times = ['2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z', '2020-01-01', '', '"2020-01-01 10:00:00"'];
const harms = ['"', '\r', '\n', '""', ',', '\ufeff', 'x', '1e999', '\n"\n'];

/** Rows with quoted line breaks and rows within them, empty lines, repeated headers; three of ten with damage. */
function randomPart(random: () => number): Uint8Array {
  const pick = (values: readonly string[]): string => values[Math.floor(random() * values.length)] ?? '';
  const end = (): string => (random() < 0.1 ? pick(['\n\n', '\r\n\r\n', '\r\n']) : '\n');
  let text = `${random() < 0.1 ? '\ufeff' : ''}${random() < 0.1 ? '\n' : ''}${header}${end()}`;
  const rows = Math.floor(random() * 12);
  for (let count = 0; count < rows; count++) {
    text += random() < 0.05 ? header : row(pick(texts), pick(numbers), pick(times));
    text += count === rows - 1 && random() < 0.2 ? '' : end();
  }
  if (random() < 0.3) {
    const at = header.length + Math.floor(random() * (text.length - header.length));
    text = text.slice(0, at) + pick(harms) + text.slice(random() < 0.1 ? at + 20 : at);
  }
  return new TextEncoder().encode(text);
}
