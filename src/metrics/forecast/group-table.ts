import { TupleTable } from '../../batch/tables/tuple-table.ts';
import { BacktestExportError } from '../../errors.ts';
import type { MetricsKernel } from './kernel/kernel.ts';

/**
 * Groups by key, a tuple of `width` small integers, and the address of each group's record in the kernel's memory.
 * Groups are numbered from 0 in order of first appearance; no result depends on it. Memory per group: the record, its
 * tuple ({@link TupleTable}) and 8 bytes, with up to half again as slack from growth.
 */
export class GroupTable {
  /** Address of each group's record. */
  addresses: Uint32Array<ArrayBuffer> = new Uint32Array(64);
  readonly width: number;
  readonly #kernel: MetricsKernel;
  readonly #maxGroups: number | undefined;
  readonly #keys: TupleTable;
  /** The group that came after each group last time. */
  #next = new Int32Array(64);
  #slab = 0;
  #slabEnd = 0;
  /** Groups that count although they are no longer here. */
  #elsewhere = 0;

  /** `maxGroups` undefined for as many as fit. */
  constructor(kernel: MetricsKernel, width: number, maxGroups: number | undefined) {
    this.#kernel = kernel;
    this.width = width;
    this.#maxGroups = maxGroups;
    this.#keys = new TupleTable(width);
  }

  get size(): number {
    return this.#keys.size;
  }

  /** Keys side by side, `width` integers for each group; valid until a group is added. */
  get keys(): Int32Array<ArrayBuffer> {
    return this.#keys.tuples;
  }

  /** The group of `tuple[at, at + width)`, made if new; `previous` (or -1) is the group looked up before. */
  find(tuple: Int32Array, at: number, previous: number): number {
    if (previous >= 0) {
      const guess = this.#next[previous] ?? 0;
      if (guess < this.size && this.#keys.is(guess, tuple, at)) return guess;
    }
    const known = this.size;
    const group = this.#keys.intern(tuple, at);
    if (group === known) this.#makeRecord(group);
    if (previous >= 0) this.#next[previous] = group;
    return group;
  }

  /** Forgets all groups. The caller takes back the memory of their records. */
  clear(): void {
    this.#keys.clear();
    this.#slab = 0;
    this.#slabEnd = 0;
  }

  /** Says how many groups are elsewhere, which count as well. @throws `TOO_MANY_GROUPS` */
  reserveElsewhere(groups: number): void {
    this.#elsewhere = groups;
    this.#assertFew(this.size);
  }

  #assertFew(groups: number): void {
    const most = this.#maxGroups;
    if (most !== undefined && groups + this.#elsewhere > most) throw tooManyGroups(most, this.#kernel.recordBytes);
  }

  #makeRecord(group: number): void {
    this.#assertFew(group + 1);
    const address = this.#allocate();
    if (group >= this.addresses.length) this.#grow();
    this.addresses[group] = address;
  }

  /** Records come from slabs that grow with the table, up to 256 KiB. */
  #allocate(): number {
    const bytes = this.#kernel.recordBytes;
    if (this.#slab + bytes > this.#slabEnd) {
      const records = Math.max(1, Math.min(this.size, Math.floor(262_144 / bytes)));
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
  }
}

function tooManyGroups(maxGroups: number, recordBytes: number): BacktestExportError {
  const megabytes = Math.ceil((maxGroups * recordBytes) / 1e6);
  const problem =
    `expected at most ${maxGroups} groups (windows × distinct keys), found more; each takes about ${recordBytes} bytes ` +
    `(${megabytes} MB for ${maxGroups}): raise maxGroups if memory allows, or group by fewer keys`;
  return new BacktestExportError('TOO_MANY_GROUPS', problem);
}
