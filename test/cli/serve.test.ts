import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreatePredictorBacktestExportJobCommand as Create,
  DescribePredictorBacktestExportJobCommand as Describe,
  ForecastClient,
  ListPredictorBacktestExportJobsCommand as List,
} from '@aws-sdk/client-forecast';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalStorage, openExport, verifyExport } from '#src/index.js';
import { openExportJob, waitForExport } from '#src/job/index.js';
import { generateExport } from '#src/testing/index.js';
import { bikeArn, credentials } from '../job/with-door.ts';
import { seededRandom } from '../support/random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { run } from './run.ts';

const main = join(import.meta.dirname, '../../dist/cli/main.js');

interface Served {
  readonly child: ChildProcess;
  readonly client: ForecastClient;
  readonly url: string;
  readonly errors: () => string;
}

/** Runs `serve` in a process of its own, on any port. */
async function serve(folder: string, ...more: string[]): Promise<Served> {
  const args = ['serve', '--port', '0', '--predictor', `bike=${join(folder, 'bike')}`, '--data', join(folder, 'data')];
  const child = spawn(process.execPath, [main, ...args, ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      const [, url] = /listening at (\S+)/.exec(chunk.toString()) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', () => reject(new Error(errors)));
  });
  const client = new ForecastClient({ endpoint, region: 'us-west-2', credentials, maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  return { child, client, url: endpoint, errors: () => errors };
}

async function withBike(items = 20): Promise<string> {
  const folder = temporaryFolder();
  await generateExport(createLocalStorage(join(folder, 'bike')), { items, parts: 2 });
  return folder;
}

function create(name: string, path: string): Create {
  return new Create({
    PredictorBacktestExportJobName: name,
    PredictorArn: bikeArn,
    Destination: { S3Config: { Path: path, RoleArn: 'role' } },
  });
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

describe('serve', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'runs a job that the SDK asks for, logs it, and ends on %s',
    async (signal) => {
      const folder = await withBike();
      const { child, client, errors } = await serve(folder);
      const { PredictorBacktestExportJobArn: arn = '' } = await client.send(
        create('nightly', 's3://bucket/some/place/'),
      );
      await waitForExport(client, arn, { firstDelay: 10, longestDelay: 50 });
      const written = join(folder, 'data/bucket/some/place');
      const opened = await openExportJob(client, arn, { storage: () => createLocalStorage(written) });
      expect((await verifyExport(opened)).findings).toEqual([]);
      await expect(client.send(create('9', 's3://bucket/x'))).rejects.toMatchObject({ name: 'InvalidInputException' });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill(signal);
      expect(await ended).toBe(0);
      const lines = errors().trim().split('\n');
      expect(lines[0]).toMatch(/^[\d-]+T[\d:.]+Z 200 AmazonForecast\.CreatePredictorBacktestExportJob {2}[\d.]+ ms$/);
      expect(lines.at(-1)).toMatch(/ 400 AmazonForecast\.CreatePredictorBacktestExportJob InvalidInputException /);
    },
  );

  it.each([
    's3://bucket/../../x',
    's3://bucket/a/../../../x',
    's3://bucket//x',
    's3://b/./x',
    's3://..bucket/x',
    's3://bucket/a\u0000b',
  ])('writes nothing outside of its folder: %j', async (path) => {
    const folder = await withBike(2);
    const { client } = await serve(folder);
    const answer = await client.send(create('trick', path)).then(
      ({ PredictorBacktestExportJobArn: arn = '' }) => arn,
      (error: Error) => error.name,
    );
    if (answer !== 'InvalidInputException') {
      await expect(waitForExport(client, answer, { firstDelay: 10 })).rejects.toMatchObject({
        code: 'EXPORT_JOB_FAILED',
      });
    }
    expect(readdirSync(folder).filter((name) => name !== 'data')).toEqual(['bike']);
    expect(existsSync(join(folder, 'data', 'x'))).toBe(false);
  });

  it('keeps encoded slashes in a key for what they are', async () => {
    const folder = await withBike(2);
    const { client } = await serve(folder);
    const { PredictorBacktestExportJobArn: arn = '' } = await client.send(create('job', 's3://bucket/a%2f..%2fb'));
    await waitForExport(client, arn, { firstDelay: 10 });
    expect(readdirSync(join(folder, 'data/bucket'))).toEqual(['a%2f..%2fb']);
  });

  it('after kill -9 has every job, and what was at work has failed and looks like nothing', async () => {
    const folder = await withBike(400);
    const random = seededRandom(5);
    const state = ['--state', join(folder, 'state')];
    let made = 0;
    for (let round = 0; round < 4; round++) {
      const { child, client } = await serve(folder, ...state);
      // in the last round more than could have been written when the last of them was answered
      const names = Array.from({ length: round === 3 ? 40 : 5 }, () => made++);
      await Promise.all(names.map((name) => client.send(create(`job_${name}`, `s3://bucket/${name}`))));
      if (round < 3) await new Promise((resolve) => setTimeout(resolve, random() * 400));
      await kill(child);
    }
    const { client } = await serve(folder, ...state);
    const { PredictorBacktestExportJobs: jobs = [] } = await client.send(new List({}));
    expect(jobs).toHaveLength(made);
    for (const { PredictorBacktestExportJobName: name = '', Status, Message } of jobs) {
      const place = join(folder, 'data/bucket', name.slice(4));
      if (Status === 'ACTIVE') expect((await verifyExport(place)).findings).toEqual([]);
      else {
        expect([Status, Message]).toEqual(['CREATE_FAILED', 'The service was interrupted while the job was running']);
        const opened = await openExport(place).then(
          () => 'opened',
          (error: { code?: string }) => error.code,
        );
        expect(['FILE_NOT_FOUND', 'EXPORT_NOT_FOUND']).toContain(opened);
      }
    }
    expect(jobs.some(({ Status }) => Status === 'CREATE_FAILED')).toBe(true);
    const arn = jobs[0]?.PredictorBacktestExportJobArn ?? '';
    expect((await client.send(new Describe({ PredictorBacktestExportJobArn: arn }))).PredictorArn).toBe(bikeArn);
  });

  it('makes jobs fail and wait, logs how they ended, and is controlled over HTTP', async () => {
    const folder = await withBike(2);
    const faults = [
      '--fail',
      String.raw`bad=No space\, no time,*=any`,
      '--status',
      'stuck=CREATE_STOPPED',
      '--delay',
      '10ms',
    ];
    const { client, url, errors } = await serve(folder, ...faults);
    const control = `${url}/_control`;
    expect(await (await fetch(control)).json()).toEqual({
      fail: [
        { job: 'bad', message: 'No space, no time', times: 'always' },
        { job: '*', message: 'any', times: 'always' },
      ],
      delay: { pending: 10, inProgress: 10 },
      statuses: { stuck: 'CREATE_STOPPED' },
    });
    const outcomeOf = async (name: string): Promise<unknown> => {
      const { PredictorBacktestExportJobArn: arn = '' } = await client.send(create(name, `s3://bucket/${name}`));
      return waitForExport(client, arn, { firstDelay: 5, longestDelay: 20 }).then(
        () => 'ACTIVE',
        (error: Error) => error.message.replace(/^.* is /, ''),
      );
    };
    expect(await Promise.all(['bad', 'other', 'stuck'].map(outcomeOf))).toEqual([
      'CREATE_FAILED: No space, no time',
      'CREATE_FAILED: any',
      'CREATE_STOPPED',
    ]);
    expect(errors()).toMatch(/Z job bike\/bad CREATE_FAILED: No space, no time\n/);
    expect(errors()).toMatch(/Z job bike\/stuck CREATE_STOPPED\n/);
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${control}/reset`, { method: 'POST', headers })).status).toBe(200);
    expect(await outcomeOf('bad')).toBe('ACTIVE');
    expect(errors()).toMatch(/Z 200 POST \/_control\/reset {2}/);
  });

  it('says at the start that its port is in use, and that a predictor is not there', async () => {
    const folder = await withBike(2);
    const { url } = await serve(folder);
    const [port = ''] = /\d+$/.exec(url) ?? [];
    const used = await run(['serve', '--predictor', `bike=${join(folder, 'bike')}`, '--port', port]);
    expect([used.code, used.stderr.split('\n')[0]]).toEqual([
      2,
      `error OPTION_INVALID: --port: expected a free port, found ${port}, which is in use at 127.0.0.1; 0 takes any that is free`,
    ]);
    const missing = await run(['serve', '--predictor', `bike=${join(folder, 'bik')}`, '--port', '0']);
    expect([missing.code, missing.stdout, missing.stderr.split('\n')[0]]).toEqual([
      2,
      '',
      expect.stringContaining("error FILE_NOT_FOUND: the predictor 'bike' cannot be served: "),
    ]);
  });

  it.each([
    [['--fail', 'nightly'], "--fail: expected JOB=MESSAGE with the name of a job, found 'nightly'"],
    [['--status', '*=CREATE_FAILED'], "--status: expected JOB=STATUS with the name of a job, found '*=CREATE_FAILED'"],
    [
      ['--status', 'a=CREATE_STOPED'],
      "--status: expected a status that can be forced, found 'CREATE_STOPED'; did you mean CREATE_STOPPED?",
    ],
    [['--delay', '2'], "--delay: expected a time of at most 60m, such as 500ms, 2s or 1m, found '2'"],
    [['--delay', '61m'], "--delay: expected a time of at most 60m, such as 500ms, 2s or 1m, found '61m'"],
  ])('refuses %j', async (args, problem) => {
    const { code, stderr } = await run(['serve', '--predictor', 'a=b', ...args]);
    expect([code, stderr.split('\n')[0]]).toEqual([2, `error OPTION_INVALID: ${problem}`]);
  });

  it.each([
    [[], '--predictor: expected NAME=EXPORT, found none'],
    [['--predictor', 'bike'], "--predictor: expected NAME=EXPORT with a name of letters, digits and _, found 'bike'"],
    [['--predictor', 'a=b', '--access-key', 'x'], '--access-key and --secret-key go together'],
    [['--predictor', 'a=b', '--data', 'x', '--s3-endpoint', 'http://x'], '--data and --s3-endpoint exclude each other'],
  ])('refuses %j', async (args, problem) => {
    const { code, stderr } = await run(['serve', ...args]);
    expect([code, stderr.split('\n')[0]]).toEqual([2, `error OPTION_INVALID: ${problem}`]);
  });
});
