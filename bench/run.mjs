/**
 * `npm run bench`: generates an export of about 300 MB of CSV and its Parquet, runs each contender in its own process,
 * asserts that all compute the same figures and that all conversions wrote the same cells, and prints medians, ratios and
 * peak memory with the machine. Rounds are interleaved, so that a noisy neighbour hits all alike. Exits with 1 where
 * results differ.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureCold } from './cold.mjs';
import { assertSameResult } from './contenders/figures.mjs';
import { ensureExport, writeDuckdbParquet, writeParquet } from './data.mjs';
import { directions } from './directions.mjs';
import { measureFloors } from './floors.mjs';
import { measureGrowth } from './growth.mjs';
import { measureJob } from './job.mjs';
import { measureMemory } from './memory.mjs';
import { installNative, nativeVersions } from './native.mjs';
import { measureReport } from './report-page.mjs';
import { machineLine, printTable, toEntry } from './report.mjs';
import { runContender } from './run-contender.mjs';
import { measureS3 } from './s3.mjs';
import { ensureShape } from './shapes.mjs';
import { measureVerify } from './verify.mjs';

const help = `npm run bench -- [NAME...] [--quick] [--json FILE]
npm run bench:quick    the same on 3 MB: for the results, not for speed

NAME    what to run, all by default; the beginning of a name is enough:
${directions.map(({ title }) => `  ${slug(title)}`).join('\n')}
  cold      the command from its start to its end, beside \`node -e 0\`
  floors    what reading, copying, checksums and sums alone take here; not with --quick
  job       the export job service
  s3        a summary from an S3 server on this machine
  verify    verification beside a summary
  report    the page of a report beside a summary
  memory    peak memory by the length of the export
  growth    exports of 0.1 to 10 GB, and groups by item: only where named; takes 30 minutes and 60 GB, --quick or not
  native    beside the others also polars, DuckDB and pyarrow of PyPI, and nodejs-polars, installed for it
--json FILE    writes the results to a file as well, for \`node bench/page.mjs FILE\`
`;
const { values, positionals } = readArguments();
if (values.help === true) {
  process.stdout.write(help);
  process.exit();
}
const quick = values.quick === true;
const native = positionals.includes('native');
const wanted = positionals.filter((name) => name !== 'native');
const folder = join(import.meta.dirname, '..', '.bench');
const out = join(folder, 'out');
mkdirSync(folder, { recursive: true });

if (native) installNative();
const machine = machineLine(native ? nativeVersions() : undefined);
process.stdout.write(`${machine}\n`);
const report = { machine, directions: [] };
const asked = directions.filter(({ title, needsNative }) => isWanted(slug(title)) && (native || needsNative !== true));
if (asked.length > 0) {
  const small = prepare(quick ? '3MB' : '30MB', { items: quick ? 160 : 1600 });
  const data = quick ? small : prepare('300MB', { items: 16_000 });
  for (const direction of asked) {
    const { of } = direction;
    const shaped = of === undefined ? data : await ensureShape(of, folder, data, quick);
    report.directions.push(runDirection(direction, { small, data: shaped }));
  }
  rmSync(out, { recursive: true, force: true });
}
if (isWanted('cold')) report.cold = measureCold(folder, quick);
if (isWanted('floors') && !quick) report.floors = await measureFloors(folder);
if (isWanted('job')) await measureJob();
if (isWanted('s3')) await measureS3(folder, quick);
if (isWanted('verify')) report.verify = measureVerify(folder, quick);
if (isWanted('report')) report.report = measureReport(folder, quick);
if (isWanted('memory')) report.memory = measureMemory(folder, quick ? 30 : 3000);
if (wanted.includes('growth')) report.growth = measureGrowth(folder);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, undefined, 1)}\n`);

function readArguments() {
  try {
    const parsed = parseArgs({
      options: { quick: { type: 'boolean' }, json: { type: 'string' }, help: { type: 'boolean' } },
      allowPositionals: true,
    });
    const unknown = parsed.positionals.find((name) => !allNames().some((each) => each.startsWith(name)));
    if (unknown !== undefined) throw new Error(`there is no '${unknown}' to run`);
    return parsed;
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${help}`);
    return process.exit(2);
  }
}

function allNames() {
  const others = ['cold', 'floors', 'job', 's3', 'verify', 'report', 'memory', 'growth', 'native'];
  return [...directions.map(({ title }) => slug(title)), ...others];
}

function slug(title) {
  return title.toLowerCase().replaceAll(',', '').replaceAll(' ', '-');
}

function isWanted(name) {
  return wanted.length === 0 || wanted.some((each) => name.startsWith(each));
}

function prepare(name, shape) {
  const made = ensureExport(join(folder, name), shape);
  const parquet = writeParquet(made.folder, join(folder, `${name}-parquet`));
  const duckdbParquet = writeDuckdbParquet(made.folder, join(folder, `${name}-parquet-duckdb`));
  return { ...made, csv: made.folder, parquet, duckdbParquet };
}

function runDirection(direction, inputs) {
  const { title, from, to, more } = direction;
  const { rows, bytes, parts } = inputs.data;
  process.stdout.write(`\n${title}: ${rows} rows, ${(bytes / 1e6).toFixed(1)} MB of CSV, ${parts} parts\n\n`);
  const expected = judge(direction, inputs);
  const results = new Map();
  let passed = 0;
  const contenders = [...direction.contenders, ...(native ? (direction.native ?? []) : [])];
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    for (const [name, passes, rounds, share = 'data'] of contenders) {
      if (round >= rounds) continue;
      const input = inputs[share];
      const details = to === undefined ? more : { out, format: to };
      const run = runContender(name, input[from], quick ? 1 : passes, details);
      const known = results.get(name) ?? { name, bytes: input.bytes, rows: input.rows, seconds: [], peakBytes: 0 };
      known.seconds.push(...run.seconds.slice(Math.ceil((run.seconds.length - 1) / 3)));
      known.peakBytes = Math.max(known.peakBytes, run.peakBytes);
      results.set(name, known);
      if (run.result === undefined) continue;
      assertSameResult(name, run.result, expected.get(share));
      passed++;
    }
  }
  const same = to === undefined ? 'gave the same figures (relative difference at most 1e-9)' : 'wrote the same cells';
  const cold = quick ? '; one cold pass over so little says nothing about speed' : '';
  process.stdout.write(`${passed} runs ${same}${cold}\n\n`);
  printTable(results);
  return { title, rows, bytes, parts, contenders: [...results.values()].map(toEntry) };
}

/** What each share of the data must give: by the first contender, or for conversions by the checksum of the source. */
function judge({ from, to, more, contenders }, inputs) {
  const name = to === undefined ? contenders[0][0] : 'content';
  const shares = new Set(contenders.map(([, , , share = 'data']) => share));
  const found = [];
  for (const share of shares) {
    const source = to === undefined ? inputs[share][from] : inputs[share].csv;
    found.push([share, runContender(name, source, 1, to === undefined ? more : {}).result]);
  }
  return new Map(found);
}
