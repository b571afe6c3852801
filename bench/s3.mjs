/**
 * `node bench/s3.mjs [NAME...] [--latency MS]... [--threads N]... [--rounds N]`: commands over S3, each a process from its
 * start to its end, beside copying first and converting then. Prints seconds, requests by operation, bytes, peak memory. The
 * server is on this machine, on the same cores, and answers each request after a delay of 0 or 25 ms.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { assertSameResult } from './contenders/figures.mjs';
import { ensureExport } from './data.mjs';
import { machineLine, median } from './report.mjs';
import { runContender } from './run-contender.mjs';

const usage = join(import.meta.dirname, 'cold-usage.cjs');
const command = join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');
const copier = join(import.meta.dirname, 's3-copy.mjs');

/** The server over a folder; its requests are counted by operation. */
async function startServer(folder) {
  const server = spawn(process.execPath, [join(import.meta.dirname, 's3-server.mjs'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [text] = await once(server.stdout, 'data');
  const endpoint = String(text).trim();
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_REGION: 'us-west-2',
    AWS_ENDPOINT_URL_S3: endpoint,
    BENCH_S3_ENDPOINT: endpoint,
  });
  return {
    endpoint,
    counts: async () => (await fetch(`${endpoint}/_counts`)).json(),
    setLatency: (ms) => fetch(`${endpoint}/_latency?ms=${ms}`, { method: 'PUT' }),
    forget: () => fetch(`${endpoint}/_written`, { method: 'DELETE' }),
    stop: () => server.kill(),
  };
}

/** One process, or several one after another, without blocking this one: seconds and the highest peak of memory. */
async function runAll(programs) {
  let peak = 0;
  const start = performance.now();
  for (const args of programs) {
    const child = spawn(process.execPath, ['--require', usage, ...args], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    });
    let [problem, used] = ['', ''];
    child.stderr.on('data', (piece) => (problem += piece));
    child.stdio[3].on('data', (piece) => (used += piece));
    const [status] = await once(child, 'close');
    if (status !== 0) throw new Error(`${args.join(' ')}: exit code ${status}: ${problem}`);
    peak = Math.max(peak, JSON.parse(used).maxRSS * 1024);
  }
  return { seconds: (performance.now() - start) / 1000, peak };
}

/** What is measured: by name what is run, from the S3 and local paths and the threads. */
function casesOf(endpoint, folder) {
  const out = join(folder, 's3-out');
  const scratch = join(folder, 's3-scratch');
  const [s3, s3Out] = ['s3://bench', 's3://bench/s3-out'];
  const convert = (from, to, threads) => [
    command,
    'convert',
    from,
    to,
    '--to',
    'parquet',
    '--threads',
    String(threads),
  ];
  const down = (name) => [copier, endpoint, 'down', name, scratch];
  const up = (from) => [copier, endpoint, 'up', 's3-out', from];
  return {
    convert: (threads) => [convert(`${s3}/300MB`, out, threads)],
    'copy-then-convert': (threads) => [down('300MB'), convert(scratch, out, threads)],
    'convert-to-s3': (threads) => [convert(`${s3}/300MB`, s3Out, threads)],
    'copy-convert-copy': (threads) => [down('300MB'), convert(scratch, out, threads), up(out)],
    upload: (threads) => [convert(join(folder, '300MB'), s3Out, threads)],
    'convert-then-copy': (threads) => [convert(join(folder, '300MB'), out, threads), up(out)],
    summarize: (threads) => [[command, 'summarize', `${s3}/300MB`, '--threads', String(threads)]],
    'summarize-disk': (threads) => [[command, 'summarize', join(folder, '300MB'), '--threads', String(threads)]],
    'one-part': (threads) => [convert(`${s3}/300MB-1`, out, threads)],
    'one-part-copy': (threads) => [down('300MB-1'), convert(scratch, out, threads)],
    small: (threads) => [convert(`${s3}/200-objects`, out, threads)],
    'small-copy': (threads) => [down('200-objects'), convert(scratch, out, threads)],
    'small-to-s3': (threads) => [convert(`${s3}/200-objects`, s3Out, threads)],
    'small-upload': (threads) => [convert(join(folder, '200-objects'), s3Out, threads)],
    'small-summarize': (threads) => [[command, 'summarize', `${s3}/200-objects`, '--threads', String(threads)]],
  };
}

