import { checkForecastState, recordBytesOf } from '../metrics/forecast/states/check-state.ts';
import type { GroupingPlan } from '../metrics/forecast/grouping-plan.ts';
import type { ForecastState } from '../metrics/forecast/states/state.ts';
import { refuseState } from '../metrics/base/state-fault.ts';

/** The buffers of a state, in a fixed order; the addresses that records have in memory are removed, as they mean nothing elsewhere. */
export function toBuffers(state: ForecastState, plan: GroupingPlan): ArrayBuffer[] {
  const { groups, wide, keys, windows, timestamps, items, texts } = state;
  const words = new Uint32Array(groups);
  for (let at = 0; at < words.length; at += recordBytesOf(plan.shape) / 4) words.fill(0, at, at + 2);
  const nodes = new Uint32Array(wide);
  return [
    groups,
    nodes.buffer,
    keys,
    windows,
    timestamps,
    items,
    ...texts.flatMap(({ bytes, offsets }) => [bytes, offsets]),
  ];
}

/**
 * The mirror of {@link toBuffers}, for buffers from anywhere: checked. Returns its rows, too.
 * @throws `StateFault`
 */
export function fromBuffers(
  buffers: readonly ArrayBuffer[],
  rowsWithoutWindow: number,
  plan: GroupingPlan,
): { readonly state: ForecastState; readonly rows: number } {
  if (buffers.length !== 6 + 2 * plan.textTables) {
    refuseState(`expected ${6 + 2 * plan.textTables} lists of sums, found ${buffers.length}`);
  }
  const empty = new ArrayBuffer();
  const [groups = empty, wide = empty, keys = empty, windows = empty, timestamps = empty, items = empty] = buffers;
  const texts = Array.from({ length: plan.textTables }, (_, table) => ({
    bytes: buffers[6 + 2 * table] ?? empty,
    offsets: buffers[7 + 2 * table] ?? empty,
  }));
  const tables = { groups, wide, keys, windows, timestamps, items, texts };
  const state = { guard: plan.guard, ...tables, rowsWithoutWindow, letGo: undefined, spilled: [] };
  return { state, rows: checkForecastState(state, plan) };
}
