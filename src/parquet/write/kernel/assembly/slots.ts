/** The hash table of a column's dictionary: open addressing, at most half full. */
import { ENTRIES, ENTRY_BYTES, HASH, SIZE, SLOTS, SLOT_MASK } from './map';

/** Where the entry of a code is. */
@inline
export function entryOf(column: usize, code: u32): usize {
  return <usize>load<u32>(column, ENTRIES) + <usize>code * ENTRY_BYTES;
}

/** Adds an entry at a free slot; returns its address, where the caller writes the rest of it. */
export function addEntry(column: usize, slot: usize, hash: u32): usize {
  const size = load<u32>(column, SIZE);
  const entry = entryOf(column, size);
  store<u32>(entry, hash, HASH);
  store<u32>(slot, size + 1);
  store<u32>(column, size + 1, SIZE);
  if (((size + 1) << 1) > load<u32>(column, SLOT_MASK) + 1) growSlots(column);
  return entry;
}

/** Doubles the slots that are in use. */
function growSlots(column: usize): void {
  const mask = (load<u32>(column, SLOT_MASK) << 1) | 1;
  const slots = <usize>load<u32>(column, SLOTS);
  const size = load<u32>(column, SIZE);
  store<u32>(column, mask, SLOT_MASK);
  memory.fill(slots, 0, (<usize>mask + 1) << 2);
  for (let code: u32 = 0; code < size; code++) {
    let slot = load<u32>(entryOf(column, code), HASH) & mask;
    while (load<u32>(slots + (<usize>slot << 2)) != 0) slot = (slot + 1) & mask;
    store<u32>(slots + (<usize>slot << 2), code + 1);
  }
}
