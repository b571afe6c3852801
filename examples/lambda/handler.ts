/**
 * An AWS Lambda function that converts an export to Parquet and answers with its accuracy. It is called with
 * `{ source, destination }`, or by S3 when the `_SUCCESS` of an export is written: then the export goes to the same prefix
 * below the location in the environment's `DESTINATION`.
 */
import { convertExport, setWorkerFile, summarize } from 'backtest-export';

/** The work of one call: two locations, `s3://bucket/prefix`. */
interface Work {
  readonly source: string;
  readonly destination: string;
}

/** As much of S3's notification as is needed. */
interface Notification {
  readonly Records: readonly {
    readonly s3: { readonly bucket: { readonly name: string }; readonly object: { readonly key: string } };
  }[];
}

/** As much of Lambda's context as is needed. */
interface Context {
  readonly getRemainingTimeInMillis: () => number;
}

/** What became of one export. */
interface Answer extends Work {
  readonly jobName: string | null;
  readonly rows: number;
  /** wQL at 0.5 over all windows, if the export has that quantile. */
  readonly wQL: number | null;
}

// what esbuild makes of backtest-export/worker, beside this file; without it all work is done by one thread
setWorkerFile(new URL('./worker.mjs', import.meta.url));

/** Lambda gives one processor for each 1,769 MB of memory; elsewhere all cores are used. */
const memory = Number(process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']);
const threads = memory > 0 ? { threads: Math.max(1, Math.floor(memory / 1769)) } : {};

/** What is left for ending uploads and removing what is unfinished when the time is over. */
const reserve = 5_000;

export async function handler(event: Work | Notification, context: Context): Promise<readonly Answer[]> {
  const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - reserve));
  const answers: Answer[] = [];
  for (const work of 'Records' in event ? workOf(event) : [event]) answers.push(await convert(work, signal));
  return answers;
}

/** Nothing is in the destination until all of it is complete and has been read back; a repeated event replaces it. */
async function convert({ source, destination }: Work, signal: AbortSignal): Promise<Answer> {
  // a job that runs every week may export to the same prefix each time
  const options = { signal, open: { exportedAt: 'latest' }, ...threads } as const;
  await convertExport(source, destination, { format: 'PARQUET', overwrite: true, ...options });
  const { export: found, summary } = await summarize(destination, options);
  return { source, destination, jobName: found.jobName, rows: found.rows, wQL: summary.metrics.wQL['0.5'] ?? null };
}

function workOf({ Records }: Notification): Work[] {
  const root = process.env['DESTINATION'];
  if (root === undefined) throw new Error('the environment has no DESTINATION, such as s3://lake/backtests');
  return Records.flatMap(({ s3: { bucket, object } }) => {
    const key = decodeURIComponent(object.key.replaceAll('+', ' '));
    const prefix = /^(.+)\/_SUCCESS$/.exec(key)?.[1];
    return prefix === undefined ? [] : [{ source: `s3://${bucket.name}/${prefix}`, destination: `${root}/${prefix}` }];
  });
}
