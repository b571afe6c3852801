import { describe, expect, it } from 'vitest';
import { ForecastAccumulator } from '#src/metrics/forecast/accumulator.js';
import { planGrouping, type GroupingPlan } from '#src/metrics/forecast/grouping-plan.js';
import { map } from '#src/metrics/forecast/kernel/map.generated.js';
import { typeCount } from '#src/metrics/forecast/record-shape.js';
import type { ForecastState } from '#src/metrics/forecast/states/state.js';
import { emptyGroup, SumsState } from '#src/metrics/forecast/states/state-from-sums.js';
import { groupRows, type PlainRow } from '../reference/slow-groups.ts';
import { columnOf, forecastSchema, schemaBatch, seededRandom, shuffled, type Row } from '../support/column-batch.ts';

const types = ['mean', '0.1', '0.5', '0.9'];
const schema = forecastSchema(types, ['store']);
const start = Date.UTC(2019, 0, 1);
const hour = 3_600_000;

function draw(random: () => number, number: () => number | null): PlainRow[] {
  return Array.from({ length: 200 }, () => {
    const window = Math.floor(random() * 3);
    return {
      item: ['a', 'b', 'ü', ''][Math.floor(random() * 4)] ?? '',
      dimensions: [random() < 0.5 ? 'x' : 'y'],
      timestamp: random() < 0.05 ? null : start + Math.floor(random() * 4) * hour,
      start: window === 2 && random() < 0.2 ? null : start + window * 24 * hour,
      end: start + window * 24 * hour + 3 * hour,
      y: number(),
      forecasts: types.map(number),
    };
  });
}

function toRow({ item, dimensions, timestamp, start: from, end, y, forecasts }: PlainRow): Row {
  return {
    item_id: item,
    store: dimensions[0] ?? '',
    timestamp,
    backtestwindow_start_time: from,
    backtestwindow_end_time: end,
    target_value: y,
    ...Object.fromEntries(types.map((type, index) => [columnOf(type), forecasts[index] ?? null])),
  };
}

/** Splits each term into three doubles that add up to it exactly, and mixes them with others that cancel each other. */
function scatter(terms: readonly number[], random: () => number): number[] {
  const parts = terms.flatMap((term) => {
    const high = Math.fround(term);
    if (!Number.isFinite(high)) return [term];
    const middle = Math.fround(term - high);
    return [high, middle, term - high - middle];
  });
  const noise = (random() - 0.5) * 2 ** Math.floor(random() * 200 - 100);
  return shuffled([...parts, noise, -noise], random);
}

/** The sums of rows as levels that are each one double, as a ladder of splits has them: as many as are needed. */
function levels(terms: readonly number[]): number[] {
  const found: number[] = [];
  let rests = [...terms];
  for (let exponent = 60; rests.some((rest) => rest !== 0); exponent -= 20) {
    const splitter = 1.5 * 2 ** (exponent + 52 - 20);
    const highs = rests.map((rest) => rest + splitter - splitter);
    found.push(highs.reduce((sum, high) => sum + high, 0));
    rests = rests.map((rest, index) => rest - (highs[index] ?? 0));
  }
  return found;
}

function stateOf(
  plan: GroupingPlan,
  rows: readonly PlainRow[],
  split: (terms: readonly number[]) => number[],
): ForecastState {
  const keyOf = (row: PlainRow): (string | number)[] =>
    plan.keyParts.map(({ kind, name }) =>
      kind === 'step' ? (row.timestamp ?? Number.NaN) : name === 'item' ? row.item : (row.dimensions[0] ?? ''),
    );
  const groups = groupRows(rows, keyOf, plan.shape);
  const sums = new SumsState(plan, groups.length);
  const group = emptyGroup(plan);
  for (const { rows: own, excluded, common, types: byType, inside, terms } of groups) {
    group.start = own[0]?.start ?? Number.NaN;
    group.end = own[0]?.end ?? Number.NaN;
    group.keys.splice(0, Infinity, ...keyOf(own[0]!));
    group.counts.set(common);
    for (const [type, counts] of byType.entries()) group.counts.set(counts, typeCount(type, map.NEGATIVE));
    for (const [interval, rowsInside] of inside.entries()) {
      group.counts[typeCount(types.length, interval * map.COUNTS_PER_INTERVAL)] = rowsInside;
    }
    group.excluded = excluded;
    for (const [sum, of] of terms.entries()) group.sums[sum]?.splice(0, Infinity, ...split(of));
    sums.add(group);
  }
  return sums.take();
}

