// The S3 servers of these runs, as processes on a free loopback port: versitygw, which is built by Go once, or moto of the
// Python that `npm run test:interop` installs.
import { spawn } from 'node:child_process';
import { mkdirSync, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { installVersitygw } from '../../scripts/interop-versitygw.mjs';

/** What signs every request here. */
export const environment = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_REGION: 'us-west-2',
  NODE_NO_WARNINGS: '1',
};

/**
 * Starts a server by name with its files in `folder`, and waits until it has made the bucket `source`.
 * @returns {Promise<{ endpoint: string, client: S3Client, close: () => void } | { problem: string }>}
 */
export async function startServer(name, folder) {
  const port = await freePort();
  const how = name === 'moto' ? moto(port) : versitygw(port, folder);
  if (how.problem !== undefined) return how;
  const { command, args, env = {} } = how;
  const child = spawn(command, args, { stdio: 'ignore', env: { ...process.env, ...env } });
  const close = () => child.kill('SIGKILL');
  process.on('exit', close);
  const endpoint = `http://127.0.0.1:${port}`;
  Object.assign(process.env, environment);
  const client = new S3Client({ endpoint, forcePathStyle: true });
  for (let tries = 0; ; tries++) {
    try {
      await createBucket(client, 'source');
      return { endpoint, client, close };
    } catch (error) {
      if (tries > 100 || child.exitCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

export async function createBucket(client, Bucket) {
  const CreateBucketConfiguration = { LocationConstraint: 'us-west-2' };
  await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
}

function versitygw(port, folder) {
  const { program, problem } = installVersitygw();
  if (program === undefined) return { problem };
  const [accounts, buckets] = ['accounts', 'buckets'].map((name) => join(folder, name));
  for (const path of [accounts, buckets]) mkdirSync(path);
  const env = { ROOT_ACCESS_KEY: environment.AWS_ACCESS_KEY_ID, ROOT_SECRET_KEY: environment.AWS_SECRET_ACCESS_KEY };
  const global = ['--region', 'us-west-2', '--iam-dir', accounts, '--quiet', '--port', `127.0.0.1:${port}`];
  return { command: program, args: [...global, 'posix', buckets], env };
}

function moto(port) {
  const root = join(import.meta.dirname, '../../.interop');
  const site = join(root, 'site');
  const venv = join(root, 'venv', 'bin', 'python');
  if (!existsSync(venv) && !existsSync(site)) return { problem: 'no moto: `npm run test:interop` installs it' };
  const args = ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)];
  return existsSync(venv) ? { command: venv, args } : { command: 'python3', args, env: { PYTHONPATH: site } };
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
