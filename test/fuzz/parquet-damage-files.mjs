import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContentSum, formatSums } from '#src/batch/content-sum.js';
import { decodeCsv } from '#src/csv/decode.js';
import { readCsvHeader } from '#src/csv/header.js';
import { joinBytes } from '#src/storage/join-bytes.js';
import { createMemoryStorage } from '#src/storage/memory.js';
import { compressions } from '#src/parquet/compress.js';
import { decodeParquet } from '#src/parquet/decode.js';
import { createParquetEncoder } from '#src/parquet/encode.js';
import { generateExport } from '#src/testing/index.js';

/**
 * Files of another writer, DuckDB, without any checksum: in all its codecs, with its plain and its delta encodings.
 * Damage to their values cannot be seen; everything else must be.
 */
export async function makeForeignFiles() {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const folder = await mkdtemp(join(tmpdir(), 'backtest-export-damage-'));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const files = [];
  for (const codec of ['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw']) {
    for (const version of ['V1', 'V2']) {
      const path = join(folder, `${codec}-${version}.parquet`);
      await connection.run(
        `COPY (SELECT 'item_' || (i % 37) AS item_id, TIMESTAMP '2021-12-01' + INTERVAL (i % 500) HOUR AS timestamp,
          CASE WHEN i % 11 = 0 THEN NULL ELSE i / 7.0 END AS target_value,
          TIMESTAMP '2021-12-01' AS backtestwindow_start_time, TIMESTAMP '2021-12-14' AS backtestwindow_end_time,
          (i * 13 % 101) / 3.0 AS mean, (i % 4)::FLOAT AS p90 FROM range(5000) r(i))
         TO '${path}' (FORMAT parquet, COMPRESSION ${codec}, PARQUET_VERSION ${version}, ROW_GROUP_SIZE 2048)`,
      );
      const bytes = new Uint8Array(await readFile(path));
      files.push({ bytes, ...(await contentOf(bytes)) });
    }
  }
  connection.closeSync();
  instance.closeSync();
  await rm(folder, { recursive: true });
  return files;
}

/** What a file holds: its rows and the sum of its cells. @throws what decoding throws */
export async function contentOf(bytes) {
  const opened = await createMemoryStorage([['part.parquet', bytes]]).open('part.parquet');
  let found;
  const batches = decodeParquet(opened, {}, (schema) => (found = new ContentSum(schema.columns)));
  for await (const batch of batches) found.add(batch);
  const sums = found.take();
  return { sum: formatSums(sums), rows: sums.rows };
}

/** The files to damage: both tables in every compression, several row groups each; always the same bytes. */
export async function makeFiles() {
  const storage = createMemoryStorage();
  await generateExport(storage, { items: 40, horizon: 12, windows: 2, missingActuals: 0.2, textStyle: 'hostile' });
  const files = [];
  for (const table of ['forecasted-values', 'accuracy-metrics-values']) {
    const [{ path }] = (await storage.list(table)).filter(({ kind }) => kind === 'file');
    for (const compression of compressions) {
      files.push(await encode(await storage.open(path), compression, table === 'forecasted-values' ? 300 : 30));
    }
  }
  return files;
}

async function encode(file, compression, rowGroupRows) {
  const { schema } = await readCsvHeader(file);
  const encoder = await createParquetEncoder(schema, { compression, rowGroupRows });
  const pieces = [encoder.start().slice()];
  const sum = new ContentSum(schema.columns);
  for await (const batch of decodeCsv(file)) {
    pieces.push(encoder.encode(batch).slice());
    sum.add(batch);
  }
  pieces.push(encoder.finish().slice());
  const sums = sum.take();
  return { bytes: joinBytes(...pieces), sum: formatSums(sums), rows: sums.rows };
}
