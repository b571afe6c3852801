import type { Steps } from '../../pause.ts';
import type { MetricsKernel } from './kernel/kernel.ts';
import { map } from './kernel/map.generated.ts';
import type { Tables } from './tables.ts';

/** Records of groups as plain data. */
export interface RecordsState {
  /** The records, one after another. */
  readonly groups: ArrayBuffer;
  /** Full-range sums of the few groups that need them. */
  readonly wide: ArrayBuffer;
  /** Int32 key tuples, one per group. */
  readonly keys: ArrayBuffer;
}

/** A table of groups and the kernel that holds their records. */
export type Records = Pick<Tables, 'kernel' | 'groups'>;

/** A copy of the records of some groups, in steps. */
export function* exportRecords({ kernel, groups }: Records, numbers: Uint32Array): Steps<RecordsState> {
  const { width } = groups;
  const bytes = kernel.recordBytes;
  const records = new Uint8Array(numbers.length * bytes);
  const keys = new Int32Array(numbers.length * width);
  const nodes: Uint8Array[] = [];
  for (const [index, group] of numbers.entries()) {
    const address = groups.addresses[group] ?? 0;
    kernel.normalize(address);
    records.set(kernel.u8.subarray(address, address + bytes), index * bytes);
    keys.set(groups.keys.subarray(group * width, (group + 1) * width), index * width);
    for (let node = kernel.firstWide(address); node !== 0; node = kernel.nextWide(node)) {
      const copy = kernel.u8.slice(node, node + map.NODE_BYTES);
      new DataView(copy.buffer).setUint32(0, index, true);
      nodes.push(copy);
    }
    yield 4;
  }
  const wide = new Uint8Array(nodes.length * map.NODE_BYTES);
  for (const [index, node] of nodes.entries()) wide.set(node, index * map.NODE_BYTES);
  return { groups: records.buffer, wide: wide.buffer, keys: keys.buffer };
}

/**
 * Adds records to those of the same keys, in steps. `idsOf` has the numbers here of the numbers in each part of the keys,
 * which are replaced; without it they are the same. Other records may be merged between two steps.
 */
export function* mergeRecords(
  { kernel, groups }: Records,
  state: RecordsState,
  idsOf: readonly (Int32Array | undefined)[] = [],
): Steps<void> {
  const bytes = kernel.recordBytes;
  const records = new Uint8Array(state.groups);
  const keys = new Int32Array(state.keys);
  const addresses = new Uint32Array(records.length / bytes);
  // One spare record and node for arrivals; in the staging area, which is larger than both and idle now.
  const spare = kernel.staging.values;
  let previous = -1;
  for (let group = 0; group < addresses.length; group++) {
    const at = group * groups.width;
    for (const [part, ids] of idsOf.entries()) keys[at + part] = ids?.[keys[at + part] ?? 0] ?? -1;
    previous = groups.find(keys, at, previous);
    const address = groups.addresses[previous] ?? 0;
    addresses[group] = address;
    kernel.u8.set(records.subarray(group * bytes, (group + 1) * bytes), spare);
    kernel.mergeGroup(address, spare);
    yield 4;
  }
  const wide = new Uint8Array(state.wide);
  for (let at = 0; at < wide.length; at += map.NODE_BYTES) {
    const group = new DataView(state.wide, at).getUint32(0, true);
    kernel.u8.set(wide.subarray(at, at + map.NODE_BYTES), spare);
    kernel.mergeWide(addresses[group] ?? 0, spare);
  }
}

/** Adds a record of one kernel, wide nodes and all, to one of another kernel of the same shape. */
export function mergeAcross(from: MetricsKernel, source: number, to: MetricsKernel, target: number): void {
  const spare = to.staging.values;
  from.normalize(source);
  to.u8.set(from.u8.subarray(source, source + from.recordBytes), spare);
  to.mergeGroup(target, spare);
  for (let node = from.firstWide(source); node !== 0; node = from.nextWide(node)) {
    to.u8.set(from.u8.subarray(node, node + map.NODE_BYTES), spare);
    to.mergeWide(target, spare);
  }
}

/** Every group of a table. */
export function allGroups({ size }: Records['groups']): Uint32Array {
  return Uint32Array.from({ length: size }, (_, group) => group);
}

/** Runs all steps at once: for few. */
export function runSteps<Result>(steps: Steps<Result>): Result {
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
}
