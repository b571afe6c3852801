import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { onTestFinished, vi } from 'vitest';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';

/** A real S3 server, moto's, on a free loopback port, with a bucket `exports`; it ends with the test. */
export async function startMoto(): Promise<{ endpoint: string; client: S3Client }> {
  const python = process.env['INTEROP_PYTHON'];
  if (python === undefined) throw new Error('run these tests by `npm run test:interop`, which installs what they need');
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_REGION', 'us-west-2');
  vi.stubEnv('AWS_ENDPOINT_URL_S3', endpoint);
  onTestFinished(() => void vi.unstubAllEnvs());
  const client = new S3Client({ endpoint, forcePathStyle: true });
  for (let tries = 0; ; tries++) {
    try {
      const CreateBucketConfiguration = { LocationConstraint: 'us-west-2' } as const;
      await client.send(new CreateBucketCommand({ Bucket: 'exports', CreateBucketConfiguration }));
      return { endpoint, client };
    } catch (error) {
      if (tries > 100) throw error;
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
