import { isCount, isInstant, mostRows, refuseState } from '../../base/state-fault.ts';
import type { GroupingPlan } from '../grouping-plan.ts';
import { ItemSet } from '../item-set.ts';
import { map } from '../kernel/map.generated.ts';
import { typeCount, type RecordShape } from '../record-shape.ts';
import type { ForecastState } from './state.ts';

/**
 * Checks a state that was outside of this process as if it were a file: every length, number of a table and digit of a sum,
 * so that to merge it writes only where it may and can overflow nothing. Returns how many rows are in it. About 1 µs for each
 * group.
 * @throws `StateFault`
 */
export function checkForecastState(state: ForecastState, plan: GroupingPlan): number {
  if (state.letGo !== undefined || state.spilled.length > 0) refuseState('expected sums only, found more');
  const windows = checkInstants('windows', state.windows, 16);
  const timestamps = checkInstants('timestamps', state.timestamps, 8);
  if (state.texts.length !== plan.textTables) {
    refuseState(`expected ${plan.textTables} tables of texts, found ${state.texts.length}`);
  }
  const texts = state.texts.map(checkTexts);
  checkItems(state.items, windows, texts[0] ?? 0);
  const groups = checkKeys(state.keys, [
    { from: 0, to: windows },
    ...plan.keyParts.map(({ kind, table }) =>
      kind === 'step' ? { from: -1, to: timestamps } : { from: 0, to: texts[table] ?? 0 },
    ),
  ]);
  const rows = checkRecords(state, plan.shape, groups);
  const all = rows.reduce((sum, some) => sum + some, 0) + state.rowsWithoutWindow;
  if (!isCount(state.rowsWithoutWindow) || !isCount(all)) refuseState(`expected at most ${mostRows} rows, found more`);
  return all;
}

/** Bytes of a record, as the kernel's `configure` returns them. */
export function recordBytesOf(shape: RecordShape): number {
  const ofPoint = shape.point < 0 ? 0 : map.SQUARE_BYTES + map.SUM_BYTES;
  return sumsAt(shape) + shape.squares * map.SUM_BYTES + ofPoint;
}

function sumsAt(shape: RecordShape): number {
  return map.COUNTS + 8 * shape.counts;
}

/** How many there are. */
function checkInstants(what: string, buffer: ArrayBuffer, width: number): number {
  if (buffer.byteLength % width !== 0) refuseState(`expected whole ${what}, found ${buffer.byteLength} bytes`);
  if (!new Float64Array(buffer).every(isInstant)) refuseState(`expected ${what} in milliseconds, found other numbers`);
  return buffer.byteLength / width;
}

/** How many texts there are, each of them UTF-8. */
function checkTexts({ bytes, offsets }: ForecastState['texts'][number]): number {
  if (offsets.byteLength < 4 || offsets.byteLength % 4 !== 0) refuseState('expected offsets of texts, found none');
  const ends = new Uint32Array(offsets);
  const all = new Uint8Array(bytes);
  if (ends[0] !== 0 || ends.at(-1) !== all.length) refuseState('expected offsets from the first text to the last');
  for (let text = 1; text < ends.length; text++) {
    const end = ends[text] ?? 0;
    // a text ends where a character does
    if (end < (ends[text - 1] ?? 0) || ((all[end] ?? 0) & 0xc0) === 0x80)
      refuseState('expected rising offsets of texts');
  }
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(all);
  } catch {
    refuseState('expected texts in UTF-8, found other bytes');
  }
  return ends.length - 1;
}

function checkItems(buffer: ArrayBuffer, windows: number, items: number): void {
  if (buffer.byteLength % 4 !== 0) refuseState('expected whole sets of items');
  const words = new Uint32Array(buffer);
  let sets = 0;
  for (let at = 0; at < words.length; sets++) {
    const length = ItemSet.lengthAt(words, at);
    if (at + length > words.length) refuseState('a set of items ends beyond the state');
    ItemSet.forEach(words.subarray(at, at + length), (item) => {
      if (item >= items) refuseState(`expected items below ${items} in a window, found ${item}`);
    });
    at += length;
  }
  if (sets > windows) refuseState(`expected the items of ${windows} windows, found those of ${sets}`);
}

