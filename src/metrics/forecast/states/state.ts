import { BacktestExportError } from '../../../errors.ts';
import { takeSteps, type Pause } from '../../../pause.ts';
import { chunkBuffers } from '../groups/finished-chunks.ts';
import type { LetGoState } from '../groups/let-go.ts';
import type { SpilledPiece } from '../groups/spill.ts';
import { numberFinished } from '../groups/number-finished.ts';
import { allGroups, exportRecords, mergeRecords, type RecordsState } from '../records.ts';
import type { Tallies } from '../tallies.ts';

/** What moves between threads: plain data, its buffers transferable. Opaque outside of metrics/. */
export interface ForecastState extends RecordsState {
  /** Guards against merging accumulators of different options. */
  readonly guard: string;
  /** Float64 pairs: start and end of each window. */
  readonly windows: ArrayBuffer;
  /** Float64 timestamps (`step` only). */
  readonly timestamps: ArrayBuffer;
  /** Text tables: item ids, then the dimensions grouped by. */
  readonly texts: readonly { readonly bytes: ArrayBuffer; readonly offsets: ArrayBuffer }[];
  /** The item ids of each window, as `ItemSets` exports them. */
  readonly items: ArrayBuffer;
  /** Rows left out since their window is empty. */
  readonly rowsWithoutWindow: number;
  readonly letGo: LetGoState | undefined;
  /** Groups that were written to files. */
  readonly spilled: readonly SpilledPiece[];
}

/** Everything in the tallies as plain data; the tallies must not be used afterwards. */
export async function exportState(tallies: Tallies, pause: Pause): Promise<ForecastState> {
  const { groups, windows, timestamps } = tallies;
  const letGo = tallies.letGo && (await takeSteps(tallies.letGo.export(), pause));
  return {
    guard: tallies.plan.guard,
    ...(await takeSteps(exportRecords(tallies, allGroups(groups)), pause)),
    windows: Float64Array.from([...windows.starts, ...windows.ends]).buffer,
    timestamps: timestamps.copy().buffer,
    texts: tallies.texts.map((table) => table.export()),
    items: tallies.items.export(),
    rowsWithoutWindow: tallies.rowsWithoutWindow,
    letGo,
    spilled: tallies.spill?.export() ?? [],
  };
}

/**
 * Adds a state to the tallies: numbers of texts, windows and timestamps are matched by their values.
 * @throws `ItemsScattered` where groups of an item were finished in both
 */
export async function mergeState(tallies: Tallies, state: ForecastState, pause: Pause): Promise<void> {
  if (state.guard !== tallies.plan.guard) {
    const problem = `expected a state of the same forecast types and grouping, ${tallies.plan.guard}, found ${state.guard}`;
    throw new BacktestExportError('OPTION_INVALID', problem);
  }
  const windowIds = mergeWindows(tallies, state);
  const textIds: Int32Array[] = [];
  for (const [index, table] of tallies.texts.entries()) {
    const text = state.texts[index];
    textIds.push(text === undefined ? new Int32Array() : await takeSteps(table.mergeInSteps(text), pause));
  }
  const itemIds = textIds[0] ?? new Int32Array();
  const times = new Float64Array(state.timestamps);
  const timestampIds = Int32Array.from(times, (_, index) => tallies.timestamps.intern(times, index));
  tallies.items.merge(state.items, windowIds, itemIds);
  tallies.rowsWithoutWindow += state.rowsWithoutWindow;
  if (state.letGo !== undefined) {
    numberFinished(state.letGo.finished, tallies.plan, windowIds, textIds);
    tallies.letGo?.merge(state.letGo, windowIds, itemIds);
  }
  const idsOf = [
    windowIds,
    ...tallies.plan.keyParts.map((part) => (part.kind === 'step' ? timestampIds : textIds[part.table])),
  ];
  tallies.spill?.take(state.spilled, idsOf);
  await takeSteps(mergeRecords(tallies, state, idsOf), pause);
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
  const { letGo } = state;
  const texts = state.texts.flatMap((text) => [text.bytes, text.offsets]);
  const finished = letGo === undefined ? [] : [letGo.closed, ...chunkBuffers(letGo.finished.chunks)];
  return [state.groups, state.wide, state.keys, state.windows, state.timestamps, ...texts, state.items, ...finished];
}
