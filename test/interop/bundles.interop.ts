import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { convertExport, openExport, summarize } from '#src/index.js';
import { createS3Storage } from '#src/storage/s3/index.js';
import { generateExport } from '#src/testing/index.js';
import { version } from '#src/version.js';
import { startMoto } from './moto.ts';
import { interopPython } from './recipe.ts';
import { startServer, type S3Server } from './s3-server.ts';
import { suiteFolder } from './temporary.ts';

const root = join(import.meta.dirname, '../..');
const runFile = promisify(execFile);

/** A user's project with the packed package and the bundlers, and an export that is large enough for workers to pay. */
const project = suiteFolder();
const source = join(project, 'export');
const bundlers = ['esbuild@0.28', 'vite@8', 'rollup@4', '@rollup/plugin-node-resolve', '@rollup/plugin-commonjs'];
let checksum: string | undefined;

beforeAll(async () => {
  const quietly = ['--no-audit', '--no-fund', '--silent'];
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', project], { cwd: root });
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  const packages = [`./backtest-export-${version}.tgz`, '@aws-sdk/client-s3', '@rollup/plugin-json', ...bundlers];
  execFileSync('npm', ['install', ...quietly, ...packages], { cwd: project, stdio: 'inherit' });
  cpSync(join(root, 'examples'), join(project, 'examples'), { recursive: true });
  writeFileSync(join(project, 'program.mjs'), program);
  writeFileSync(join(project, 'rollup.config.mjs'), rollupConfig);
  writeFileSync(join(project, 'vite.config.mjs'), viteConfig);
  await generateExport(source, { items: 9000, parts: 2 });
  const converted = await convertExport(source, join(project, 'parquet'), { format: 'PARQUET' });
  checksum = converted.tables['forecasted-values']?.checksum;
});

const program = `
  import { convertExport, setWorkerFile, summarize } from 'backtest-export';
  const [source, destination, worker] = process.argv.slice(2);
  const told = { workers: 0, warnings: [] };
  process.on('worker', () => told.workers++);
  process.removeAllListeners('warning');
  process.on('warning', ({ name, code }) => name === 'Warning' && code && told.warnings.push(code));
  async function main() {
    if (worker !== undefined) setWorkerFile(worker);
    const { tables } = await convertExport(source, destination, { format: 'PARQUET', threads: 2 });
    const { export: { rows } } = await summarize(destination, { threads: 2 });
    process.stdout.write(JSON.stringify({ checksum: tables['forecasted-values'].checksum, rows, ...told }));
  }
  main();`;

const rollupConfig = `
  import resolve from '@rollup/plugin-node-resolve';
  import commonjs from '@rollup/plugin-commonjs';
  import json from '@rollup/plugin-json';
  const { OUT: dir, FORMAT: format, EXTENSION } = process.env;
  export default {
    input: { program: 'program.mjs', worker: 'backtest-export/worker' },
    plugins: [resolve({ preferBuiltins: true }), commonjs(), json()],
    onwarn: () => undefined,
    output: { dir, format, entryFileNames: '[name].' + EXTENSION, chunkFileNames: '[name]-[hash].' + EXTENSION },
  };`;

const viteConfig = `
  const { OUT: outDir, FORMAT: format, EXTENSION } = process.env;
  export default {
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      minify: true,
      outDir,
      rolldownOptions: {
        input: { program: 'program.mjs', worker: 'backtest-export/worker' },
        output: { format, entryFileNames: '[name].' + EXTENSION, chunkFileNames: '[name]-[hash].' + EXTENSION },
      },
    },
  };`;

/** What each bundler is called with; esbuild makes one file of the program and one of its worker. */
const commands: readonly (readonly [string, 'esm' | 'cjs', readonly string[]])[] = [
  ['esbuild', 'esm', ['--format=esm', '--main-fields=module,main']],
  ['esbuild', 'cjs', ['--format=cjs', '--minify']],
  ['vite', 'esm', ['build']],
  ['vite', 'cjs', ['build']],
  ['rollup', 'esm', ['--config', '--silent']],
  ['rollup', 'cjs', ['--config', '--silent']],
];

