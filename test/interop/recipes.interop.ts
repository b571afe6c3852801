import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { createS3Storage } from '#src/storage/s3/index.js';
import { generateExport } from '#src/testing/index.js';
import { startServer } from './s3-server.ts';
import { interopPython, recipeEnvironment, recipeFolder, runProgram, type Ended } from './recipe.ts';

const root = join(import.meta.dirname, '../..');
const examples = join(root, 'examples');

/** An export on disk with five parts a table. */
async function madeExport(): Promise<string> {
  const folder = join(recipeFolder(), 'export');
  await generateExport(folder, { items: 40, parts: 5, windows: 2 });
  return folder;
}

describe.each(['dask', 'ray'])('the driver for %s', (name) => {
  const driver = join(examples, name, 'summarize.py');
  const run = async (env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Ended> =>
    runProgram(interopPython(), [driver, ...args], { env });

  it('answers as one machine does, and stops at a bad part with the message of the command', async () => {
    const env = recipeEnvironment();
    const folder = await madeExport();
    const { stdout } = await runProgram('backtest-export', ['summarize', folder, '--json'], { env });
    const good = await run(env, folder, '--json');
    expect(good).toMatchObject({ code: 0, stdout });
    expect(JSON.parse(stdout)).toMatchObject({ export: { parts: 5 } });
    const parts = join(folder, 'forecasted-values');
    writeFileSync(join(parts, readdirSync(parts)[3]!), 'cut in mid-row,2021', { flag: 'a' });
    const bad = await run(env, folder, '--json');
    expect(bad).toMatchObject({ code: 1, stdout: '' });
    expect(bad.stderr).toMatch(/RuntimeError: error CSV_FIELD_COUNT: /);
  });
});

describe('the jobs for AWS Batch', () => {
  const script = (name: string): string => join(examples, 'batch', name);

  it('map and add up in folders, each job its lines', async () => {
    const env = recipeEnvironment();
    const folder = await madeExport();
    const work = recipeFolder();
    const plan = await runProgram('backtest-export', ['plan', folder, '--by', 'item'], { env });
    const [PLAN, STATES, SUMMARY] = ['plan.jsonl', 'states', 'summary.csv'].map((name) => join(work, name));
    writeFileSync(PLAN!, plan.stdout);
    mkdirSync(STATES!);
    const job = async (index: number, of: number): Promise<Ended> => {
      const array = { AWS_BATCH_JOB_ARRAY_INDEX: String(index), AWS_BATCH_JOB_ARRAY_SIZE: String(of) };
      return runProgram(script('map.sh'), [], { env: { ...env, PLAN, STATES, ...array } });
    };
    const reduce = async (): Promise<Ended> =>
      runProgram(script('reduce.sh'), ['--format', 'csv'], { env: { ...env, STATES, SUMMARY } });
    expect(await Promise.all([0, 1].map((index) => job(index, 3)))).toMatchObject([{ code: 0 }, { code: 0 }]);
    // a job that has not run leaves parts out: no summary
    const early = await reduce();
    expect(early).toMatchObject({ code: 2, stdout: '' });
    expect(early.stderr).toMatch(/error STATE_MISSING: .*missing are 3, 6, 9/);
    expect(readdirSync(work).sort()).toEqual(['plan.jsonl', 'states']);
    expect(await job(2, 3)).toMatchObject({ code: 0 });
    expect(readdirSync(STATES!).sort()).toEqual(['0.jsonl', '1.jsonl', '2.jsonl']);
    expect(await reduce()).toMatchObject({ code: 0 });
    const { stdout } = await runProgram('backtest-export', ['summarize', folder, '--by', 'item', '--format', 'csv'], {
      env,
    });
    expect(readFileSync(SUMMARY!, 'utf8')).toBe(stdout);
    // a map that fails leaves nothing that looks like states
    writeFileSync(PLAN!, plan.stdout.replace('"number":2,', '"number":9,'));
    const failed = await job(1, 10);
    expect(failed.code).not.toBe(0);
    expect(failed.stderr).toMatch(/error PLAN_INVALID: /);
    // a job beyond the last line has nothing to do
    expect(await job(11, 12)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readdirSync(STATES!)).toHaveLength(3);
  });

  it('are submitted, and work in S3', async () => {
    const moto = join(import.meta.dirname, 'python/moto_functions.py');
    const { endpoint, client } = await startServer(interopPython(), (port) => [moto, String(port), '', '', '']);
    await generateExport(createS3Storage('s3://exports/in'), { items: 12, parts: 3 });
    const env = recipeEnvironment({ AWS_ENDPOINT_URL: endpoint, AWS_DEFAULT_REGION: 'us-west-2' });
    const aws = async (...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await runProgram('aws', args, { env });
      expect(stderr).toBe('');
      expect(code).toBe(0);
      return stdout.trim();
    };
    const trust = `file://${join(examples, 'step-functions/policies/trust-functions.json')}`;
    await aws('iam', 'create-role', '--role-name', 'batch', '--assume-role-policy-document', trust);
    const role = ['--service-role', 'arn:aws:iam::123456789012:role/batch'];
    const machines = ['--compute-environment-name', 'machines', '--type', 'UNMANAGED', ...role];
    await aws('batch', 'create-compute-environment', ...machines);
    const order = [
      '--state',
      'ENABLED',
      '--priority',
      '1',
      '--compute-environment-order',
      'order=1,computeEnvironment=machines',
    ];
    await aws('batch', 'create-job-queue', '--job-queue-name', 'jobs', ...order);
    await aws('batch', 'register-job-definition', '--cli-input-json', `file://${script('job-definition.json')}`);
    const args = ['s3://exports/in', 's3://exports/run', 'jobs'];
    const submitted = await runProgram(script('submit.sh'), args, { env: { ...env, JOBS: '2' } });
    expect(submitted.code).toBe(0);
    const query = ['--query', 'jobs[0].container.environment[?!starts_with(name, `AWS_`)]'];
    const [id = ''] = submitted.stdout.split('\n');
    const told = JSON.parse(await aws('batch', 'describe-jobs', '--jobs', id, ...query)) as readonly Variable[];
    expect(told).toEqual([
      { name: 'PLAN', value: 's3://exports/run/plan.jsonl' },
      { name: 'STATES', value: 's3://exports/run/states' },
      { name: 'SUMMARY', value: 's3://exports/run/summary.json' },
    ]);
    const list = ['--query', 'length(jobSummaryList[?jobName==`backtest-export-map`])'];
    // two jobs, and the array itself
    expect(await aws('batch', 'list-jobs', '--job-queue', 'jobs', '--job-status', 'SUCCEEDED', ...list)).toBe('3');
    const set = { ...env, ...Object.fromEntries(told.map(({ name, value }) => [name, value])) };
    for (const index of ['0', '1']) {
      const array = { AWS_BATCH_JOB_ARRAY_INDEX: index, AWS_BATCH_JOB_ARRAY_SIZE: '2' };
      expect(await runProgram(script('map.sh'), [], { env: { ...set, ...array } })).toMatchObject({ code: 0 });
    }
    expect(await runProgram(script('reduce.sh'), ['--json'], { env: set })).toMatchObject({ code: 0 });
    const Key = 'run/summary.json';
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'exports', Key }));
    const here = await runProgram('backtest-export', ['summarize', 's3://exports/in', '--json'], { env });
    expect(await Body?.transformToString()).toBe(here.stdout);
  });
});

