import { openExport } from 'backtest-export';
import { createS3Storage } from 'backtest-export/s3';
import { summarizeWindows } from './ours.mjs';

/** The folder of the bench, through the S3 server whose endpoint stands in the environment. */
export async function run({ folder, threads }) {
  const name = folder.split('/').at(-1);
  const storage = createS3Storage(`s3://bench/${name}`, { endpoint: process.env.BENCH_S3_ENDPOINT });
  return summarizeWindows(await openExport(storage), threads);
}
