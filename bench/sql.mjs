/**
 * `node bench/sql.mjs [ENGINE...] [--quick] [--passes N]`: exact sums beside the engine's own ones, in DuckDB, Trino and Spark,
 * from Parquet and CSV of the bench export. All figures are compared with those of `summarize` first, bit for bit; plain sums may
 * differ in the last digits. Prints medians of seconds and of processor seconds (of this process and its children) and their
 * ratios, passes interleaved. Needs what `npm run test:interop` installs; what is not there is left out, and said.
 */
import { deepStrictEqual } from 'node:assert';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openExport, summarize } from '../dist/index.js';
import { createDuckDbEngine, createTrinoEngine, summarizeWith } from '../dist/sql/index.js';
import { findJava, javaOf } from '../scripts/interop-java.mjs';
import { installTrino } from '../scripts/interop-trino.mjs';
import { startPythonEngine } from '../test/interop/python-engine.mjs';
import { startTrino } from '../test/interop/start-trino.mjs';
import { ensureExport, writeParquet } from './data.mjs';
import { machineLine, median } from './report.mjs';

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean' }, passes: { type: 'string', default: '5' } },
  allowPositionals: true,
});
const passes = Number(values.passes);
const folder = join(import.meta.dirname, '..', '.bench');
const interop = join(import.meta.dirname, '..', '.interop');
const python = join(interop, 'venv', 'bin', 'python');
const ways = ['plain', 'exact'];

const engines = {
  duckdb: () => {
    const engine = createDuckDbEngine();
    return { engine, stop: () => engine.close() };
  },
  'duckdb of PyPI': async () => {
    const packages = join(interop, 'writers', 'duckdb-2.0.1');
    if (!existsSync(python) || !existsSync(packages)) return undefined;
    process.env['PYTHONPATH'] = packages;
    const engine = await startPythonEngine({ python, script: 'duckdb_sql.py', dialect: 'duckdb', title: 'DuckDB' });
    delete process.env['PYTHONPATH'];
    return { engine, stop: () => engine.stop() };
  },
  trino: async () => {
    const { home, java } = installTrino();
    if (home === undefined) return undefined;
    const server = await startTrino(folder, { home, java: javaOf(java), memory: '2G' });
    const engine = createTrinoEngine({ server: server.url, catalog: 'hive', schema: 'default', localRoot: folder });
    for await (const _ of engine.query('CREATE SCHEMA hive.default'));
    return { engine, stop: () => server.stop() };
  },
  spark: async () => {
    const java = findJava(17);
    if (!existsSync(python) || java === undefined) return undefined;
    if (java !== '') process.env['JAVA_HOME'] = java;
    const warehouse = mkdtempSync(join(tmpdir(), 'backtest-export-spark-'));
    const args = [warehouse, JSON.stringify({ 'spark.driver.memory': '2g' })];
    const spark = { script: 'spark_sql.py', dialect: 'spark', title: 'Spark', home: { schema: 'default' } };
    const engine = await startPythonEngine({ ...spark, python, args });
    const stop = async () => {
      await engine.stop();
      rmSync(warehouse, { recursive: true, force: true });
    };
    return { engine, stop };
  },
};

mkdirSync(folder, { recursive: true });
const size = values.quick === true ? { name: '3MB', items: 160 } : { name: '300MB', items: 16_000 };
const data = ensureExport(join(folder, size.name), { items: size.items });
const sources = {
  PARQUET: await openExport(writeParquet(data.folder, join(folder, `${size.name}-parquet`))),
  CSV: await openExport(data.folder),
};
process.stdout.write(`${machineLine()}\n${data.rows} rows, ${passes} passes after one that warms up\n`);
const wanted = Object.entries(engines).filter(
  ([name]) => positionals.length === 0 || positionals.some((asked) => name.startsWith(asked)),
);
for (const [name, start] of wanted) {
  const running = await start();
  if (running === undefined) {
    process.stdout.write(`${name}: not installed, left out\n`);
    continue;
  }
  try {
    for (const [format, source] of Object.entries(sources)) await measure(running.engine, name, format, source);
  } finally {
    await running.stop();
  }
}

/** Both ways of one engine and format, interleaved. */
async function measure(engine, name, format, source) {
  const options = { accuracyMetrics: false };
  const expected = await summarize(source, options);
  const times = { plain: [], exact: [] };
  for (let pass = 0; pass <= passes; pass++) {
    for (const sums of ways) {
      const [from, cpu] = [performance.now(), processorSeconds()];
      const found = await summarizeWith(engine, source, { ...options, sums });
      const taken = { seconds: (performance.now() - from) / 1000, cpu: processorSeconds() - cpu };
      if (pass > 0) times[sums].push(taken);
      if (sums === 'exact') deepStrictEqual({ ...found, readingNotes: [] }, { ...expected, readingNotes: [] });
      else assertNear(found.windows, expected.windows);
    }
  }
  const [plain, exact] = ways.map((way) => ({
    seconds: median(times[way].map(({ seconds }) => seconds)),
    cpu: median(times[way].map(({ cpu }) => cpu)),
  }));
  const shown = ({ seconds, cpu }) => `${seconds.toFixed(2)} s (processor ${cpu.toFixed(2)} s)`;
  const ratio = `${(exact.seconds / plain.seconds).toFixed(2)}x (processor ${(exact.cpu / plain.cpu).toFixed(2)}x)`;
  process.stdout.write(`${engine.name}, ${name}, ${format}: plain ${shown(plain)}, exact ${shown(exact)}: ${ratio}\n`);
}

/** Every number within 1e-9 of the exact one. */
function assertNear(found, expected) {
  const [some, others] = [found, expected].map((value) => JSON.stringify(value).match(/-?\d+(?:\.\d+)?(?:e-?\d+)?/g));
  const isNear = some.every((text, at) => Math.abs(text - others[at]) <= 1e-9 * Math.abs(others[at]));
  if (some.length !== others.length || !isNear) throw new Error('plain sums are not near the exact ones');
}

/** Processor seconds of this process and of those below it that run; where there is no `/proc`, of this process alone. */
function processorSeconds() {
  const { user, system } = process.cpuUsage();
  if (!existsSync('/proc/self/stat')) return (user + system) / 1e6;
  const processes = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? readStat(name) : []));
  let ticks = 0;
  for (const parents = [process.pid]; parents.length > 0;) {
    const parent = parents.pop();
    for (const { pid, of, taken } of processes) {
      if (of !== parent) continue;
      parents.push(pid);
      ticks += taken;
    }
  }
  return (user + system) / 1e6 + ticks / 100;
}

/** None where the process has ended meanwhile. */
function readStat(pid) {
  try {
    // the name of the program is in brackets and may hold anything
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ').map(Number);
    return [{ pid: Number(pid), of: fields[1], taken: fields[11] + fields[12] }];
  } catch {
    return [];
  }
}
