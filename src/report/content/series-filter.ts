import { mix } from '../../batch/hash/mix.ts';

/** Hashes that are kept before they become bits, and bits at most: 256 KiB. */
const mostHashes = 1 << 16;
const mostBits = 1 << 21;
const bitsPerHash = 8;

/**
 * Which series a part may hold (Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970): of those that it
 * does not hold about one in twenty passes, more where it has more than 250,000. Memory: 1 to 2 bytes a series, 256 KiB at most.
 */
export class SeriesFilter {
  #hashes = new Uint32Array(256);
  #count = 0;
  #last = -1;
  #bits: Uint32Array<ArrayBuffer> | undefined;

  /** Adds the hash of a series; the one that was added last costs nothing. */
  add(hash: number): void {
    if (hash === this.#last) return;
    this.#last = hash;
    if (this.#bits === undefined && this.#count === this.#hashes.length) this.#grow();
    if (this.#bits === undefined) this.#hashes[this.#count++] = hash;
    else setBits(this.#bits, hash);
  }

  #grow(): void {
    if (this.#count === mostHashes) {
      this.#bits = this.#toBits(mostBits);
      this.#hashes = new Uint32Array();
      return;
    }
    const hashes = new Uint32Array(4 * this.#count);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
  }

  /** The filter as plain data, to be asked by {@link mayHold}. */
  export(): Uint32Array<ArrayBuffer> {
    if (this.#bits !== undefined) return this.#bits.slice();
    let bits = 32;
    while (bits < bitsPerHash * this.#count) bits *= 2;
    return this.#toBits(bits);
  }

  #toBits(bits: number): Uint32Array<ArrayBuffer> {
    const words = new Uint32Array(bits / 32);
    for (let index = 0; index < this.#count; index++) setBits(words, this.#hashes[index] ?? 0);
    return words;
  }
}

function setBits(words: Uint32Array, hash: number): void {
  const mask = 32 * words.length - 1;
  setBit(words, hash & mask);
  setBit(words, mix(hash) & mask);
}

function setBit(words: Uint32Array, bit: number): void {
  words[bit >>> 5] = (words[bit >>> 5] ?? 0) | (1 << (bit & 31));
}

/** Whether a part may hold the series of a hash. */
export function mayHold(words: Uint32Array, hash: number): boolean {
  const mask = 32 * words.length - 1;
  return [hash & mask, mix(hash) & mask].every((bit) => ((words[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0);
}
