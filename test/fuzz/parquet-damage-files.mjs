import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { createMemoryStorage } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { parquetWriteBuffer } from 'hyparquet-writer';
import parquetjs from 'parquetjs-lite';
import { toRows } from '#src/batch/forms/rows.js';
import { decodeCsv } from '#src/csv/decode.js';
import { createParquetEncoder } from '#src/parquet/write/encode.js';

/** Writes files of our encoder into a folder, both tables in every codec; answers their paths. */
export async function writeOwnFiles(folder) {
  const paths = [];
  for (const textStyle of ['plain', 'hostile']) {
    for (const part of await generateParts({ items: 12, windows: 2, horizon: 10, textStyle })) {
      for (const compression of ['snappy', 'gzip', 'zstd', 'uncompressed']) {
        const bytes = await encode(part, { compression, rowGroupRows: textStyle === 'plain' ? 1000 : 90 });
        paths.push(save(folder, `${part.table}-${textStyle}-${compression}`, bytes));
      }
    }
  }
  const [many] = await generateParts({ items: 700, windows: 1, horizon: 1, textStyle: 'unicode' });
  paths.push(save(folder, 'texts-without-dictionary', await encode(many, { rowGroupRows: 256 })));
  const [long] = await generateParts({ items: 10, windows: 1, horizon: 10_000, frequency: '30min' });
  paths.push(save(folder, 'several-pages', await encode(long, {})));
  return paths;
}

/** Writes files of other programs, none with checksums; answers their paths. */
export async function writeForeignFiles(folder) {
  const [part] = await generateParts({ items: 12, windows: 2, horizon: 10, textStyle: 'unicode' });
  const rows = [];
  for await (const batch of decodeCsv(part.file)) rows.push(...toRows(batch));
  return [
    ...writeWithHyparquet(folder, part.schema, rows),
    await writeWithParquetjs(folder, part.schema, rows),
    ...(await writeWithDuckDB(folder, part)),
  ];
}

function writeWithHyparquet(folder, { columns }, rows) {
  const compressors = { GZIP: (bytes) => gzipSync(bytes), BROTLI: (bytes) => brotliCompressSync(bytes) };
  return ['SNAPPY', 'UNCOMPRESSED', 'GZIP', 'BROTLI'].flatMap((codec) =>
    ['PLAIN', 'DELTA'].map((kind) => {
      const columnData = columns.map((column) => ({
        name: column.name,
        data: rows.map((row) => row[column.name]),
        type: { text: 'STRING', time: 'TIMESTAMP', number: 'DOUBLE' }[column.kind],
        ...(kind === 'DELTA' ? { encoding: deltas[column.kind] } : {}),
      }));
      const bytes = parquetWriteBuffer({ columnData, codec, compressors, rowGroupSize: 100 });
      return save(folder, `hyparquet-${codec}-${kind}`, new Uint8Array(bytes));
    }),
  );
}

const deltas = { text: 'DELTA_BYTE_ARRAY', time: 'DELTA_BINARY_PACKED', number: 'BYTE_STREAM_SPLIT' };

/** Times as text: parquetjs-lite's own are no instants that Node 20 can write and read again. */
async function writeWithParquetjs(folder, { columns }, rows) {
  const fields = columns.map(({ name, kind }) => [
    name,
    { type: kind === 'number' ? 'DOUBLE' : 'UTF8', optional: kind === 'number', compression: 'SNAPPY' },
  ]);
  const path = join(folder, 'parquetjs.parquet');
  const writer = await parquetjs.ParquetWriter.openFile(new parquetjs.ParquetSchema(Object.fromEntries(fields)), path);
  for (const row of rows) {
    const cells = Object.entries(row).filter(([, cell]) => cell !== null);
    await writer.appendRow(
      Object.fromEntries(cells.map(([name, cell]) => [name, cell instanceof Date ? cell.toISOString() : cell])),
    );
  }
  await writer.close();
  return path;
}

async function writeWithDuckDB(folder, { text }) {
  const csv = join(folder, 'part.csv');
  writeFileSync(csv, text);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`CREATE TABLE part AS SELECT * FROM read_csv('${csv}', types = {'item_id': 'VARCHAR'})`);
  const paths = [];
  for (const codec of ['uncompressed', 'snappy', 'gzip', 'zstd', 'lz4_raw', 'brotli']) {
    for (const version of ['V1', 'V2']) {
      const path = join(folder, `duckdb-${codec}-${version}.parquet`);
      await connection.run(
        `COPY part TO '${path}' (FORMAT parquet, COMPRESSION ${codec}, PARQUET_VERSION ${version}, ROW_GROUP_SIZE 2048)`,
      );
      paths.push(path);
    }
  }
  connection.closeSync();
  return paths;
}

/** The parts of a synthetic export, as CSV. */
async function generateParts(options) {
  const storage = createMemoryStorage();
  const holes = { missingActuals: 0.1, zeroActuals: 0.1 };
  const { files } = await generateExport(storage, { ...holes, parts: 1, ...options });
  const parts = [];
  for (const { path } of files) {
    const text = storage.get(path);
    if (text === undefined || text.length === 0) continue;
    const file = await storage.open(path);
    let schema;
    for await (const batch of decodeCsv(file, {}, (found) => (schema = found))) if (batch.rows < 0) break;
    parts.push({ file, text, schema, table: schema.table });
  }
  return parts;
}

async function encode({ file, schema }, options) {
  const encoder = await createParquetEncoder(schema, options);
  const pieces = [Buffer.from(encoder.start())];
  for await (const batch of decodeCsv(file)) pieces.push(Buffer.from(encoder.encode(batch)));
  pieces.push(Buffer.from(encoder.finish()));
  encoder.release();
  return Buffer.concat(pieces);
}

function save(folder, name, bytes) {
  const path = join(folder, `${name}.parquet`);
  writeFileSync(path, bytes);
  return path;
}
