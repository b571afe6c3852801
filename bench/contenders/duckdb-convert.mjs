import { DuckDBInstance } from '@duckdb/node-api';
import { csvReader } from './duckdb.mjs';
import { outputPath, timeColumns } from './output.mjs';

/** It would spell times with `+00` at the end, which is none of the spellings of an export. */
const plainTimes = timeColumns.map((name) => `make_timestamp(epoch_us(${name})) AS ${name}`).join(', ');

/** COPY, a part at a time, column types given. Numbers and times are spelled as DuckDB does, not as Forecast. */
export async function run(input) {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(input.threads) });
  const connection = await instance.connect();
  for (const part of input.parts) {
    const query =
      input.format === 'CSV'
        ? `SELECT * REPLACE (${plainTimes}) FROM read_parquet('${part}')`
        : `SELECT * FROM ${csvReader([part], input.columns, 'TIMESTAMP')}`;
    const options = input.format === 'CSV' ? 'FORMAT csv, HEADER' : 'FORMAT parquet, COMPRESSION snappy';
    await connection.run(`COPY (${query}) TO '${outputPath(input, part)}' (${options})`);
  }
  connection.closeSync();
  instance.closeSync();
}
