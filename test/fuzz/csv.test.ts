import { describe, expect, it } from 'vitest';
import { createMemoryStorage } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { BacktestExportError } from '#src/errors.js';
import { comparable, slowDecode, type SlowResult } from '../reference/slow-decode.ts';
import { decodeAll } from '../support/decode-all.ts';
import { seededRandom } from '../support/random.ts';

// `npm test` runs a few seconds of this; FUZZ_SECONDS and FUZZ_SEED make it longer and other (see .ci/run).
const seconds = Number(process.env['FUZZ_SECONDS'] ?? 4);
const firstSeed = Number(process.env['FUZZ_SEED'] ?? 1);

/** Small sound parts of both tables, plain and hostile. */
async function soundParts(): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for (const textStyle of ['plain', 'hostile', 'unicode'] as const) {
    const storage = createMemoryStorage();
    const options = {
      items: 3,
      windows: 2,
      horizon: 4,
      textStyle,
      missingActuals: 0.2,
      dimensions: [{ name: 'd', cardinality: 2 }],
    };
    const made = await generateExport(storage, { ...options, itemColumn: 'item_id' });
    for (const { path, size } of made.files) {
      const bytes = storage.get(path);
      const header = bytes?.subarray(0, bytes.indexOf(0x0a)) ?? new Uint8Array();
      if (size > 0 && bytes !== undefined && !header.includes(0x22)) parts.push(bytes);
    }
  }
  return parts;
}

const interesting = [
  '"',
  ',',
  '\n',
  '\r',
  '\r\n',
  '\0',
  '""',
  'not defined',
  'NaN',
  '1e400',
  '-',
  '.',
  'e',
  '\ufeff',
  'é',
  '0'.repeat(40),
  '9'.repeat(25),
  'Z',
  '-0.0',
  '1'.repeat(330),
];

/** Damages the data behind the header: bits, bytes, cuts, copies, insertions. */
function damage(bytes: Uint8Array, random: () => number): Uint8Array {
  const header = bytes.indexOf(0x0a) + 1;
  let data = [...bytes.subarray(header)];
  const times = 1 + Math.floor(random() * 3);
  for (let time = 0; time < times; time++) {
    const at = Math.floor(random() * data.length);
    const kind = Math.floor(random() * 6);
    if (kind === 0) data[at] = (data[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    else if (kind === 1) data[at] = Math.floor(random() * 256);
    else if (kind === 2) data.splice(at, 1 + Math.floor(random() * 3));
    else if (kind === 3) data = data.slice(0, at);
    else if (kind === 4)
      data.splice(at, 0, ...new TextEncoder().encode(interesting[Math.floor(random() * interesting.length)]));
    else data.splice(at, 0, ...data.slice(at, at + Math.floor(random() * 200)));
  }
  return Uint8Array.from([...bytes.subarray(0, header), ...data]);
}

async function fastDecode(bytes: Uint8Array, random: () => number): Promise<SlowResult> {
  const options = { chunkBytes: 1 + Math.floor(random() * 600), batchRows: 1 + Math.floor(random() * 30) };
  try {
    const { rows } = await decodeAll(bytes, options);
    return { rows: rows.map((row) => Object.values(row).map(comparable)) };
  } catch (error) {
    if (!(error instanceof BacktestExportError)) throw error;
    return { code: error.code, record: error.position.record ?? -1 };
  }
}

describe('damaged CSV', () => {
  it(
    `is read as the slow reference reads it, or refused with its code and record (${seconds} s from seed ${firstSeed})`,
    async () => {
      const parts = await soundParts();
      expect(parts.length).toBe(6);
      const end = performance.now() + seconds * 1000;
      const met = new Map<string, number>();
      for (let seed = firstSeed; performance.now() < end; seed++) {
        const random = seededRandom(seed);
        const bytes = damage(parts[seed % parts.length] ?? new Uint8Array(), random);
        const expected = slowDecode(bytes);
        expect(await fastDecode(bytes, random), `seed ${seed}`).toEqual(expected);
        const outcome = 'code' in expected ? expected.code : 'read';
        met.set(outcome, (met.get(outcome) ?? 0) + 1);
      }
      expect([...met.keys()]).toEqual(
        expect.arrayContaining(['read', 'CSV_FIELD_COUNT', 'NUMBER_INVALID', 'TIME_INVALID', 'CSV_QUOTE_STRAY']),
      );
    },
    (seconds + 30) * 1000,
  );

  it('names the damaged record: one bad byte in one of a thousand rows', async () => {
    const storage = createMemoryStorage();
    await generateExport(storage, { items: 10, windows: 1, horizon: 100 });
    const path = 'forecasted-values/Forecasts_synthetic_backtest_2021-12-14T13-20-10Z_part0.csv';
    const bytes = storage.get(path) ?? new Uint8Array();
    const random = seededRandom(5);
    let refused = 0;
    for (let round = 0; round < 400; round++) {
      const at = bytes.indexOf(0x0a) + 1 + Math.floor(random() * (bytes.length - 300));
      if (bytes[at] === 0x0a || bytes[at] === 0x22) continue;
      const damaged = bytes.slice();
      damaged[at] = [0x00, 0x22, 0x2c, 0x0d, 0xff, 0x78][round % 6] ?? 0;
      const record = bytes.subarray(0, at).filter((byte) => byte === 0x0a).length;
      const error = await decodeAll(damaged).then(
        () => undefined,
        (thrown: BacktestExportError) => thrown,
      );
      if (error === undefined) continue;
      refused++;
      expect(error.position, error.message).toMatchObject({ record, line: record + 1 });
    }
    expect(refused).toBeGreaterThan(300);
  });
});
