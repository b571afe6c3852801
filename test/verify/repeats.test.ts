import { describe, expect, it } from 'vitest';
import { createMemoryStorage, verifyExport, type VerificationReport } from '#src/index.js';
import { KeyedDigest } from '#src/batch/hash/keyed-digest.js';
import { openExport } from '#src/index.js';
import { findRepeats } from '#src/verify/scan/find-repeats.js';
import { openTolerantly } from '#src/verify/base/open-tolerantly.js';
import { planVerification } from '#src/verify/base/plan.js';
import { forecastHeader, forecastPart, forecastRow, onePart } from '../convert/one-part.ts';

async function codesOf(forecasts: string): Promise<string[]> {
  const { findings }: VerificationReport = await verifyExport(onePart(forecastHeader + forecasts));
  return findings
    .filter(({ code }) => code.startsWith('DUPLICATE') || code === 'EXPORTS_MERGED')
    .map(({ code }) => code);
}

describe('rows of one key', () => {
  const other = forecastRow.replace('bike_12', 'bike_13');

  it.each([
    ['0.0', '-0.0', 'DUPLICATE_DIFFERENT'],
    ['', 'NaN', 'DUPLICATE_DIFFERENT'],
    ['4.5', '4.50', 'DUPLICATE_EXACT'],
    ['4.5', '4.500000000000003', 'DUPLICATE_NEAR'],
    ['4.5', '4.500000000000005', 'DUPLICATE_DIFFERENT'],
  ])('with %s and %s are told as repair takes them: %s', async (one, two, code) => {
    const rows = other + forecastRow.replace('4.5', one) + forecastRow.replace('4.5', two);
    expect(await codesOf(rows)).toEqual([code]);
  });

  it('of metrics: an empty cell is not what is not defined', async () => {
    const source = onePart(forecastHeader + forecastRow);
    const path = 'accuracy-metrics-values/Accuracy_bike_2021-12-14T13-20-10Z_part0.csv';
    const text = new TextDecoder().decode(source.get(path));
    const row = text.split('\n')[1] ?? '';
    source.put(path, `${text}${row.replace('not defined', '')}\n${row.replace('Computed', 'Summary')}\n`);
    const { findings } = await verifyExport(source);
    expect(findings.map(({ code }) => code)).toContain('DUPLICATE_DIFFERENT');
  });
});

describe('parts that may repeat another', () => {
  it('are dropped for what they hold, not for a digest that is the same', async () => {
    const storage = createMemoryStorage();
    const numbered = (part: number): string => forecastPart.replace('part0', `part${part}`);
    storage.put(numbered(0), forecastHeader + forecastRow);
    storage.put(numbered(1), forecastHeader + forecastRow.replace('9.0', '9.5'));
    storage.put(numbered(2), forecastHeader + forecastRow);
    storage.put(numbered(3), forecastHeader + forecastRow.replace('9.0', '9.50'));
    const opened = await openTolerantly(await openExport(storage), {});
    const plan = planVerification(opened, {}, null, undefined);
    const checked = [0, 1, 2, 3].map((file) => ({
      kind: 'checked' as const,
      file,
      rows: 1,
      digest: 'all the same',
      windows: [],
      definedWindows: [],
      found: [],
      records: [],
      notes: undefined,
    }));
    expect([...(await findRepeats(plan, checked))]).toEqual([
      [2, 0],
      [3, 1],
    ]);
  });

  it('are hashed under a key: other words, other keys and other lengths give other digests', () => {
    const digestOf = (key: readonly number[], ...blocks: readonly (readonly number[])[]): string => {
      const digest = new KeyedDigest(Uint32Array.from(key));
      for (const block of blocks) digest.add(Uint32Array.from(block));
      return digest.finish();
    };
    const key = [1, 2, 3, 4];
    const digests = [
      digestOf(key),
      digestOf(key, [0, 0, 0, 0]),
      digestOf(key, [0, 0, 0, 0], [0, 0, 0, 0]),
      digestOf(key, [0, 0, 0, 1]),
      digestOf([1, 2, 3, 5], [0, 0, 0, 1]),
      digestOf(key, [0x80000000, 0, 0, 0]),
    ];
    expect(new Set(digests).size).toBe(digests.length);
    expect(digests.every((digest) => /^[0-9a-f]{32}$/.test(digest))).toBe(true);
    expect(digestOf(key, [1, 2, 3, 4, 5, 6, 7, 8])).toBe(digestOf(key, [1, 2, 3, 4], [5, 6, 7, 8]));
  });
});