interface Variable {
  readonly name: string;
  readonly value: string;
}

describe('the shell commands of docs/scale.md', () => {
  const page = readFileSync(join(root, 'docs/scale.md'), 'utf8');
  const [, commands = ''] = /^( {4}backtest-export plan FOLDER >[^]*?)\n\n/m.exec(page) ?? [];
  const parallel = /^.*\| backtest-export reduce$/m.exec(page)?.[0].trim() ?? '';
  const run = async (text: string, env: NodeJS.ProcessEnv): Promise<Ended> =>
    runProgram('sh', ['-c', text], { env, cwd: recipeFolder() });

  it('share an export out to processes by xargs, and refuse where one of them failed', async () => {
    expect(commands).toMatch(/xargs .* -P /);
    const env = recipeEnvironment();
    const folder = await madeExport();
    const { stdout } = await runProgram('backtest-export', ['summarize', folder], { env });
    // three lines a process, so that there are several
    const text = commands.replace('-n 16', '-n 3').replaceAll('FOLDER', folder);
    expect(await run(text, env)).toEqual({ code: 0, stdout, stderr: '' });
    const parts = join(folder, 'forecasted-values');
    writeFileSync(join(parts, readdirSync(parts)[3]!), 'cut in mid-row,2021', { flag: 'a' });
    const bad = await run(text, env);
    expect(bad).toMatchObject({ code: 2, stdout: '' });
    expect(bad.stderr).toMatch(/error CSV_FIELD_COUNT: [^]*error STATE_MISSING: /);
  });

  const hasParallel = spawnSync('parallel', ['--version']).status === 0;
  it.skipIf(!hasParallel)('share it out by GNU parallel', async () => {
    expect(parallel).toMatch(/parallel --pipe /);
    const env = recipeEnvironment();
    const folder = await madeExport();
    const { stdout } = await runProgram('backtest-export', ['summarize', folder], { env });
    expect(await run(parallel.replaceAll('FOLDER', folder), env)).toMatchObject({ code: 0, stdout });
  });
});
