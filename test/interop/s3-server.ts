import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { onTestFinished, vi } from 'vitest';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';

/** A real S3 server with a bucket `exports` in us-west-2. */
export interface S3Server {
  readonly endpoint: string;
  /** A client of the administrator. */
  readonly client: S3Client;
}

/** The administrator's keys, as the environment has them during the test. */
export const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' } as const;

/**
 * Starts a server on a free loopback port and waits until it has a bucket `exports`. The environment points to it, and it
 * ends with the test. @throws what the server wrote, if it ends early or does not answer within 20 s
 */
export async function startServer(
  command: string,
  args: (port: number) => readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<S3Server> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn(command, args(port), {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...environment },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let told = '';
  child.stderr.on('data', (text: Buffer) => (told = (told + text.toString()).slice(-4000)));
  child.on('error', (error) => (told = error.message));
  vi.stubEnv('AWS_ACCESS_KEY_ID', keys.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', keys.secretAccessKey);
  vi.stubEnv('AWS_REGION', 'us-west-2');
  vi.stubEnv('AWS_ENDPOINT_URL_S3', endpoint);
  onTestFinished(() => void vi.unstubAllEnvs());
  const client = new S3Client({ endpoint, forcePathStyle: true });
  for (let tries = 0; ; tries++) {
    try {
      const CreateBucketConfiguration = { LocationConstraint: 'us-west-2' } as const;
      await client.send(new CreateBucketCommand({ Bucket: 'exports', CreateBucketConfiguration }));
      return { endpoint, client };
    } catch (cause) {
      if (tries > 100 || child.exitCode !== null) throw new Error(`${command} does not answer: ${told}`, { cause });
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
