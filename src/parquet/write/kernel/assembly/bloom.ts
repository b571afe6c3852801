/**
 * Split-block Bloom filters of texts, hashed with XXH64. Source: apache/parquet-format, BloomFilter.md, and Cyan4973/xxHash,
 * `xxhash_spec.md`. `test/reference/slow-bloom.ts` is the slow reference.
 */
import { ADDRESS, LENGTH, SIZE } from './map';
import { entryOf } from './slots';

const BLOCK_BYTES: usize = 32;

/** Sets the bits of every text of a column's dictionary in a filter of `blocks` blocks, which are cleared first. */
export function fillBloom(column: usize, out: usize, blocks: u32): void {
  memory.fill(out, 0, <usize>blocks * BLOCK_BYTES);
  const size = load<u32>(column, SIZE);
  for (let code: u32 = 0; code < size; code++) {
    const entry = entryOf(column, code);
    const hash = hashText(<usize>load<u32>(entry, ADDRESS), load<u32>(entry, LENGTH));
    const block = out + <usize>(((hash >> 32) * <u64>blocks) >> 32) * BLOCK_BYTES;
    const key = i32x4.splat(<u32>hash);
    setBits(block, i32x4.mul(key, i32x4(0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d)));
    setBits(block + 16, i32x4.mul(key, i32x4(0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31)));
  }
}

/** Sets the bit that the highest five bits of each integer tell in each of four words. */
@inline
function setBits(words: usize, keys: v128): void {
  setBit(words, i32x4.extract_lane(keys, 0));
  setBit(words + 4, i32x4.extract_lane(keys, 1));
  setBit(words + 8, i32x4.extract_lane(keys, 2));
  setBit(words + 12, i32x4.extract_lane(keys, 3));
}

@inline
function setBit(word: usize, key: u32): void {
  store<u32>(word, load<u32>(word) | (<u32>1 << (key >>> 27)));
}

const P1: u64 = 0x9e3779b185ebca87;
const P2: u64 = 0xc2b2ae3d27d4eb4f;
const P3: u64 = 0x165667b19e3779f9;
const P4: u64 = 0x85ebca77c2b2ae63;
const P5: u64 = 0x27d4eb2f165667c5;

/** XXH64 with seed 0. */
function hashText(text: usize, length: u32): u64 {
  const end = text + <usize>length;
  let at = text;
  let hash: u64 = P5;
  if (length >= 32) {
    let one = P1 + P2;
    let two = P2;
    let three: u64 = 0;
    let four = <u64>0 - P1;
    for (; at + 32 <= end; at += 32) {
      one = round(one, load<u64>(at));
      two = round(two, load<u64>(at, 8));
      three = round(three, load<u64>(at, 16));
      four = round(four, load<u64>(at, 24));
    }
    hash = rotl(one, 1) + rotl(two, 7) + rotl(three, 12) + rotl(four, 18);
    hash = merge(merge(merge(merge(hash, one), two), three), four);
  }
  hash += <u64>length;
  for (; at + 8 <= end; at += 8) hash = rotl(hash ^ round(0, load<u64>(at)), 27) * P1 + P4;
  if (at + 4 <= end) {
    hash = rotl(hash ^ (<u64>load<u32>(at) * P1), 23) * P2 + P3;
    at += 4;
  }
  for (; at < end; at++) hash = rotl(hash ^ (<u64>load<u8>(at) * P5), 11) * P1;
  hash = (hash ^ (hash >> 33)) * P2;
  hash = (hash ^ (hash >> 29)) * P3;
  return hash ^ (hash >> 32);
}

@inline
function round(sum: u64, word: u64): u64 {
  return rotl(sum + word * P2, 31) * P1;
}

@inline
function merge(hash: u64, sum: u64): u64 {
  return (hash ^ round(0, sum)) * P1 + P4;
}
