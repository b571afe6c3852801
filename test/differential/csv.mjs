/**
 * Reads seeded CSV exports, sound and damaged, with this package and with Python's `csv` and exact fractions
 * (`csv_reader.py`), and compares. Whatever is accepted here must be what Python understands, to the last bit of every
 * number and sum; what is refused must have a code of the closed list, and be damaged.
 *
 *   node test/differential/csv.mjs [--cases 50000] [--seed 1] [--batch 2000]
 *
 * Needs python3, nothing else. Exits with 1 where anything differs; the last line says it all.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createMemoryStorage, errorCodes, openExport, summarize } from '#src/index.js';
import { decodeCsv } from '#src/csv/decode.js';
import { makeCase, seededRandom } from './csv-cases.mjs';

const { values } = parseArgs({
  options: { cases: { type: 'string' }, seed: { type: 'string' }, batch: { type: 'string' } },
});
const cases = Number(values.cases ?? 50_000);
const firstSeed = Number(values.seed ?? 1);
const batchCases = Number(values.batch ?? 2000);
const part = 'forecasted-values/Forecasts_job_2021-12-14T13-20-10Z_part0.csv';
const bits = new DataView(new ArrayBuffer(8));
const totals = {
  cases: 0,
  damaged: 0,
  read: 0,
  refused: 0,
  rows: 0,
  sums: 0,
  wrong: 0,
  soundRefused: 0,
  unexpected: 0,
  slow: 0,
  large: 0,
};
let slowest = 0;
const python = process.env.PYTHON ?? 'python3';

const folder = mkdtempSync(join(tmpdir(), 'backtest-export-differential-'));
try {
  for (let from = 0; from < cases; from += batchCases)
    await runBatch(firstSeed + from, Math.min(batchCases, cases - from));
} finally {
  rmSync(folder, { recursive: true });
}
const mostMemory = Math.round(process.resourceUsage().maxRSS / 1024);
totals.large = mostMemory > 512 ? 1 : 0;
const bad = totals.wrong + totals.soundRefused + totals.unexpected + totals.slow + totals.large;
say(
  `differential csv: ${totals.cases} cases from seed ${firstSeed} (${totals.damaged} damaged), ${totals.read} read as Python reads them ` +
    `(${totals.rows} rows, ${totals.sums} windows' exact sums), ${totals.refused} refused, all damaged or out of the grammar; ${totals.wrong} wrong, ` +
    `${totals.soundRefused} sound refused, ${totals.unexpected} UNEXPECTED, ${totals.large} over 512 MB (most ${mostMemory} MB), ` +
    `${totals.slow} over 10 s (slowest ${Math.round(slowest)} ms)`,
);
process.exitCode = bad === 0 ? 0 : 1;

async function runBatch(first, count) {
  const lines = [];
  for (let seed = first; seed < first + count; seed++) {
    const made = makeCase(seed);
    const start = performance.now();
    const ours = await readOurs(made, seededRandom(seed + 7));
    const took = performance.now() - start;
    slowest = Math.max(slowest, took);
    if (took > 10_000) report('slow', seed, `${took} ms`);
    if (ours.unexpected !== undefined) report('unexpected', seed, ours.unexpected);
    totals.cases++;
    totals.damaged += Number(made.damaged);
    if (ours.code === undefined) {
      totals.read++;
      totals.rows += ours.rows.length;
      totals.sums += ours.windows?.length ?? 0;
    } else totals.refused++;
    lines.push(JSON.stringify({ seed, damaged: made.damaged, bytes: made.bytes.toString('base64'), ours }));
  }
  const file = join(folder, 'batch.jsonl');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const { status, stdout, stderr } = spawnSync(python, [join(import.meta.dirname, 'csv_reader.py'), file], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${python} ended with ${status}: ${stderr}`);
  for (const line of stdout.split('\n').filter((text) => text !== '')) {
    const { seed, kind, problem } = JSON.parse(line);
    report(kind, seed, problem);
  }
  say(
    `${totals.cases} cases: ${totals.wrong} wrong, ${totals.soundRefused} sound refused, ${totals.unexpected} UNEXPECTED`,
  );
}

function report(kind, seed, problem) {
  totals[kind]++;
  say(`seed ${seed}: ${kind}: ${problem}`);
}

/** Rows by the decoder at any sizes, sums by a summary of the whole export. */
async function readOurs({ bytes, table }, random) {
  const options = {
    chunkBytes: 1 + Math.floor(random() * (bytes.length > 20_000 ? 600_000 : 2000)),
    batchRows: 1 + Math.floor(random() * 3000),
  };
  try {
    const { rows, columns } = await readRows(bytes, options);
    if (table !== 'forecasts') return { rows, columns };
    const found = await openExport(createMemoryStorage([[part, bytes]]));
    if (found.forecastedValues.schema?.table !== 'forecasted-values') return { rows, columns };
    const { windows, point } = await summarize(found, { threads: 1, accuracyMetrics: false });
    return { rows, columns, point, windows: windows.map(plainWindow) };
  } catch (error) {
    if (error?.name === 'BacktestExportError' && errorCodes.includes(error.code) && error.code !== 'KERNEL_FAILED')
      return { code: error.code };
    return { code: 'UNEXPECTED', unexpected: String(error?.stack ?? error) };
  }
}

async function readRows(bytes, options) {
  const file = {
    path: part,
    size: bytes.length,
    version: '1',
    read: async (target, position) => {
      const piece = bytes.subarray(position, position + target.length);
      target.set(piece);
      return piece.length;
    },
    assertUnchanged: async () => undefined,
    close: async () => undefined,
  };
  const rows = [];
  let columns = [];
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for await (const batch of decodeCsv(file, options, (schema) => (columns = schema.columns.map(plainColumn)))) {
    const cells = [...batch.columns.values()].map((column) => plainCells(column, batch.rows, decoder));
    for (let row = 0; row < batch.rows; row++) rows.push(cells.map((column) => column[row]));
  }
  return { rows, columns };
}

function plainColumn({ name, kind, role, forecastType }) {
  return { name, kind, role, ...(forecastType === undefined ? {} : { forecastType }) };
}

/** Numbers by their bits, times in milliseconds, nulls, and `not defined`. */
function plainCells(column, rows, decoder) {
  if (column.kind === 'text') {
    const { offsets, bytes, size } = column.dictionary;
    const texts = Array.from({ length: size }, (_, code) =>
      decoder.decode(bytes.slice(offsets[code], offsets[code + 1])),
    );
    return Array.from({ length: rows }, (_, row) => texts[column.codes[row]]);
  }
  return Array.from({ length: rows }, (_, row) => {
    if (column.states[row] === 1) return null;
    if (column.states[row] === 2) return 'nd';
    return column.kind === 'time' ? column.values[row] : bitsOf(column.values[row]);
  });
}

function bitsOf(value) {
  if (Number.isNaN(value)) return 'nan';
  bits.setFloat64(0, value);
  return bits.getBigUint64(0).toString(16).padStart(16, '0');
}

function plainWindow({ start, end, count, metrics }) {
  const { WAPESum, MAE, bias, RMSE, wQL } = metrics;
  const figure = (value) => (value === null || value === undefined ? null : bitsOf(value));
  return {
    start: Date.parse(start),
    end: Date.parse(end),
    count,
    figures: Object.fromEntries(
      Object.entries({ WAPESum, MAE, bias, RMSE }).map(([name, value]) => [name, figure(value)]),
    ),
    wQL: Object.fromEntries(Object.entries(wQL).map(([type, value]) => [type, figure(value)])),
  };
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