/** A folder that holds nothing but what a bundler made, below `app/`. */
async function bareFolder(bundler: string, format: string, args: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'backtest-export-bundle-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const EXTENSION = format === 'esm' ? 'mjs' : 'cjs';
  const OUT = join(folder, 'app');
  const entries = ['program.mjs', 'worker=backtest-export/worker', '--bundle', '--platform=node', '--log-level=error'];
  const all =
    bundler === 'esbuild' ? [...entries, `--outdir=${OUT}`, `--out-extension:.js=.${EXTENSION}`, ...args] : args;
  await runFile('npx', [bundler, ...all], { cwd: project, env: { ...process.env, OUT, EXTENSION, FORMAT: format } });
  return folder;
}

describe.each(commands)('a bundle of %s as %s', (bundler, format, args) => {
  it('works without packages, with threads and without, and with S3', async () => {
    await startMoto();
    const folder = await bareFolder(bundler, format, args);
    const extension = format === 'esm' ? 'mjs' : 'cjs';
    const run = async (...more: readonly string[]): Promise<unknown> => {
      const file = join('app', `program.${extension}`);
      return JSON.parse((await runFile(process.execPath, [file, source, ...more], { cwd: folder })).stdout);
    };
    const { rows } = (await summarize(source)).export;
    const threaded = { checksum, rows, workers: 1, warnings: [] };
    expect(await run('out', `app/worker.${extension}`)).toEqual(threaded);
    expect(await run('s3://exports/out', `app/worker.${extension}`)).toEqual(threaded);
    expect(await run('alone')).toEqual({ ...threaded, workers: 0, warnings: ['BACKTEST_EXPORT_ONE_THREAD'] });
  });
});

it('a bundle of esbuild that cannot load the SDK says why', async () => {
  await startMoto();
  const folder = await bareFolder('esbuild', 'esm', ['--format=esm']);
  const failing = runFile(process.execPath, [join('app', 'program.mjs'), source, 's3://exports/x'], { cwd: folder });
  const text = await failing.then(
    ({ stdout }) => stdout,
    ({ stderr }: { readonly stderr: string }) => stderr,
  );
  expect(text).toMatch(/DEPENDENCY_FAILED/);
  expect(text).toMatch(/cannot be loaded: Dynamic require of "[\w:/]+" is not supported/);
});

interface Outcome {
  readonly answer?: unknown;
  readonly error?: { readonly name: string; readonly code?: unknown; readonly message: string };
  readonly workers: number;
  readonly warnings: readonly string[];
  readonly milliseconds: { readonly load: number; readonly work: number };
  readonly megabytes: number;
}

/** An example, bundled by the command that its page shows, in a read-only folder without packages. */
async function lambdaFolder(name = 'docs/library.md'): Promise<string> {
  const page = readFileSync(join(root, name), 'utf8');
  const [, command = ''] = /^ {4}(npx esbuild examples\/[^]*?)\n\n/m.exec(page) ?? [];
  expect(command).not.toBe('');
  rmSync(join(project, 'function'), { recursive: true, force: true });
  await runFile('sh', ['-c', command], { cwd: project });
  const folder = mkdtempSync(join(tmpdir(), 'backtest-export-lambda-'));
  onTestFinished(() => {
    chmodSync(folder, 0o755);
    rmSync(folder, { recursive: true });
  });
  cpSync(join(project, 'function'), folder, { recursive: true });
  cpSync(join(import.meta.dirname, 'lambda-runtime.mjs'), join(folder, 'runtime.mjs'));
  chmodSync(folder, 0o555);
  return folder;
}