/** How many groups there are. */
function checkKeys(buffer: ArrayBuffer, ranges: readonly { readonly from: number; readonly to: number }[]): number {
  const width = ranges.length;
  if (buffer.byteLength % (4 * width) !== 0) refuseState('expected whole keys of groups');
  const keys = new Int32Array(buffer);
  for (const [part, { from, to }] of ranges.entries()) {
    for (let at = part; at < keys.length; at += width) {
      const key = keys[at] ?? 0;
      if (key < from || key >= to) refuseState(`expected a number below ${to} in a key, found ${key}`);
    }
  }
  return keys.length / width;
}

/** The rows of each group. */
function checkRecords(state: ForecastState, shape: RecordShape, groups: number): Float64Array {
  const bytes = recordBytesOf(shape);
  if (state.groups.byteLength !== groups * bytes) {
    refuseState(`expected ${groups} records of ${bytes} bytes, found ${state.groups.byteLength} bytes`);
  }
  const doubles = new Float64Array(state.groups);
  const words = new Uint32Array(state.groups);
  const rows = new Float64Array(groups);
  const sums = layoutSums(shape);
  for (let group = 0; group < groups; group++) {
    const at = (group * bytes) / 8;
    rows[group] = checkCounts(doubles, at + map.COUNTS / 8, shape);
    for (const { from, to } of sums) checkDigits(words, at + from, at + to, rows[group] ?? 0);
  }
  checkWide(state.wide, shape, rows);
  return rows;
}

/** Of the sums of a record the first chunk and the one behind the last. */
function layoutSums(shape: RecordShape): { readonly from: number; readonly to: number }[] {
  const chunks = Array.from({ length: shape.squares }, (): number => map.SUM_CHUNKS);
  if (shape.point >= 0) chunks.push(map.SQUARE_CHUNKS, map.SUM_CHUNKS);
  let at = sumsAt(shape) / 8;
  return chunks.map((count) => {
    at += count;
    return { from: at - count, to: at };
  });
}

/** Returns the rows. */
function checkCounts(doubles: Float64Array, at: number, shape: RecordShape): number {
  const count = (number: number): number => doubles[at + number] ?? Number.NaN;
  const [rows, actuals] = [count(map.ROWS), count(map.ACTUALS)];
  for (let number = 0; number < shape.counts; number++) {
    if (!isCount(count(number)) || count(number) > rows) refuseState('expected counts of rows, found other numbers');
  }
  if (actuals + count(map.MISSING) + count(map.NON_FINITE) !== rows || count(map.ZERO) > actuals) {
    refuseState('expected counts that add up to the rows of a group');
  }
  for (let type = 0; type < shape.types.length; type++) {
    const ofType = (number: number): number => count(typeCount(type, number));
    if (ofType(map.COVERED) + ofType(map.EXCLUDED) > actuals || ofType(map.TYPE_MISSING) > rows) {
      refuseState('expected counts of a forecast type within those of its rows');
    }
  }
  return rows;
}

/** Carries leave digits of 32 bits; the top one has the sign, and gets less than 2^20 from each row. */
function checkDigits(words: Uint32Array, from: number, to: number, rows: number): void {
  let high = 0;
  for (let chunk = from; chunk < to - 1; chunk++) high |= words[2 * chunk + 1] ?? 0;
  if (high !== 0) refuseState('expected digits of 32 bits in a sum, found more');
  const top = ((words[2 * to - 1] ?? 0) | 0) * 2 ** 32 + (words[2 * to - 2] ?? 0);
  if (Math.abs(top) > (rows + 1) * 2 ** 21) refuseState('expected a sum within reach of its rows, found more');
}

function checkWide(buffer: ArrayBuffer, shape: RecordShape, rows: Float64Array): void {
  if (buffer.byteLength % map.NODE_BYTES !== 0) refuseState('expected whole sums of full range');
  const sums = shape.squares + (shape.point < 0 ? 0 : 2) + shape.types.length;
  const words = new Uint32Array(buffer);
  for (let at = 0; at < words.length; at += map.NODE_BYTES / 4) {
    const [group = 0, sum = 0] = words.subarray(at, at + 2);
    const ofGroup = rows[group];
    if (ofGroup === undefined || sum >= sums) refuseState(`there is no sum ${sum} of group ${group}`);
    const infinities = at + map.NODE_INFINITIES / 4;
    if ((words[infinities + 1] ?? 0) * 2 ** 32 + (words[infinities] ?? 0) > ofGroup) {
      refuseState('expected at most one infinite term for each row, found more');
    }
    const chunks = (at + map.NODE_CHUNKS / 4) / 2;
    checkDigits(words, chunks, chunks + map.WIDE_CHUNKS, ofGroup);
  }
}
