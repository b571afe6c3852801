import { describe, expect, it } from 'vitest';
import { appendHash, hashWords, TextHasher } from '#src/batch/hash/text-hash.js';

const encoder = new TextEncoder();
const hasher = new TextHasher(Uint32Array.of(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a));

function hashOf(texts: readonly string[]): Uint32Array {
  const hash = new Uint32Array(hashWords);
  const other = new Uint32Array(hashWords);
  for (const [index, text] of texts.entries()) {
    const bytes = encoder.encode(text);
    hasher.hashText(bytes, 0, bytes.length, index === 0 ? hash : other, 0);
    if (index > 0) appendHash(hash, 0, other, 0);
  }
  return hash;
}

/** How many of the keys share their words at these places with an earlier one. */
function collisions(keys: readonly Uint32Array[], ...lanes: readonly number[]): number {
  const known = new Set(keys.map((key) => lanes.map((lane) => key[lane]).join(' ')));
  return keys.length - known.size;
}

const count = 200_000;
const keySets: readonly [string, (index: number) => string[]][] = [
  ['numbered items', (index) => [`item_${String(index).padStart(7, '0')}`]],
  ['items with a dimension', (index) => [`i${index % 500}`, `s${Math.floor(index / 500)}`]],
  [
    'zeros of many lengths, and texts behind them',
    (index) => ['\0'.repeat(index % 400), String(Math.floor(index / 400))],
  ],
];

describe('the hash of keys', () => {
  it('is Chaskey: the vectors of its authors', () => {
    const chaskey = new TextHasher(Uint32Array.of(0x833d3433, 0x009f389f, 0x2398e64f, 0x417acf39));
    const message = Uint8Array.from({ length: 64 }, (_, index) => index);
    const tag = (length: number): string[] => {
      const words = new Uint32Array(hashWords);
      chaskey.hashText(message, 0, length, words, 0);
      return [...words].map((word) => word.toString(16).padStart(8, '0'));
    };
    expect(tag(0)).toEqual(['792e8fe5', '75ce87aa', '2d1450b5', '1191970b']);
    expect(tag(1)).toEqual(['13a9307b', '50e62c89', '4577bd88', 'c0bbdc18']);
    expect(tag(2)).toEqual(['55df8922', '2c7ff577', '73809ef4', '4e5084c0']);
  });

  it.each(keySets)('has no more collisions of %s than chance, and none over two words', (_, keyOf) => {
    const keys = Array.from({ length: count }, (_each, index) => hashOf(keyOf(index)));
    // n² / 2^33 = 4.7 are expected; 17 or more are so by chance once in 100,000
    for (let lane = 0; lane < hashWords; lane++) expect(collisions(keys, lane)).toBeLessThan(17);
    for (const [one, other] of [
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ] as const) {
      expect(collisions(keys, one, other)).toBe(0);
    }
  });

  it('depends on where one text ends and the next begins, on their order, and on the seed', () => {
    const tuples = [['ab', 'c'], ['a', 'bc'], ['abc', ''], ['', 'abc'], ['abc'], ['c', 'ab'], ['a', 'b', 'c']];
    expect(collisions(tuples.map(hashOf), 0, 1, 2, 3)).toBe(0);
    const bytes = encoder.encode('abc');
    const other = new Uint32Array(hashWords);
    new TextHasher(Uint32Array.of(1, 2, 3, 4)).hashText(bytes, 0, bytes.length, other, 0);
    expect([...other].filter((word, lane) => word === hashOf(['abc'])[lane])).toEqual([]);
  });
});
