/**
 * Three AWS Lambda functions in one file, for the state machine beside it: `plan` writes the plan of an export to S3, `map`
 * turns one line of it into states and writes them to S3, `reduce` adds up the states. All of it goes through S3, since an
 * answer of Lambda has at most 6 MB, and what Step Functions passes on 256 KB.
 */
import { GetObjectCommand, paginateListObjectsV2, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mapPart, planExport, reduceStates, type PlanLine } from 'backtest-export/distribute';

/** What an execution is started with: the export, and where its files go. */
interface Input {
  /** `s3://bucket/prefix` */
  readonly source: string;
  readonly bucket: string;
  readonly prefix: string;
  /** The keys of groups, as `summarize` has them; none by default. */
  readonly by?: readonly string[];
  /** Whether accuracy-metrics-values is read as well; true by default. */
  readonly accuracyMetrics?: boolean;
}

/** The files of an execution: the keys of the plan and the summary, and what those of states begin with. */
interface Run {
  readonly bucket: string;
  readonly plan: string;
  readonly states: string;
  readonly summary: string;
}

/** As much of Lambda's context as is needed. */
interface Context {
  readonly getRemainingTimeInMillis: () => number;
}

const s3 = new S3Client({});

/** States that are fetched ahead of those that are added up. */
const ahead = 64;

/** `run` is the name of the execution, so that no two share their files. */
export async function plan(event: { readonly input: Input; readonly run: string }, context: Context): Promise<Run> {
  const { source, bucket, prefix, by = [], accuracyMetrics = true } = event.input;
  const folder = `${prefix}/${event.run}`;
  const lines = await planExport(source, { by, accuracyMetrics, signal: whileTimeLasts(context) });
  await put(bucket, `${folder}/plan.jsonl`, lines);
  return { bucket, plan: `${folder}/plan.jsonl`, states: `${folder}/states/`, summary: `${folder}/summary.json` };
}

/** One thread, as all of `map` has, and one line; a second try replaces the states of the first. */
export async function map(
  { line, bucket, states }: Pick<Run, 'bucket' | 'states'> & { readonly line: PlanLine },
  context: Context,
): Promise<{ readonly states: string }> {
  const found = [];
  for await (const state of mapPart(line, { signal: whileTimeLasts(context) })) found.push(state);
  const key = `${states}${line.number}.jsonl`;
  await put(bucket, key, found);
  return { states: key };
}

/** Refuses if a state is missing: the summary is that of all parts, or there is none. */
export async function reduce({ bucket, states, summary }: Run, context: Context): Promise<object> {
  const reduced = await reduceStates(linesBelow(bucket, states), { signal: whileTimeLasts(context) });
  await put(bucket, summary, [reduced]);
  const { export: found, summary: figures } = reduced;
  return { summary: `s3://${bucket}/${summary}`, jobName: found.jobName, rows: found.rows, wQL: figures.metrics.wQL };
}

/** Every line of the files below a prefix, while the next files are on their way. */
async function* linesBelow(bucket: string, prefix: string): AsyncGenerator<string> {
  const waiting: Promise<string>[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key } of Contents) {
      const text = get(bucket, Key);
      // whoever awaits it later gets its error, also if another one ends everything first
      text.catch(() => undefined);
      waiting.push(text);
      if (waiting.length > ahead) yield* linesOf(await waiting.shift());
    }
  }
  for (const text of waiting) yield* linesOf(await text);
}

function linesOf(text = ''): string[] {
  return text.split('\n').filter((line) => line !== '');
}

async function get(bucket: string, key: string | undefined): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return (await Body?.transformToString()) ?? '';
}

async function put(bucket: string, key: string, lines: readonly object[]): Promise<void> {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text }));
}

/** Ends the work two seconds before Lambda would, so that the execution tells why. */
function whileTimeLasts(context: Context): AbortSignal {
  return AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - 2_000));
}
