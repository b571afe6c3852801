import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { onTestFinished } from 'vitest';
import { keys, startServer, type S3Server } from './s3-server.ts';

/** Whether versitygw was installed; without it `npm run test:interop` says so, and its tests are skipped. */
export const hasVersitygw: boolean = process.env['INTEROP_VERSITYGW'] !== undefined;

/** A user beside the administrator: an access key, whose secret is {@link secretOf} it. May do nothing without a policy. */
export type User = string;

/** The folders of a versitygw: what lies in `buckets` are its buckets and objects. */
interface Folders {
  readonly buckets: string;
}

/**
 * versitygw over a temporary folder: it checks signatures, and policies of buckets for `users`, and keeps versions
 * where a bucket wants them.
 */
export async function startVersitygw(
  options: { readonly users?: readonly User[] } = {},
): Promise<S3Server & Folders & { readonly clientOf: (user: User) => S3Client }> {
  const program = process.env['INTEROP_VERSITYGW'];
  if (program === undefined)
    throw new Error('run these tests by `npm run test:interop`, which installs what they need');
  const folder = mkdtempSync(join(tmpdir(), 'backtest-export-versitygw-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [buckets, versions, accounts] = ['buckets', 'versions', 'accounts'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [buckets, versions, accounts]) mkdirSync(path);
  const users = (options.users ?? []).map((access) => [access, { access, secret: secretOf(access), role: 'user' }]);
  writeFileSync(join(accounts, 'users.json'), JSON.stringify({ accessAccounts: Object.fromEntries(users) }));
  const root = { ROOT_ACCESS_KEY: keys.accessKeyId, ROOT_SECRET_KEY: keys.secretAccessKey };
  const global = ['--region', 'us-west-2', '--iam-dir', accounts, '--quiet'];
  const args = (port: number): string[] => [
    ...global,
    '--port',
    `127.0.0.1:${port}`,
    'posix',
    '--versioning-dir',
    versions,
    buckets,
  ];
  const server = await startServer(program, args, root);
  const clientOf = (accessKeyId: User): S3Client => {
    const credentials = { accessKeyId, secretAccessKey: secretOf(accessKeyId) };
    return new S3Client({ endpoint: server.endpoint, forcePathStyle: true, region: 'us-west-2', credentials });
  };
  return { ...server, buckets, clientOf };
}

/** The secret key of a user. */
export function secretOf(user: User): string {
  return `secret-of-${user}`;
}
