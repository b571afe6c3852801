/** XXH64 and split-block Bloom filters as their specifications tell them, with BigInt, a bit at a time. */

const P1 = 0x9e37_79b1_85eb_ca87n;
const P2 = 0xc2b2_ae3d_27d4_eb4fn;
const P3 = 0x1656_67b1_9e37_79f9n;
const P4 = 0x85eb_ca77_c2b2_ae63n;
const P5 = 0x27d4_eb2f_1656_67c5n;

const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotate = (value: bigint, by: bigint): bigint => wrap(value << by) | (wrap(value) >> (64n - by));
const round = (sum: bigint, lane: bigint): bigint => wrap(rotate(wrap(sum + lane * P2), 31n) * P1);

/** XXH64 of bytes with seed 0. Source: Cyan4973/xxHash, `xxhash_spec.md`. */
export function slowXxh64(bytes: Uint8Array): bigint {
  const read = (at: number, size: number): bigint =>
    [...bytes.subarray(at, at + size)].reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
  let at = 0;
  let hash = P5;
  if (bytes.length >= 32) {
    let sums = [wrap(P1 + P2), P2, 0n, wrap(-P1)];
    for (; bytes.length - at >= 32; at += 32) sums = sums.map((sum, lane) => round(sum, read(at + 8 * lane, 8)));
    hash = [1n, 7n, 12n, 18n].reduce((total, by, lane) => wrap(total + rotate(sums[lane]!, by)), 0n);
    for (const sum of sums) hash = wrap((hash ^ round(0n, sum)) * P1 + P4);
  }
  hash = wrap(hash + BigInt(bytes.length));
  for (; bytes.length - at >= 8; at += 8) hash = wrap(rotate(hash ^ round(0n, read(at, 8)), 27n) * P1 + P4);
  for (; bytes.length - at >= 4; at += 4) hash = wrap(rotate(hash ^ wrap(read(at, 4) * P1), 23n) * P2 + P3);
  for (; at < bytes.length; at++) hash = wrap(rotate(hash ^ wrap(read(at, 1) * P5), 11n) * P1);
  hash = wrap((hash ^ (hash >> 33n)) * P2);
  hash = wrap((hash ^ (hash >> 29n)) * P3);
  return hash ^ (hash >> 32n);
}

const salts = [0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31];

/** The bits, counted from the start of a filter, that tell of a text. Source: parquet-format, BloomFilter.md. */
function bitsOf(text: string, blocks: number): number[] {
  const hash = slowXxh64(Buffer.from(text));
  const block = Number(((hash >> 32n) * BigInt(blocks)) >> 32n);
  return salts.map((salt, word) => {
    const bit = Number(BigInt.asUintN(32, (hash & 0xffff_ffffn) * BigInt(salt)) >> 27n);
    return block * 256 + word * 32 + bit;
  });
}

/** The filter of some texts. */
export function slowBloomFilter(texts: Iterable<string>, bytes: number): Uint8Array {
  const filter = new Uint8Array(bytes);
  for (const text of texts) {
    for (const bit of bitsOf(text, bytes / 32)) filter[Math.floor(bit / 8)]! |= 1 << (bit % 8);
  }
  return filter;
}

/** Whether a filter may hold a text. */
export function slowMayHold(filter: Uint8Array, text: string): boolean {
  return bitsOf(text, filter.length / 32).every((bit) => ((filter[Math.floor(bit / 8)]! >> (bit % 8)) & 1) === 1);
}