/** Calls the function in a process of its own, with nothing of this environment but what reaches S3. */
async function call(
  folder: string,
  event: object,
  more: NodeJS.ProcessEnv = {},
  remaining = 60_000,
  handler = 'handler',
): Promise<Outcome> {
  const names = ['PATH', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION', 'AWS_ENDPOINT_URL_S3'];
  const env = { ...Object.fromEntries(names.map((name) => [name, process.env[name]])), ...more };
  const args = [join(folder, 'runtime.mjs'), folder, JSON.stringify(event), String(remaining), handler];
  // a process that has answered ends: nothing that was given up keeps it alive
  const { stdout } = await runFile(process.execPath, args, { cwd: folder, env, timeout: 50_000 });
  return JSON.parse(stdout) as Outcome;
}

/** What Lambda sets; 3,538 MB have two processors. */
const lambda = (megabytes: number): NodeJS.ProcessEnv => ({
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
  AWS_LAMBDA_FUNCTION_NAME: 'convert',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(megabytes),
  DESTINATION: 's3://exports/lake',
});

describe('the Lambda function of examples/', () => {
  it('converts from S3 to S3, on one thread and two, and answers a notification of S3', async () => {
    await startMoto();
    // a request to S3 takes long enough for a worker to pay, however small the parts
    await generateExport(createS3Storage('s3://exports/in/my bike'), { parts: 3 });
    const folder = await lambdaFolder();
    const { summary, export: found } = await summarize('s3://exports/in/my bike');
    const event = { source: 's3://exports/in/my bike', destination: 's3://exports/out' };
    const answer = { ...event, jobName: found.jobName, rows: found.rows, wQL: summary.metrics.wQL['0.5'] };
    for (const [env, workers] of [
      [lambda(1024), 0],
      [lambda(3538), 1],
      [{}, 1],
    ] as const) {
      const { milliseconds, megabytes, ...outcome } = await call(folder, event, env);
      expect(outcome).toEqual({ answer: [answer], workers, warnings: [] });
      expect(megabytes).toBeLessThan(512);
      process.stderr.write(`Lambda, ${JSON.stringify(env)}: ${JSON.stringify({ milliseconds, megabytes })}\n`);
    }
    const keys = ['in/my+bike/_CHECK', 'in/my+bike/_SUCCESS'];
    const Records = keys.map((key) => ({ s3: { bucket: { name: 'exports' }, object: { key } } }));
    const told = await call(folder, { Records }, lambda(3538));
    expect(told.answer).toEqual([{ ...answer, destination: 's3://exports/lake/in/my bike' }]);
    expect((await openExport('s3://exports/lake/in/my bike')).format).toBe('PARQUET');
  });

  it('writes to /tmp, and nowhere else', async () => {
    await startMoto();
    await generateExport(createS3Storage('s3://exports/in'), { parts: 2 });
    const source = 's3://exports/in';
    const folder = await lambdaFolder();
    const place = mkdtempSync(join(tmpdir(), 'backtest-export-tmp-'));
    onTestFinished(() => rmSync(place, { recursive: true }));
    chmodSync(place, 0o777);
    const { answer } = await call(folder, { source, destination: join(place, 'out') }, lambda(3538));
    expect(answer).toMatchObject([{ rows: (await summarize(source)).export.rows }]);
    const refused = await call(folder, { source, destination: 'out' }, lambda(3538));
    expect(refused.error).toMatchObject({ name: 'BacktestExportError', code: 'WRITE_FAILED' });
  });

  it('ends in time, with nothing in the destination', async () => {
    const { client } = await startMoto();
    await generateExport(createS3Storage('s3://exports/in'), { items: 12, parts: 12 });
    const folder = await lambdaFolder();
    const event = { source: 's3://exports/in', destination: 's3://exports/out' };
    const { error, milliseconds } = await call(folder, event, lambda(3538), 5_300);
    expect(error?.name).toBe('TimeoutError');
    expect(milliseconds.work).toBeLessThan(5_300);
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'exports', Prefix: 'out' }));
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: 'exports' }));
    expect([Contents, Uploads]).toEqual([[], []]);
  });
});

