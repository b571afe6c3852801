import { BacktestExportError } from '../../errors.ts';
import type { MetricsKernel } from './kernel/kernel.ts';

/**
 * Groups by key, a tuple of `width` small integers, and the address of each group's record in the kernel's memory.
 * Groups are numbered from 0 in order of first appearance; no result depends on it. Memory per group: the record, and
 * 4 · width + 8 bytes plus 5.3 to 10.7 bytes of slots, with up to half again as slack from growth.
 */
export class GroupTable {
  /** Keys side by side, `width` integers for each group. */
  keys: Int32Array<ArrayBuffer>;
  /** Address of each group's record. */
  addresses: Uint32Array<ArrayBuffer> = new Uint32Array(64);
  readonly width: number;
  readonly #kernel: MetricsKernel;
  readonly #maxGroups: number;
  /** Group + 1 by hash; 0 is free. */
  #slots = new Int32Array(128);
  /** The group that came after each group last time. */
  #next = new Int32Array(64);
  #size = 0;
  /** Random, so that no export can be made to collide on purpose; groups are numbered as they appear, whatever it is. */
  readonly #seed = Math.trunc(Math.random() * 0x1_0000_0000);
  #slab = 0;
  #slabEnd = 0;

  constructor(kernel: MetricsKernel, width: number, maxGroups: number) {
    this.#kernel = kernel;
    this.width = width;
    this.#maxGroups = maxGroups;
    this.keys = new Int32Array(64 * width);
  }

  get size(): number {
    return this.#size;
  }

  /** The group of `tuple[at, at + width)`, made if new; `previous` (or -1) is the group looked up before. */
  find(tuple: Int32Array, at: number, previous: number): number {
    if (previous >= 0) {
      const guess = this.#next[previous] ?? 0;
      if (guess < this.#size && this.#equals(guess, tuple, at)) return guess;
    }
    const group = this.#lookUp(tuple, at);
    if (previous >= 0) this.#next[previous] = group;
    return group;
  }

  #lookUp(tuple: Int32Array, at: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashTuple(this.#seed, tuple, at, this.width) & mask;
    for (;;) {
      const entry = this.#slots[slot] ?? 0;
      if (entry === 0) return this.#add(tuple, at, slot);
      if (this.#equals(entry - 1, tuple, at)) return entry - 1;
      slot = (slot + 1) & mask;
    }
  }

  #equals(group: number, tuple: Int32Array, at: number): boolean {
    const own = group * this.width;
    for (let part = 0; part < this.width; part++) if (this.keys[own + part] !== tuple[at + part]) return false;
    return true;
  }

  #add(tuple: Int32Array, at: number, slot: number): number {
    if (this.#size >= this.#maxGroups) throw tooManyGroups(this.#maxGroups, this.#kernel.recordBytes);
    const address = this.#allocate();
    const group = this.#size++;
    if (group >= this.addresses.length) this.#grow();
    this.addresses[group] = address;
    for (let part = 0; part < this.width; part++) this.keys[group * this.width + part] = tuple[at + part] ?? 0;
    this.#slots[slot] = group + 1;
    if (this.#size * 4 > this.#slots.length * 3) this.#rehash();
    return group;
  }

  /** Records come from slabs that grow with the table, up to 256 KiB. */
  #allocate(): number {
    const bytes = this.#kernel.recordBytes;
    if (this.#slab + bytes > this.#slabEnd) {
      const records = Math.max(1, Math.min(this.#size, Math.floor(262_144 / bytes)));
      this.#slab = this.#kernel.allocate(records * bytes);
      this.#slabEnd = this.#slab + records * bytes;
    }
    const address = this.#slab;
    this.#slab += bytes;
    return address;
  }

  #grow(): void {
    const room = Math.ceil(this.addresses.length * 1.5);
    const addresses = new Uint32Array(room);
    addresses.set(this.addresses);
    this.addresses = addresses;
    const next = new Int32Array(room);
    next.set(this.#next);
    this.#next = next;
    const keys = new Int32Array(room * this.width);
    keys.set(this.keys);
    this.keys = keys;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let group = 0; group < this.#size; group++) {
      let slot = hashTuple(this.#seed, this.keys, group * this.width, this.width) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = group + 1;
    }
    this.#slots = slots;
  }
}

function hashTuple(seed: number, tuple: Int32Array, at: number, width: number): number {
  let hash = seed;
  for (let part = 0; part < width; part++) {
    hash = Math.imul(hash ^ (tuple[at + part] ?? 0), 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function tooManyGroups(maxGroups: number, recordBytes: number): BacktestExportError {
  const megabytes = Math.ceil((maxGroups * recordBytes) / 1e6);
  const problem =
    `expected at most ${maxGroups} groups (windows × distinct keys), found more; each takes about ${recordBytes} bytes ` +
    `(${megabytes} MB for ${maxGroups}): raise maxGroups if memory allows, or group by fewer keys`;
  return new BacktestExportError('TOO_MANY_GROUPS', problem);
}
