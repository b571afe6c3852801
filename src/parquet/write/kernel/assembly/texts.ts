/** Codes for the texts of a column, in order of appearance in the row group, from the codes of a batch. */
import {
  ADDRESS, CODES, HASH, LENGTH, NO_CODE, SEED, SIZE, SLOTS, SLOT_MASK, TEXT_END,
} from './map';
import { addEntry, entryOf } from './slots';

/**
 * Replaces the batch's codes in the rows `from` to `to`. The batch's dictionary has `size` texts, at least 1, `offsets` into
 * `bytes`; `ids` has room for a code each. Each text that a row has is looked up once; new ones are copied to TEXT_END.
 */
export function internTexts(
  column: usize, from: u32, to: u32, size: u32, offsets: usize, bytes: usize, ids: usize,
): void {
  memory.fill(ids, 0xff, <usize>size << 2);
  const codes = <usize>load<u32>(column, CODES);
  const end = codes + (<usize>to << 2);
  for (let at = codes + (<usize>from << 2); at < end; at += 4) {
    const given = load<u32>(at);
    const known = ids + ((given < size ? <usize>given : 0) << 2);
    let code = load<u32>(known);
    if (code == NO_CODE) {
      const place = offsets + (known - ids);
      const start = load<u32>(place);
      code = intern(column, bytes + <usize>start, load<u32>(place, 4) - start);
      store<u32>(known, code);
    }
    store<u32>(at, code);
  }
}

function intern(column: usize, text: usize, length: u32): u32 {
  const hash = hashText(text, length);
  const mask = load<u32>(column, SLOT_MASK);
  const slots = <usize>load<u32>(column, SLOTS);
  let slot = hash & mask;
  while (true) {
    const at = slots + (<usize>slot << 2);
    const taken = load<u32>(at);
    if (taken == 0) return addText(column, at, hash, text, length);
    const entry = entryOf(column, taken - 1);
    if (load<u32>(entry, HASH) == hash && load<u32>(entry, LENGTH) == length) {
      if (memory.compare(<usize>load<u32>(entry, ADDRESS), text, length) == 0) return taken - 1;
    }
    slot = (slot + 1) & mask;
  }
}

function addText(column: usize, slot: usize, hash: u32, text: usize, length: u32): u32 {
  const entry = addEntry(column, slot, hash);
  const address = load<u32>(TEXT_END);
  memory.copy(<usize>address, text, length);
  store<u32>(entry, address, ADDRESS);
  store<u32>(entry, length, LENGTH);
  store<u32>(TEXT_END, address + length);
  return load<u32>(column, SIZE) - 1;
}

let v0: u64 = 0;
let v1: u64 = 0;
let v2: u64 = 0;
let v3: u64 = 0;

/**
 * SipHash-1-3 (Aumasson and Bernstein, 2012), the seed as its key: a table lives for a whole row group, and texts that
 * collide whatever the seed would make it slow. Reads up to 7 bytes too far.
 */
function hashText(text: usize, length: u32): u32 {
  const low = load<u64>(SEED);
  const high = load<u64>(SEED, 8);
  v0 = low ^ 0x736f6d6570736575;
  v1 = high ^ 0x646f72616e646f6d;
  v2 = low ^ 0x6c7967656e657261;
  v3 = high ^ 0x7465646279746573;
  let at = text;
  const end = text + <usize>(length & ~7);
  for (; at < end; at += 8) mixIn(load<u64>(at));
  const rest = load<u64>(at) & (((<u64>1) << ((length & 7) << 3)) - 1);
  mixIn(rest | ((<u64>length) << 56));
  v2 ^= 0xff;
  round();
  round();
  round();
  return <u32>(v0 ^ v1 ^ v2 ^ v3);
}

@inline
function mixIn(word: u64): void {
  v3 ^= word;
  round();
  v0 ^= word;
}

@inline
function round(): void {
  v0 += v1;
  v2 += v3;
  v1 = rotl<u64>(v1, 13) ^ v0;
  v3 = rotl<u64>(v3, 16) ^ v2;
  v0 = rotl<u64>(v0, 32);
  v2 += v1;
  v0 += v3;
  v1 = rotl<u64>(v1, 17) ^ v2;
  v3 = rotl<u64>(v3, 21) ^ v0;
  v2 = rotl<u64>(v2, 32);
}