/** The bytes of the merged records by key, the addresses of wide nodes left out, and those nodes. */
function recordsOf(state: ForecastState): unknown {
  const records = new Uint8Array(state.groups);
  const bytes = records.length / (state.keys.byteLength / 4 / 2);
  const keys = new Int32Array(state.keys);
  const nodes = Array.from(
    { length: state.wide.byteLength / map.NODE_BYTES },
    (_, index) => new Uint8Array(state.wide, index * map.NODE_BYTES, map.NODE_BYTES),
  );
  const decoder = new TextDecoder();
  const [offsets, texts] = [new Uint32Array(state.texts[0]!.offsets), new Uint8Array(state.texts[0]!.bytes)];
  return Array.from({ length: records.length / bytes }, (_, group) => ({
    window: new Float64Array(state.windows)[keys[2 * group] ?? 0],
    item: decoder.decode(texts.subarray(offsets[keys[2 * group + 1]!], offsets[keys[2 * group + 1]! + 1])),
    record: Buffer.from(records.subarray(group * bytes + map.COUNTS, (group + 1) * bytes)).toString('hex'),
    wide: nodes
      .filter((node) => new DataView(node.buffer, node.byteOffset).getUint32(0, true) === group)
      .map((node) => Buffer.from(node.subarray(4)).toString('hex'))
      .sort(),
  })).sort((a, b) => `${a.window} ${a.item}`.localeCompare(`${b.window} ${b.item}`));
}

async function merged(by: readonly string[], state: ForecastState): Promise<ForecastAccumulator> {
  const accumulator = new ForecastAccumulator({ schema, by });
  await accumulator.mergeState(state);
  return accumulator;
}

/** Doubles that the compact sums of the kernel take, their errors and squares too; and any but those whose squares overflow. */
const near = (random: () => number) => (): number | null =>
  random() < 0.02 ? null : random() < 0.05 ? 0 : Math.round((random() * 2000 - 300) * 1024) / 1024;
const any = (random: () => number) => (): number | null =>
  random() < 0.1
    ? [null, Number.NaN, Infinity, 0, 5e-324, 1e-300, -1e150, 1e15][Math.floor(random() * 8)]!
    : (random() - 0.3) * 2 ** Math.floor(random() * 160 - 80);

/** Multiples of the smallest double: subnormal, as all their errors are. */
const tiny = (random: () => number) => (): number => Math.floor(random() * 1000 - 300) * 5e-324;

describe('groups that are given by their sums', () => {
  const seed = 20211214;

  it('are the records of their rows, byte by byte, whichever doubles the sums are given as', async () => {
    const random = seededRandom(seed);
    const by = ['item'];
    const plan = planGrouping({ schema, by });
    const rows = draw(random, near(random));
    const added = new ForecastAccumulator({ schema, by });
    added.add(schemaBatch(schema, rows.map(toRow)));
    const expected = recordsOf(await added.takeState());
    for (const split of [levels, (terms: readonly number[]) => scatter(terms, random)]) {
      const state = await (await merged(by, stateOf(plan, rows, split))).takeState();
      expect(recordsOf(state), `seed ${seed}`).toEqual(expected);
    }
  });

  it.each([[[]], [['window']], [['item']], [['store', 'item']], [['step']], [['item', 'step', 'window']]])(
    'have the figures of their rows by %j, over the whole range of doubles',
    async (by) => {
      const random = seededRandom(seed);
      const plan = planGrouping({ schema, by });
      for (let round = 0; round < 6; round++) {
        const rows = draw(random, round === 0 ? tiny(random) : any(random));
        const added = new ForecastAccumulator({ schema, by });
        added.add(schemaBatch(schema, rows.map(toRow)));
        const expected = await added.finish();
        const half = rows.length >> 1;
        const accumulator = await merged(
          by,
          stateOf(plan, rows.slice(0, half), (terms) => scatter(terms, random)),
        );
        await accumulator.mergeState(stateOf(plan, rows.slice(half), (terms) => [...terms]));
        const counts = new Map(expected.windows.map(({ start: from, itemCount }) => [Date.parse(from), itemCount]));
        const items = { all: expected.summary.itemCount, ofWindow: (from: number) => counts.get(from) ?? -1 };
        const { groups, ...listed } = await accumulator.finishListed({}, items);
        expect({ ...listed, groups: await groups.toArray({}) }, `seed ${seed}, round ${round}`).toEqual(expected);
      }
    },
  );
});