async function measureCommands({ names, latencies, threads, rounds }) {
  const folder = join(import.meta.dirname, '..', '.bench');
  ensureExport(join(folder, '300MB'), { items: 16_000 });
  ensureExport(join(folder, '300MB-1'), { items: 16_000, parts: 1 });
  ensureExport(join(folder, '200-objects'), { items: 1000, parts: 100 });
  const server = await startServer(folder);
  const cases = casesOf(server.endpoint, folder);
  const wanted = Object.keys(cases).filter((name) => names.length === 0 || names.includes(name));
  process.stdout.write(`${machineLine()}\n`);
  try {
    for (const latency of latencies) {
      await server.setLatency(latency);
      for (const count of threads) {
        process.stdout.write(`\n${latency} ms a request, ${count} thread${count === 1 ? '' : 's'}\n\n`);
        for (const name of wanted) {
          const runs = [];
          for (let round = 0; round < rounds; round++) {
            for (const each of ['s3-out', 's3-scratch']) rmSync(join(folder, each), { recursive: true, force: true });
            mkdirSync(join(folder, 's3-scratch'));
            await server.forget();
            await server.counts();
            runs.push({ ...(await runAll(cases[name](count))), ...(await server.counts()) });
          }
          printRun(name, runs);
        }
      }
    }
  } finally {
    server.stop();
    for (const each of ['s3-out', 's3-scratch']) rmSync(join(folder, each), { recursive: true, force: true });
  }
}

function printRun(name, runs) {
  const [{ requests, read, written }] = runs;
  const all = Object.values(requests).reduce((sum, count) => sum + count, 0);
  const each = Object.entries(requests)
    .map(([operation, count]) => `${operation} ${count}`)
    .join(', ');
  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
  const peak = megabytes(Math.max(...runs.map((run) => run.peak)));
  process.stdout.write(
    `${name.padEnd(18)} ${median(runs.map(({ seconds }) => seconds))
      .toFixed(2)
      .padStart(
        6,
      )} s  peak ${peak.padStart(6)}  read ${megabytes(read).padStart(6)}  written ${megabytes(written).padStart(6)}  ${String(all).padStart(5)} requests: ${each}\n`,
  );
}

/** CSV to summary on one and on two threads, from the disk and from S3 on loopback, warm, in rounds that alternate. */
export async function measureS3(folder, quick) {
  const data = ensureExport(join(folder, quick ? '3MB' : '300MB'), { items: quick ? 160 : 16_000 });
  const server = await startServer(folder);
  const names = ['ours:1', 'ours-s3:1', 'ours:2', 'ours-s3:2'];
  const runs = new Map(names.map((name) => [name, []]));
  try {
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      for (const [name, list] of runs) list.push(runContender(name, data.folder, quick ? 1 : 6));
    }
  } finally {
    server.stop();
  }
  const found = new Map(
    [...runs].map(([name, list]) => {
      const seconds = median(list.flatMap((run) => (run.seconds.length > 2 ? run.seconds.slice(2) : run.seconds)));
      return [name, { seconds, peak: Math.max(...list.map((run) => run.peakBytes)), result: list[0].result }];
    }),
  );
  const speed = ({ seconds, peak }) => `${(data.bytes / 1e6 / seconds).toFixed(0)} MB/s, ${(peak / 1e6).toFixed(0)} MB`;
  for (const threads of [1, 2]) {
    const [disk, s3] = [found.get(`ours:${threads}`), found.get(`ours-s3:${threads}`)];
    assertSameResult(`ours-s3:${threads}`, s3.result, disk.result);
    process.stdout.write(
      `\nCSV to summary, threads: ${threads}: ${speed(disk)} from the disk, ${speed(s3)} from S3 on loopback: ${((100 * disk.seconds) / s3.seconds).toFixed(0)} %\n`,
    );
  }
}

if (process.argv[1] === import.meta.filename) {
  const { values, positionals: names } = parseArgs({
    allowPositionals: true,
    options: {
      latency: { type: 'string', multiple: true },
      threads: { type: 'string', multiple: true },
      rounds: { type: 'string' },
      warm: { type: 'boolean' },
    },
  });
  if (values.warm) await measureS3(join(import.meta.dirname, '..', '.bench'), false);
  else {
    await measureCommands({
      names,
      latencies: (values.latency ?? ['0', '25']).map(Number),
      threads: (values.threads ?? ['1', '2']).map(Number),
      rounds: Number(values.rounds ?? 1),
    });
  }
}
