import type { TextDictionary } from './column-batch.ts';

/** 32-bit words of a key's hash. */
export const hashWords = 4;

/**
 * Hashes of 128 bits for texts and tuples of texts: four lanes of a seeded multiply-and-shift hash with multipliers of
 * their own. Of a hash as good as chance two of n keys are the same with a probability of n² / 2^129, 1.5e-25 for 10
 * million; `test/batch/text-hash.test.ts` compares its words with chance. The seed is random, so that a file cannot be
 * made to collide on purpose, and nothing that is reported depends on it.
 */
export class TextHasher {
  readonly #seed: Uint32Array;

  /** `seed` has {@link hashWords} words, the same for every thread of one verification. */
  constructor(seed: Uint32Array) {
    this.#seed = seed;
  }

  /** The hashes of a dictionary's texts, {@link hashWords} words each. Cost: about 2 ns a byte. */
  hashTexts({ size, offsets, bytes }: TextDictionary): Uint32Array {
    const hashes = new Uint32Array(size * hashWords);
    for (let index = 0; index < size; index++) {
      this.hashText(bytes, offsets[index] ?? 0, offsets[index + 1] ?? 0, hashes, index * hashWords);
    }
    return hashes;
  }

  /** Writes the hash of `bytes[start, end)` to `target` at `at`. */
  hashText(bytes: Uint8Array, start: number, end: number, target: Uint32Array, at: number): void {
    let a = (this.#seed[0] ?? 0) ^ (end - start);
    let b = (this.#seed[1] ?? 0) ^ (end - start);
    let c = this.#seed[2] ?? 0;
    let d = this.#seed[3] ?? 0;
    for (let index = start; index < end; index++) {
      const byte = bytes[index] ?? 0;
      a = Math.imul(a ^ byte, 0x01000193);
      a ^= a >>> 15;
      b = Math.imul(b ^ byte, 0x9e3779b1);
      b ^= b >>> 13;
      c = Math.imul(c ^ byte, 0x85ebca77);
      c ^= c >>> 16;
      d = Math.imul(d ^ byte, 0xc2b2ae3d);
      d ^= d >>> 14;
    }
    target[at] = mix(a);
    target[at + 1] = mix(b ^ a);
    target[at + 2] = mix(c ^ b);
    target[at + 3] = mix(d ^ c);
  }
}

/** Makes the hash at `target[at]` one of the tuple that goes on with the text whose hash stands at `other[from]`. */
export function appendHash(target: Uint32Array, at: number, other: Uint32Array, from: number): void {
  for (let word = 0; word < hashWords; word++) {
    const rotated = Math.imul(target[at + word] ?? 0, multipliers[word] ?? 1);
    target[at + word] = mix((rotated << 7) ^ (rotated >>> 25) ^ (other[from + word] ?? 0));
  }
}

const multipliers = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f];

/** Makes every bit depend on all of them (the end of MurmurHash3). */
function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
