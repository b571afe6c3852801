import { BacktestExportError } from '../../errors.ts';
import type { Pause } from '../../pause.ts';
import type { Tallies } from './tallies.ts';
import { map } from './kernel/map.generated.ts';
import type { ForecastState } from '../base/summary.ts';

/** Everything in the tallies as plain data; the tallies must not be used afterwards. */
export async function exportState(tallies: Tallies, pause: Pause): Promise<ForecastState> {
  const { kernel, groups, windows, timestamps } = tallies;
  const bytes = kernel.recordBytes;
  const records = new Uint8Array(groups.size * bytes);
  const nodes: Uint8Array[] = [];
  for (let group = 0; group < groups.size; group++) {
    const address = groups.addresses[group] ?? 0;
    kernel.normalize(address);
    records.set(kernel.u8.subarray(address, address + bytes), group * bytes);
    for (let node = kernel.firstWide(address); node !== 0; node = kernel.nextWide(node)) {
      const copy = kernel.u8.slice(node, node + map.NODE_BYTES);
      new DataView(copy.buffer).setUint32(0, group, true);
      nodes.push(copy);
    }
    if (pause.isDue(4)) await pause.take();
  }
  const wide = new Uint8Array(nodes.length * map.NODE_BYTES);
  for (const [index, node] of nodes.entries()) wide.set(node, index * map.NODE_BYTES);
  return {
    guard: tallies.plan.guard,
    groups: records.buffer,
    wide: wide.buffer,
    keys: groups.keys.slice(0, groups.size * groups.width).buffer,
    windows: Float64Array.from([...windows.starts, ...windows.ends]).buffer,
    timestamps: Float64Array.from(timestamps.values).buffer,
    texts: tallies.texts.map((table) => table.export()),
    items: tallies.items.export(),
    rowsWithoutWindow: tallies.rowsWithoutWindow,
  };
}

/** Adds a state to the tallies: numbers of texts, windows and timestamps are matched by their values. */
export async function mergeState(tallies: Tallies, state: ForecastState, pause: Pause): Promise<void> {
  if (state.guard !== tallies.plan.guard) {
    const problem = `expected a state of the same forecast types and grouping, ${tallies.plan.guard}, found ${state.guard}`;
    throw new BacktestExportError('OPTION_INVALID', problem);
  }
  const { kernel, groups } = tallies;
  const windowIds = mergeWindows(tallies, state);
  const textIds = tallies.texts.map((table, index) => {
    const text = state.texts[index];
    return text === undefined ? new Int32Array() : table.merge(text);
  });
  const timestampIds = Int32Array.from(new Float64Array(state.timestamps), (time) => tallies.timestamps.intern(time));
  tallies.items.merge(state.items, windowIds, textIds[0] ?? new Int32Array());
  tallies.rowsWithoutWindow += state.rowsWithoutWindow;
  const idsOf = [
    windowIds,
    ...tallies.plan.keyParts.map((part) => (part.kind === 'step' ? timestampIds : textIds[part.table])),
  ];

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
    // other states may be merged meanwhile: only numbers are kept across it, which do not change
    if (pause.isDue(4)) await pause.take();
  }
  const wide = new Uint8Array(state.wide);
  for (let at = 0; at < wide.length; at += map.NODE_BYTES) {
    const group = new DataView(state.wide, at).getUint32(0, true);
    kernel.u8.set(wide.subarray(at, at + map.NODE_BYTES), spare);
    kernel.mergeWide(addresses[group] ?? 0, spare);
  }
}

function mergeWindows(tallies: Tallies, state: ForecastState): Int32Array {
  const instants = new Float64Array(state.windows);
  const count = instants.length / 2;
  return Int32Array.from({ length: count }, (_, id) =>
    tallies.windows.intern(instants[id] ?? Number.NaN, instants[count + id] ?? Number.NaN),
  );
}

/** The buffers of a state, for the transfer list of `postMessage`. */
export function transferList(state: ForecastState): ArrayBuffer[] {
  const texts = state.texts.flatMap((text) => [text.bytes, text.offsets]);
  return [state.groups, state.wide, state.keys, state.windows, state.timestamps, ...texts, state.items];
}
