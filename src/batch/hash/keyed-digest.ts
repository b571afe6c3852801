import { blockWords, permute, timesTwo } from './chaskey.ts';

/**
 * A keyed hash of 128 bits over words, by Chaskey like {@link TextHasher}: of two sequences of as many words that differ it
 * is the same with a probability of 2^-128, and who does not know the key cannot make such.
 */
export class KeyedDigest {
  readonly #full: Uint32Array;
  readonly #state: Int32Array;

  /** `key` has four words. */
  constructor(key: Uint32Array) {
    this.#full = timesTwo(key);
    this.#state = Int32Array.from(key.subarray(0, blockWords));
  }

  /** Goes on with words, a multiple of four. About 25 ns for four. */
  add(words: Uint32Array): void {
    const state = this.#state;
    for (let at = 0; at < words.length; at += blockWords) {
      for (let word = 0; word < blockWords; word++) state[word] = (state[word] ?? 0) ^ (words[at + word] ?? 0);
      permute(state);
    }
  }

  /** Ends it: 32 hexadecimal digits. */
  finish(): string {
    const full = this.#full;
    // a last block of zeros, masked as a message's last one is
    this.add(full);
    const words = Array.from(this.#state, (word, index) => (word ^ (full[index] ?? 0)) >>> 0);
    return words.map((word) => word.toString(16).padStart(8, '0')).join('');
  }
}
