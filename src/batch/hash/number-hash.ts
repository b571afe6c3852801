import { mix } from './mix.ts';

const pair = new Uint32Array(2);
const double = new Float64Array(pair.buffer);

/**
 * A seeded hash of 32 bits over integers and doubles, for the slots of hash tables: each word goes through the end of
 * MurmurHash3, whose multiplications take the seed along, so that keys which meet under one seed do not under another.
 * It finds candidates; whoever asks compares the keys themselves. -0 is not 0; all NaN are one. Cost: about 4 ns a word.
 */
export function hashNumbers(seed: number, integers: Int32Array, doubles: Float64Array): number {
  let hash = seed;
  for (let index = 0; index < integers.length; index++) hash = mix(hash ^ (integers[index] ?? 0)) + seed;
  for (let index = 0; index < doubles.length; index++) {
    double[0] = doubles[index] ?? Number.NaN;
    const isNumber = double[0] === double[0];
    hash = mix(hash ^ (isNumber ? (pair[0] ?? 0) : 0)) + seed;
    hash = mix(hash ^ (isNumber ? (pair[1] ?? 0) : nanWord));
  }
  return mix(hash ^ seed);
}

/** The same of `count` words from `at` on. Words are all that counts: NaN must have one spelling. */
export function hashRow(seed: number, words: Int32Array | Uint32Array, at: number, count: number): number {
  let hash = seed;
  for (let index = at; index < at + count; index++) hash = mix(hash ^ (words[index] ?? 0)) + seed;
  return mix(hash ^ seed);
}

/** The upper half of a NaN. */
const nanWord = 0x7ff8_0000;
