import { describe, expect, it } from 'vitest';
import { parseNumberText } from '#src/schema/number-text.js';
import { parseTimeText } from '#src/schema/time-text.js';
import { decodeAll } from '../support/decode-all.ts';
import { limitsHeader as header, limitsTail as tail } from '../support/near-limits.ts';

const long = (cell: string): string => `${header}a,"b\n"${tail}\na,b${tail.replace('110.0', cell)}a,"c\n\n"${tail}`;
const zeros = '0'.repeat(200_000);
/** The greatest double and half a step: what lies below rounds down, what lies behind rounds to infinity. */
const edge = (2n ** 1024n - 2n ** 970n).toString();

describe('a number of 200,000 digits', () => {
  it('is the nearest double', async () => {
    const cells: readonly (readonly [string, number])[] = [
      [`9007199254740993.${zeros}`, 9007199254740992],
      [`9007199254740993.${zeros}1`, 9007199254740994],
      [`-9007199254740993.${zeros}1`, -9007199254740994],
      [`0.${zeros}1`, 0],
      [`${'9'.repeat(308)}.${'9'.repeat(200_000)}`, 1e308],
      [`1${zeros}e-200000`, 1],
      [`${BigInt(edge) - 1n}.${'9'.repeat(200_000)}`, Number.MAX_VALUE],
    ];
    for (const [cell, value] of cells) {
      for (const written of [cell, `"${cell}"`]) {
        for (const chunkBytes of [1000, 524_288]) {
          const { rows } = await decodeAll(long(written), { chunkBytes });
          expect(
            rows.map((row) => row['mean']),
            cell.slice(0, 30),
          ).toEqual([110, value, 110]);
        }
      }
      expect(parseNumberText(cell)).toBe(value);
    }
  });

  it('is refused beyond the range, with its place and a message that is cut', async () => {
    for (const cell of [`${edge}.${zeros}`, `${edge}.${zeros}1`, `1${zeros}`, `-${edge}${zeros}`]) {
      for (const chunkBytes of [1000, 524_288]) {
        const error: unknown = await decodeAll(long(cell), { chunkBytes }).catch((thrown: unknown) => thrown);
        const place = { record: 2, line: 5, column: 'mean' };
        const byte = Buffer.from(long('here')).toString('latin1').indexOf('here');
        expect(error).toMatchObject({ code: 'NUMBER_OVERFLOW', position: { ...place, byte } });
        expect((error as Error).message.length).toBeLessThan(400);
      }
      expect(parseNumberText(cell)).toBe('overflow');
    }
  });
});

describe('a cell of a million digits that is not a number', () => {
  // each took minutes before, or for ever: the runner's own limit of time is what fails
  const digits = '1'.repeat(1_000_000);
  it('is refused at once, by the kernel, by other dialects and in headers', async () => {
    for (const text of [`${digits}x`, `${digits}.x`, `.${digits}x`, `1e${digits}x`, `+${digits}e`]) {
      expect(parseNumberText(text)).toBe('invalid');
      expect(parseTimeText(text)).toBeUndefined();
      const error: unknown = await decodeAll(`${header}a,b${tail.replace('110.0', text)}`).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ code: 'NUMBER_INVALID', position: { record: 1, line: 2, column: 'mean' } });
      expect((error as Error).message.length).toBeLessThan(400);
      // a name like another
      expect((await decodeAll(`${text},${header}`)).notes.schema.dimensions).toEqual([text, 'store']);
    }
  });
});
