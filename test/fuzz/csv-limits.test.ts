import { beforeAll, describe, expect, it } from 'vitest';
import { comparable, slowDecode } from '../reference/slow-decode.ts';
import { decodeAll } from '../support/decode-all.ts';
import { limitsHeader as header, limitsTail as tail, rewrite, textOf } from '../support/near-limits.ts';
import { watchKernels, type Watch } from '../support/guarded-kernel.ts';
import { seededRandom } from '../support/random.ts';

// `npm test` runs a few seconds of this; FUZZ_SECONDS and FUZZ_SEED make it longer and other (see .ci/run).
const seconds = Number(process.env['FUZZ_SECONDS'] ?? 4);
const firstSeed = Number(process.env['FUZZ_SEED'] ?? 1);

let watch: Watch;
beforeAll(() => {
  watch = watchKernels(4);
});

describe('records of sizes near the limits', () => {
  it(
    `are read and written as the slow reference does, within every region (${seconds} s from seed ${firstSeed})`,
    async () => {
      const end = performance.now() + seconds * 1000;
      for (let seed = firstSeed; seed < firstSeed + 40 || performance.now() < end; seed++) {
        const random = seededRandom(seed);
        const text = Buffer.from(
          header + Array.from({ length: 1 + Math.floor(random() * 40) }, () => nearLimits(random)).join(''),
        );
        const options = {
          recordLimit: 4096,
          chunkBytes: [1, 7, 64, 1000, 4095, 4096, 4097, 8192][Math.floor(random() * 8)]! + Math.floor(random() * 2),
          batchRows: 1 + Math.floor(random() * 20),
        };
        const expected = slowDecode(text, options.recordLimit);
        const found = await decodeAll(text, options).then(
          ({ rows }) => ({ rows: rows.map((row) => Object.values(row).map(comparable)) }),
          (error: { code: string; position: { record: number } }) => ({
            code: error.code,
            record: error.position.record,
          }),
        );
        expect(found, `seed ${seed}`).toEqual(expected);
        if ('rows' in expected) await rewrite(text, options);
      }
      expect(watch.decodes).toBeGreaterThan(500);
      expect(watch.encodes).toBeGreaterThan(20);
    },
    (seconds + 60) * 1000,
  );
});

/** A record whose size is about that of the record limit, of the chunk, or small; most are sound. */
function nearLimits(random: () => number): string {
  const sizes = [0, 1, 15, 16, 17, 31, 32, 33, 1000, 4096 - tail.length - 1, 4096 - tail.length, 4095];
  const text = (): string => {
    const content = textOf(
      sizes[Math.floor(random() * (random() < 0.2 ? sizes.length : 9))]!,
      Math.floor(random() * 9),
    );
    return random() < 0.2 ? `"${content.replaceAll(';', random() < 0.5 ? '""' : '\n')}"` : content;
  };
  const end = random() < 0.2 ? tail.replace('\n', '\r\n') : tail;
  const line = `${text()},${random() < 0.9 ? 's' : text()}${random() < 0.1 ? end.replace('110.0', '9'.repeat(Math.floor(random() * 300))) : end}`;
  return random() < 0.02 ? line.slice(0, -Math.floor(random() * 30)) : line;
}
