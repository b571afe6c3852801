import { DuckDBInstance } from '@duckdb/node-api';
import { outputPath, timeColumns } from './output.mjs';

const read = `read_csv('PART', auto_detect = false, header = true, delim = ',', columns = {'item_id': 'VARCHAR',
  'timestamp': 'TIMESTAMP', 'target_value': 'DOUBLE', 'backtestwindow_start_time': 'TIMESTAMP',
  'backtestwindow_end_time': 'TIMESTAMP', 'mean': 'DOUBLE', 'p10': 'DOUBLE', 'p50': 'DOUBLE', 'p90': 'DOUBLE'})`;

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
        : `SELECT * FROM ${read.replace('PART', part)}`;
    const options = input.format === 'CSV' ? 'FORMAT csv, HEADER' : 'FORMAT parquet, COMPRESSION snappy';
    await connection.run(`COPY (${query}) TO '${outputPath(input, part)}' (${options})`);
  }
  connection.closeSync();
  instance.closeSync();
}
