/**
 * What the accumulator costs a row, and what exactness costs a sum. Asserts the figures before it reports.
 * `node bench/metrics-kernel.mjs [rows]` after a build.
 */
import assert from 'node:assert/strict';
import { cpus } from 'node:os';
import { ForecastAccumulator } from '../build/metrics/forecast/accumulator.js';
import { sumContenders } from './sum-contenders.mjs';

const rows = Number(process.argv[2] ?? 2_000_000);
const batchRows = 16_384;
const types = ['mean', '0.1', '0.5', '0.9'];
const steps = 24;
const hour = 3_600_000;

const column = (name, role, kind, more = {}) => ({ name, role, kind, allowsNotDefined: false, ...more });
const schema = {
  table: 'forecasted-values',
  itemColumn: 'item_id',
  dimensions: [],
  forecastTypes: types,
  columns: [
    column('item_id', 'item', 'text'),
    column('timestamp', 'timestamp', 'time'),
    column('target_value', 'target', 'number'),
    column('start', 'windowStart', 'time'),
    column('end', 'windowEnd', 'time'),
    ...types.map((forecastType) => column(`f${forecastType}`, 'forecast', 'number', { forecastType })),
  ],
};

/** Batches as a decoder gives them: items by 24 steps by window, a fresh dictionary each. */
function makeBatches() {
  const batches = [];
  let state = 42;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) | 0) / 4294967296 + 0.5;
  for (let first = 0; first < rows; first += batchRows) {
    const length = Math.min(batchRows, rows - first);
    const states = new Uint8Array(length);
    const number = (make) => ({ kind: 'number', values: Float64Array.from({ length }, make), states });
    const time = (make) => ({ ...number(make), kind: 'time', spellings: 0 });
    const seriesOf = (row) => Math.floor((first + row) / steps);
    const start = (row) => ((seriesOf(row) % 3) * steps + 400_000) * hour;
    const firstItem = Math.floor(seriesOf(0) / 3);
    const codes = Int32Array.from({ length }, (_, row) => Math.floor(seriesOf(row) / 3) - firstItem);
    const names = Array.from(
      { length: codes[length - 1] + 1 },
      (_, code) => `item_${String(firstItem + code).padStart(6, '0')}`,
    );
    const offsets = Uint32Array.from({ length: names.length + 1 }, (_, index) => index * 11);
    const target = number(() => Math.round(random() * 30_000) / 100);
    const forecast = (shift) => number((_, row) => target.values[row] * (0.7 + 0.6 * random()) + shift);
    batches.push({
      rows: length,
      firstRecord: first + 1,
      columns: new Map([
        [
          'item_id',
          {
            kind: 'text',
            codes,
            dictionary: { size: names.length, offsets, bytes: new TextEncoder().encode(names.join('')) },
          },
        ],
        ['timestamp', time((_, row) => start(row) + ((first + row) % steps) * hour)],
        ['target_value', target],
        ['start', time((_, row) => start(row))],
        ['end', time((_, row) => start(row) + (steps - 1) * hour)],
        ['fmean', forecast(0)],
        ['f0.1', forecast(-60)],
        ['f0.5', forecast(-3)],
        ['f0.9', forecast(60)],
      ]),
    });
  }
  return batches;
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const batches = makeBatches();
console.log(
  `${cpus()[0].model}, node ${process.version}, ${rows} rows, mean + 3 quantiles, batches of ${batchRows}; best and median of 15`,
);
let reference;
for (const by of [[], ['window', 'step'], ['item'], ['window', 'item', 'step']]) {
  if (by.length === 3 && rows > 200_000) continue; // a group for each row: what it costs is memory
  const times = [];
  const finishes = [];
  let groups = 0;
  for (let run = 0; run < 17; run++) {
    const accumulator = new ForecastAccumulator({ schema, by, maxGroups: 3_000_000 });
    const started = performance.now();
    for (const batch of batches) accumulator.add(batch);
    const added = performance.now();
    if (by.length < 3 || run === 16) {
      const result = await accumulator.finish({ worst: { metric: 'WAPE', count: 10 } });
      groups = result.groupCount;
      reference ??= result.summary;
      assert.deepEqual(result.summary, reference);
      finishes.push(performance.now() - added);
    }
    if (run > 1) times.push(((added - started) * 1e6) / rows);
  }
  console.log(
    `by ${(by.join(', ') || 'nothing (windows only)').padEnd(24)} ${Math.min(...times)
      .toFixed(1)
      .padStart(
        7,
      )} ${median(times).toFixed(1).padStart(7)} ns/row   finish ${median(finishes).toFixed(1)} ms, ${groups} groups`,
  );
}

console.log('\nOne sum, ns per add:');
for (const { name, nanoseconds } of sumContenders())
  console.log(`${name.padEnd(40)} ${nanoseconds.toFixed(2).padStart(6)}`);
