import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { assertSameResult } from './contenders/figures.mjs';
import { ensureExport } from './data.mjs';
import { median } from './report.mjs';
import { runContender } from './run-contender.mjs';

/** CSV to summary on one thread, from the disk and from S3 on loopback, in rounds that alternate. */
export async function measureS3(folder, quick) {
  const data = ensureExport(join(folder, quick ? '3MB' : '300MB'), { items: quick ? 160 : 16_000 });
  const server = spawn(process.execPath, [join(import.meta.dirname, 's3-server.mjs'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [endpoint] = await once(server.stdout, 'data');
  const secrets = { AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench', AWS_REGION: 'us-west-2' };
  Object.assign(process.env, secrets, { BENCH_S3_ENDPOINT: String(endpoint).trim() });
  const runs = { 'ours:1': [], 'ours-s3:1': [] };
  try {
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      for (const [name, list] of Object.entries(runs)) list.push(runContender(name, data.folder, quick ? 1 : 4));
    }
  } finally {
    server.kill();
  }
  const [disk, s3] = Object.values(runs).map((list) => {
    const seconds = median(list.flatMap((run) => (run.seconds.length > 1 ? run.seconds.slice(1) : run.seconds)));
    return { seconds, peak: Math.max(...list.map((run) => run.peakBytes)), result: list[0].result };
  });
  assertSameResult('ours-s3:1', s3.result, disk.result);
  const speed = ({ seconds, peak }) => `${(data.bytes / 1e6 / seconds).toFixed(0)} MB/s, ${(peak / 1e6).toFixed(0)} MB`;
  process.stdout.write(
    `\nCSV to summary on one thread: ${speed(disk)} from the disk, ${speed(s3)} from S3 on loopback: ${((100 * disk.seconds) / s3.seconds).toFixed(0)} %\n`,
  );
}
