const least = -342;
const greatest = 324;
const bits = 128n;

/**
 * The 128 most significant bits of 5^q for q = -342 … 324, as pairs of 64-bit words, high before low: what
 * Eisel and Lemire's conversion multiplies by. Positive powers are cut off; reciprocals are rounded up, as its proof
 * asks. Reading needs them up to 308, writing from -292 to 324. Computed with BigInt when the first kernel starts (about
 * 2 ms), which is smaller and surer than a table in the source.
 */
export function computePowersOfFive(): BigUint64Array {
  const words = new BigUint64Array(2 * (greatest - least + 1));
  let power = 1n;
  for (let q = 0; q <= -least; q++) {
    const length = BigInt(power.toString(2).length);
    if (q <= greatest) {
      put(words, q, length > bits ? power >> (length - bits) : power << (bits - length));
    }
    // 5^-q = 2^(length-1+128) / 5^q: just above 2^127, and so of 128 bits
    if (q > 0) put(words, -q, (1n << (length - 1n + bits)) / power + 1n);
    power *= 5n;
  }
  return words;
}

function put(words: BigUint64Array, q: number, value: bigint): void {
  words[2 * (q - least)] = value >> 64n;
  words[2 * (q - least) + 1] = value & 0xffff_ffff_ffff_ffffn;
}
