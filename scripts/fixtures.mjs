/**
 * Writes `fixtures/` again, the same bytes every time: for each case an export in `export/` and what is expected of it in
 * `expected.json`, with figures from the slow exact reference in `test/reference/` (compiled into `.cache/`).
 * Run by `npm run fixtures`; `test/testing/fixtures.test.ts` fails when the committed files differ from the generator's.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse } from 'csv-parse/sync';
import { generateExport } from '../dist/testing/index.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { averageMetrics, finishExactly, measureExactly } = await loadReference();

/** Each case: the options of the exports that share its folder. */
const cases = {
  // The demo: daily sales of 20 items in 2 regions, three windows of two weeks.
  retail: [
    {
      seed: 20211214,
      items: 20,
      dimensions: [{ name: 'region', cardinality: 2 }],
      windows: 3,
      horizon: 14,
      frequency: 'D',
      firstWindowStart: '2021-10-25',
      parts: 4,
      jobName: 'retail_daily',
      missingActuals: 0.02,
      zeroActuals: 0.01,
      negativeForecasts: 0.005,
      crossedQuantiles: 0.01,
    },
  ],
  // Before 2021: another domain, no mean, no MAPE or MASE, item ids of digits, documented file names, no Z.
  'hourly-old': [
    {
      seed: 2020,
      items: 12,
      windows: 2,
      horizon: 24,
      windowOffset: 12,
      firstWindowStart: '2017-06-19',
      itemColumn: 'metric_name',
      textStyle: 'digits',
      forecastTypes: ['0.1', '0.65', '0.9'],
      parts: 2,
      jobName: 'Accuracy_hourly_2020',
      exportedAt: '2020-08-03T07-05-09Z',
      naming: 'documented',
      metrics: '2020',
      zeroActuals: 0.2,
      negativeForecasts: 0.3,
      timeSpelling: { timestamp: 'none' },
    },
  ],
  // Text that needs quotes, and a part without a byte in each table, as real exports have them.
  'hostile-text': [
    {
      seed: 7,
      items: 40,
      dimensions: [{ name: 'a "b", c', cardinality: 2 }],
      horizon: 4,
      frequency: '15min',
      itemColumn: 'größe\n(id)',
      textStyle: 'hostile',
      parts: 3,
      jobName: 'Forecasts_x',
      defects: ['zero-byte-part', { name: 'zero-byte-part', table: 'accuracy-metrics-values' }],
    },
  ],
  'two-exports': [
    { seed: 1, items: 10, horizon: 7, frequency: 'D', parts: 2, jobName: 'weekly', exportedAt: '2021-12-07T02-00-00Z' },
    {
      seed: 2,
      items: 10,
      horizon: 7,
      frequency: 'D',
      firstWindowStart: '2021-11-08',
      parts: 3,
      jobName: 'weekly',
      exportedAt: '2021-12-14T02-00-00Z',
      forecastTypes: ['mean', '0.5'],
    },
  ],
};

for (const [name, exports] of Object.entries(cases)) {
  const folder = join(root, 'fixtures', name);
  rmSync(folder, { recursive: true, force: true });
  const expected = [];
  for (const options of exports) expected.push(await writeFixture(join(folder, 'export'), options));
  writeFileSync(join(folder, 'expected.json'), `${JSON.stringify({ exports: expected }, undefined, 1)}\n`);
  console.log(`fixtures/${name}: ${expected.map(({ bytes }) => `${bytes} bytes`).join(' and ')}`);
}

/** Generates one export and returns what reading it must find. */
async function writeFixture(folder, options) {
  const made = await generateExport(folder, { ...options, overwrite: true });
  const dimensions = (options.dimensions ?? []).map((dimension) => dimension.name);
  const forecastTypes = options.forecastTypes ?? ['mean', '0.1', '0.5', '0.9'];
  const paths = (table) => made.files.map(({ path }) => path).filter((path) => path.startsWith(`${table}/`));
  const rows = paths('forecasted-values').flatMap((path) =>
    readRows(join(folder, path), dimensions.length, forecastTypes),
  );
  const windows = measureExactly(rows, forecastTypes);
  const metrics = windows.map((window) => finishExactly(window));
  return {
    options,
    jobName: made.jobName,
    exportedAt: made.exportedAt,
    bytes: made.bytes,
    itemColumn: options.itemColumn ?? 'item_id',
    dimensions,
    forecastTypes,
    series: made.series,
    tables: Object.fromEntries(
      Object.entries(made.columns).map(([table, columns]) => [
        table,
        { parts: paths(table), columns, rows: made.rows[table] },
      ]),
    ),
    windows: windows.map((window, index) => ({
      ...window,
      types: Object.fromEntries(window.types),
      metrics: metrics[index],
    })),
    metrics: averageMetrics(metrics),
  };
}

/** The rows of one part for the reference, by csv-parse. */
function readRows(path, dimensionCount, forecastTypes) {
  const records = parse(readFileSync(path), { record_delimiter: '\n' }).slice(1);
  return records.map((record) => {
    const [timestamp, target, windowStart, windowEnd, ...forecasts] = record.slice(1 + dimensionCount);
    return {
      item: record[0],
      dimensions: record.slice(1, 1 + dimensionCount),
      timestamp,
      windowStart,
      windowEnd,
      target: number(target),
      forecasts: new Map(forecastTypes.map((type, index) => [type, number(forecasts[index])])),
    };
  });
}

function number(text) {
  return text === '' ? null : Number(text);
}

/** Compiles the reference (Node 20 reads no TypeScript) and imports it. */
async function loadReference() {
  const outDir = join(root, '.cache', 'reference');
  const source = join(root, 'test', 'reference', 'exact-metrics.ts');
  const flags = ['--outDir', outDir, '--target', 'es2023', '--module', 'nodenext', '--rewriteRelativeImportExtensions'];
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  execFileSync(tsc, ['--ignoreConfig', '--skipLibCheck', '--strict', '--types', 'node', ...flags, source], {
    cwd: root,
    stdio: 'inherit',
  });
  return import(pathToFileURL(join(outDir, 'exact-metrics.js')).href);
}
