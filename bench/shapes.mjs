/** Exports of other shapes than the usual one: many small parts, wide rows, long ids, quoted fields, Parquet of Spark. */
import { execFileSync } from 'node:child_process';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { ensureExport } from './data.mjs';
import { nativePython } from './native.mjs';

const dimensions = Array.from({ length: 10 }, (_, at) => ({ name: `dimension_${at}`, cardinality: at < 3 ? 2 : 1 }));
const wide = { dimensions, forecastTypes: ['mean', '0.05', '0.25', '0.5', '0.75', '0.95'] };

/** Makes a shape unless it is there; answers `{ folder, rows, bytes, parts }`. `quick` makes a hundredth of it. */
export async function ensureShape(name, folder, usual, quick) {
  const share = quick ? 0.01 : 1;
  if (name === 'small-parts') return ensureExport(join(folder, name), { items: 26, parts: 26, horizon: 20 });
  if (name === 'wide') {
    return ensureExport(join(folder, quick ? 'wide-quick' : name), {
      items: Math.ceil(1000 * share),
      parts: 4,
      ...wide,
    });
  }
  const target = join(folder, quick ? `${name}-quick` : name);
  if (!existsSync(join(target, '.whole'))) {
    rmSync(target, { recursive: true, force: true });
    if (name === 'spark') writeAsSpark(usual.parquet, target);
    else for (const path of listCsv(usual.csv)) await rewrite(path, path.replace(usual.csv, target), rewrites[name]);
    writeFileSync(join(target, '.whole'), '');
  }
  const table = join(target, 'forecasted-values');
  const bytes = readdirSync(table).reduce((sum, file) => sum + statSync(join(table, file)).size, 0);
  return { folder: target, rows: usual.rows, bytes: name === 'spark' ? usual.bytes : bytes, parts: usual.parts };
}

const rewrites = {
  'long-ids': (line, at) => (at === 0 ? line : line.replace(/^item_/, 'warehouse-north-of-the-river/'.repeat(2))),
  quoted: (line) => `"${line.replaceAll(',', '","')}"`,
};

function listCsv(source) {
  const table = join(source, 'forecasted-values');
  return readdirSync(table)
    .filter((file) => file.endsWith('.csv') && statSync(join(table, file)).size > 0)
    .map((file) => join(table, file));
}

async function rewrite(from, to, edit) {
  mkdirSync(dirname(to), { recursive: true });
  const out = createWriteStream(to);
  let at = 0;
  let block = '';
  for await (const line of createInterface({ input: createReadStream(from), crlfDelay: Infinity })) {
    block += `${edit(line, at++)}\n`;
    if (block.length < 1e6) continue;
    if (!out.write(block)) await new Promise((resolve) => out.once('drain', resolve));
    block = '';
  }
  out.end(block);
  await finished(out);
}

/** As pyarrow writes for Spark: times as INT96, plain version 1 pages, no checksums, one large row group. */
function writeAsSpark(source, target) {
  const code = `
import glob, os, sys
import pyarrow.parquet as pq
for path in glob.glob(sys.argv[1] + '/forecasted-values/*.parquet'):
    to = path.replace(sys.argv[1], sys.argv[2])
    os.makedirs(os.path.dirname(to), exist_ok=True)
    pq.write_table(pq.read_table(path), to, flavor='spark', version='1.0', compression='snappy')`;
  execFileSync(nativePython(), ['-c', code, source, target], { stdio: 'inherit' });
}
