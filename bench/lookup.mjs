/**
 * `node bench/lookup.mjs FOLDER... [--item ID]`: how long DuckDB takes to look up one item in the Parquet files of each folder,
 * and a window that no file holds. The folders hold the same rows, of different writers; pyarrow writes its own by
 * `python -c "import sys, glob, pyarrow.parquet as pq; [pq.write_table(pq.read_table(f), f'{sys.argv[2]}/{i}.parquet') for i, f
 * in enumerate(sorted(glob.glob(sys.argv[1] + '/*.parquet')))]" OURS THEIRS`. Prints medians of 40 rounds, the folders in turn.
 * Exits with 1 where answers differ.
 */
import { DuckDBInstance } from '@duckdb/node-api';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { positionals: folders, values } = parseArgs({
  options: { item: { type: 'string', default: 'item_08123' } },
  allowPositionals: true,
});
const rounds = 40;
const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
await connection.run("SET TimeZone = 'UTC'");
const queries = {
  [`item ${values.item}`]: `item_id = '${values.item}'`,
  'a window that is nowhere': "backtestwindow_start_time = '2031-01-01T00:00:00Z'::TIMESTAMPTZ",
};
for (const [name, filter] of Object.entries(queries)) {
  const times = folders.map(() => []);
  const answers = new Set();
  for (let round = 0; round < rounds; round++) {
    for (const [index, folder] of folders.entries()) {
      const start = performance.now();
      const sql = `SELECT count(*), sum(mean), max(p90) FROM read_parquet('${join(folder, '*.parquet')}') WHERE ${filter}`;
      const result = await connection.runAndReadAll(sql);
      times[index].push(performance.now() - start);
      answers.add(JSON.stringify(result.getRowsJson()));
    }
  }
  if (answers.size !== 1) {
    process.stderr.write(`${name}: answers differ: ${[...answers].join(' ')}\n`);
    process.exit(1);
  }
  for (const [index, folder] of folders.entries()) {
    const median = times[index].toSorted((one, other) => one - other)[rounds / 2];
    process.stdout.write(`${name}: ${median.toFixed(1)} ms, ${(sizeOf(folder) / 1e6).toFixed(1)} MB, ${folder}\n`);
  }
}

function sizeOf(folder) {
  const files = readdirSync(folder).filter((name) => name.endsWith('.parquet'));
  return files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
