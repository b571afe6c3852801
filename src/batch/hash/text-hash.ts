import { blockWords, permute, timesTwo } from './chaskey.ts';
import type { TextDictionary } from '../columns/column-batch.ts';
import { mix } from './mix.ts';

/** 32-bit words of a key's hash. */
export const hashWords: number = blockWords;

/**
 * Hashes of 128 bits for texts and tuples of texts, by Chaskey (Mouha et al., "Chaskey: An Efficient MAC Algorithm for
 * 32-bit Microcontrollers", 2014), whose key is the seed. Who does not know the seed cannot find texts that meet; of n
 * keys two meet with a probability of n² / 2^129, 1.5e-25 for 10 million. `test/batch/text-hash.test.ts` has the vectors
 * of its authors. The seed is random for each run, and nothing that is reported depends on it.
 */
export class TextHasher {
  readonly #key: Uint32Array;
  /** For a last block that is full, and for one that is not. */
  readonly #full: Uint32Array;
  readonly #padded: Uint32Array;
  readonly #state = new Int32Array(blockWords);

  /** `seed` has {@link hashWords} words, the same for every thread of one run. */
  constructor(seed: Uint32Array) {
    this.#key = seed.slice(0, blockWords);
    this.#full = timesTwo(this.#key);
    this.#padded = timesTwo(this.#full);
  }

  /** The hashes of a dictionary's texts, {@link hashWords} words each. Cost: about 40 ns for every 16 bytes of a text. */
  hashTexts({ size, offsets, bytes }: TextDictionary): Uint32Array {
    const hashes = new Uint32Array(size * hashWords);
    for (let index = 0; index < size; index++) {
      this.hashText(bytes, offsets[index] ?? 0, offsets[index + 1] ?? 0, hashes, index * hashWords);
    }
    return hashes;
  }

  /** Writes the hash of `bytes[start, end)` to `target` at `at`. */
  hashText(bytes: Uint8Array, start: number, end: number, target: Uint32Array, at: number): void {
    const state = this.#state;
    for (let word = 0; word < blockWords; word++) state[word] = this.#key[word] ?? 0;
    let from = start;
    for (; end - from > blockBytes; from += blockBytes) {
      this.#mixIn(bytes, from, blockBytes);
      permute(state);
    }
    const left = end - from;
    this.#mixIn(bytes, from, left);
    if (left < blockBytes) state[left >>> 2] = (state[left >>> 2] ?? 0) ^ (1 << (8 * (left & 3)));
    const last = left < blockBytes ? this.#padded : this.#full;
    for (let word = 0; word < blockWords; word++) state[word] = (state[word] ?? 0) ^ (last[word] ?? 0);
    permute(state);
    for (let word = 0; word < blockWords; word++) target[at + word] = (state[word] ?? 0) ^ (last[word] ?? 0);
  }

  /** Whole words first: a byte that is stored alone makes the next load of its word wait. */
  #mixIn(bytes: Uint8Array, from: number, length: number): void {
    const state = this.#state;
    const whole = length >>> 2;
    for (let word = 0, at = from; word < whole; word++, at += 4) {
      const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
      state[word] = (state[word] ?? 0) ^ low ^ ((bytes[at + 2] ?? 0) << 16) ^ ((bytes[at + 3] ?? 0) << 24);
    }
    if (whole === blockWords) return;
    let rest = 0;
    for (let index = length - 1; index >= 4 * whole; index--) rest = (rest << 8) | (bytes[from + index] ?? 0);
    state[whole] = (state[whole] ?? 0) ^ rest;
  }
}

const blockBytes = 4 * blockWords;

/**
 * Makes the hash at `target[at]` one of the tuple extended by the text whose hash is at `other[from]`. Each word
 * is as good as chance, since the words of both are.
 */
export function appendHash(target: Uint32Array, at: number, other: Uint32Array, from: number): void {
  for (let word = 0; word < hashWords; word++) {
    const rotated = Math.imul(target[at + word] ?? 0, multipliers[word] ?? 1);
    target[at + word] = mix((rotated << 7) ^ (rotated >>> 25) ^ (other[from + word] ?? 0));
  }
}

const multipliers = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f];
