import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreatePredictorBacktestExportJobCommand as Create,
  DescribePredictorBacktestExportJobCommand as Describe,
  ForecastClient,
} from '@aws-sdk/client-forecast';
import { createLocalStorage } from 'backtest-export';
import { generateExport } from 'backtest-export/testing';

const jobs = 200;
const questions = 2000;
const clients = 8;

/**
 * 200 jobs and 2,000 questions from eight clients at once, each asking again as soon as it is answered, while the jobs are
 * being written: the time of an answer, and whether every job ended ACTIVE.
 */
export async function measureJob() {
  const folder = mkdtempSync(join(tmpdir(), 'backtest-export-bench-'));
  await generateExport(createLocalStorage(join(folder, 'bike')), { items: 50 });
  const main = join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');
  const args = ['serve', '--port', '0', '--predictor', `bike=${join(folder, 'bike')}`, '--data', join(folder, 'data')];
  const server = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const [line] = await once(server.stdout, 'data');
    await ask(String(line).trim().replace('listening at ', ''));
  } finally {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ask(endpoint) {
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const all = Array.from({ length: clients }, () => new ForecastClient({ endpoint, region: 'us-west-2', credentials }));
  const arns = await Promise.all(
    Array.from({ length: jobs }, async (_, index) => {
      const Destination = { S3Config: { Path: `s3://bucket/${index}`, RoleArn: 'role' } };
      const PredictorArn = 'arn:aws:forecast:us-west-2:123456789012:predictor/bike';
      const answer = await all[index % clients].send(
        new Create({ PredictorBacktestExportJobName: `job_${index}`, PredictorArn, Destination }),
      );
      return answer.PredictorBacktestExportJobArn;
    }),
  );
  const describe = (client, index) =>
    client.send(new Describe({ PredictorBacktestExportJobArn: arns[index % arns.length] }));
  const times = [];
  await Promise.all(
    all.map(async (client, number) => {
      for (let index = number; index < questions; index += clients) {
        const start = performance.now();
        await describe(client, index);
        times.push(performance.now() - start);
      }
    }),
  );
  times.sort((a, b) => a - b);
  const statuses = new Map();
  for (let left = arns.length; left > 0;) {
    statuses.clear();
    for (let index = 0; index < arns.length; index++) {
      const { Status } = await describe(all[index % clients], index);
      statuses.set(Status, (statuses.get(Status) ?? 0) + 1);
    }
    left = (statuses.get('CREATE_PENDING') ?? 0) + (statuses.get('CREATE_IN_PROGRESS') ?? 0);
  }
  const at = (share) => times[Math.floor(times.length * share)].toFixed(1);
  const ended = [...statuses].map(([status, count]) => `${count} ${status}`).join(', ');
  process.stdout.write(
    `\n${new Set(arns).size} jobs, ${questions} questions from ${clients} clients meanwhile: median ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(0.9999)} ms; in the end ${ended}\n`,
  );
  if (statuses.get('ACTIVE') !== jobs) throw new Error(`expected ${jobs} jobs ACTIVE, found ${ended}`);
  for (const client of all) client.destroy();
}