describe('the functions of examples/step-functions', () => {
  const example = join(root, 'examples/step-functions');

  /** moto, which executes state machines, and runs the handlers of a bundle as their functions. */
  async function startFunctions(folder: string): Promise<S3Server> {
    const script = join(import.meta.dirname, 'python/moto_functions.py');
    return startServer(interopPython(), (port) => [
      script,
      String(port),
      process.execPath,
      join(folder, 'runtime.mjs'),
      folder,
    ]);
  }

  /** Executes the state machine over an export in S3; answers how it ended, and what the summary says. */
  async function execute(input: object, name: string): Promise<Executed> {
    const args = [join(import.meta.dirname, 'python/execute_machine.py'), join(example, 'state-machine.json')];
    const child = runFile(interopPython(), [...args, name, JSON.stringify(input)], { timeout: 100_000 });
    return JSON.parse((await child).stdout) as Executed;
  }

  it('are one file, and give the summary of all parts or none', async () => {
    const folder = await lambdaFolder('examples/step-functions/README.md');
    expect(readdirSync(folder).sort()).toEqual(['handler.mjs', 'runtime.mjs']);
    const { client } = await startFunctions(folder);
    await generateExport(createS3Storage('s3://exports/in'), { items: 20, parts: 3, windows: 2 });
    const input = { source: 's3://exports/in', bucket: 'exports', prefix: 'work', by: ['item'] };
    const ended = await execute(input, 'first');
    const expected = await summarize('s3://exports/in', { by: ['item'] });
    const { export: found, summary } = expected;
    const answer = { summary: 's3://exports/work/first/summary.json', jobName: found.jobName, rows: found.rows };
    expect(ended).toEqual({
      status: 'SUCCEEDED',
      output: { ...answer, wQL: summary.metrics.wQL },
      error: null,
      cause: null,
    });
    const read = async (Key: string): Promise<string> => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: 'exports', Key }));
      return (await Body?.transformToString()) ?? '';
    };
    expect(JSON.parse(await read('work/first/summary.json'))).toEqual(JSON.parse(JSON.stringify(expected)));
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'exports', Prefix: 'work' }));
    const keys = Contents.map(({ Key = '' }) => Key).filter((key) => !key.endsWith('/manifest.json'));
    const states = [1, 2, 3, 4, 5, 6].map((number) => `work/first/states/${number}.jsonl`);
    expect(keys).toEqual(['work/first/plan.jsonl', ...states, 'work/first/summary.json']);

    // a state that is gone, and a part that is another one by now
    const [, line = ''] = (await read('work/first/plan.jsonl')).split('\n');
    const planned = JSON.parse(line) as { readonly part: { readonly path: string } };
    await client.send(new DeleteObjectCommand({ Bucket: 'exports', Key: 'work/first/states/2.jsonl' }));
    await client.send(new PutObjectCommand({ Bucket: 'exports', Key: `in/${planned.part.path}`, Body: 'item_id,cut' }));
    const run = { bucket: 'exports', states: 'work/first/states/', summary: 'none.json' };
    const calls = [
      await call(folder, run, {}, 60_000, 'reduce'),
      await call(folder, { line: planned, ...run }, {}, 60_000, 'map'),
    ];
    expect(calls.map(({ error }) => error?.code)).toEqual(['STATE_MISSING', 'FILE_CHANGED']);
    // the execution of what cannot be read fails: there is no summary of the rest
    expect(await execute(input, 'second')).toMatchObject({ status: 'FAILED', output: null });
    await expect(read('work/second/summary.json')).rejects.toThrow(/specified key does not exist/);
  });
});

interface Executed {
  readonly status: string;
  readonly output: unknown;
  readonly error: unknown;
}
