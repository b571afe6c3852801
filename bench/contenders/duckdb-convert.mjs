import { DuckDBInstance } from '@duckdb/node-api';
import { outputPath } from './output.mjs';

const read = `read_csv('PART', auto_detect = false, header = true, delim = ',', columns = {'item_id': 'VARCHAR',
  'timestamp': 'TIMESTAMP', 'target_value': 'DOUBLE', 'backtestwindow_start_time': 'TIMESTAMP',
  'backtestwindow_end_time': 'TIMESTAMP', 'mean': 'DOUBLE', 'p10': 'DOUBLE', 'p50': 'DOUBLE', 'p90': 'DOUBLE'})`;

/** COPY, a part at a time, column types given. Numbers and times are spelled as DuckDB does, not as Forecast. */
export async function run(input) {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(input.threads) });
  const connection = await instance.connect();
  for (const part of input.parts) {
    const source = input.format === 'CSV' ? `read_parquet('${part}')` : read.replace('PART', part);
    const options = input.format === 'CSV' ? 'FORMAT csv, HEADER' : 'FORMAT parquet, COMPRESSION snappy';
    await connection.run(`COPY (SELECT * FROM ${source}) TO '${outputPath(input, part)}' (${options})`);
  }
  connection.closeSync();
  instance.closeSync();
}
