import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HeadObjectCommand, ListObjectVersionsCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { compareExports, convertExport, openExport, verifyExport } from '#src/index.js';
import { createS3Storage } from '#src/storage/s3/index.js';
import { generateExport } from '#src/testing/index.js';
import { talkToPython } from './python.ts';
import { servers } from './servers.ts';

function folderOfTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'backtest-export-clients-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An export on disk. */
async function madeExport(): Promise<string> {
  const folder = join(folderOfTest(), 'made');
  await generateExport(folder, { items: 20, parts: 2, windows: 2 });
  return folder;
}

async function isEqual(left: string, right: string): Promise<boolean> {
  return (await compareExports(await openExport(left), await openExport(right))).equal;
}

/** The files below a folder and their bytes, by path. */
function filesIn(folder: string): Map<string, Buffer> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = paths.filter((path) => statSync(join(folder, path)).isFile()).toSorted();
  return new Map(files.map((path) => [path, readFileSync(join(folder, path))]));
}

/** Runs the AWS command line. */
async function aws(endpoint: string, ...args: readonly string[]): Promise<void> {
  const python = process.env['INTEROP_PYTHON'];
  if (python === undefined) throw new Error('run these tests by `npm run test:interop`, which installs what they need');
  await promisify(execFile)(python, ['-m', 'awscli', '--endpoint-url', endpoint, 's3', ...args, '--only-show-errors']);
}

describe.each(servers)('with $name', ({ name, start, missing }) => {
  it.skipIf(missing)('boto3 uploads in parts what is read here, lists and gets what is written here', async () => {
    const { endpoint } = await start();
    const made = await madeExport();
    await convertExport(made, 's3://exports/ours', { format: 'CSV' });
    const told = await talkToPython('boto_objects.py', [endpoint, made, 'boto', 'ours']);
    const { etags, found } = told as { etags: string[]; found: Record<string, { sha256: string; range: string }> };
    // all but the two markers, which are empty
    expect(etags.filter((etag) => etag.endsWith('-1"'))).toHaveLength(etags.length - 2);
    expect((await verifyExport('s3://exports/boto')).findings).toEqual([]);
    expect(await isEqual('s3://exports/boto', made)).toBe(true);
    const expected = [...filesIn(made)].map(([path, bytes]) => [
      path,
      {
        sha256: createHash('sha256').update(bytes).digest('hex'),
        range: bytes.length > 20 ? bytes.subarray(3, 13).toString('hex') : '',
      },
    ]);
    expect(found).toEqual(Object.fromEntries(expected));
  });

  it.skipIf(missing)('the AWS CLI copies up what is read here, and down what is written here', async () => {
    const { endpoint } = await start();
    const [made, down] = [await madeExport(), join(folderOfTest(), 'down')];
    await aws(endpoint, 'cp', '--recursive', made, 's3://exports/cli');
    expect((await verifyExport('s3://exports/cli')).findings).toEqual([]);
    await convertExport('s3://exports/cli', 's3://exports/ours', { format: 'PARQUET' });
    await aws(endpoint, 'sync', 's3://exports/ours', down);
    expect((await verifyExport(down)).findings).toEqual([]);
    expect(await isEqual(down, made)).toBe(true);
  });

  it.skipIf(missing)('names of any text are read and written', async () => {
    await start();
    const made = await madeExport();
    for (const prefix of ['a b+c', '%20&=?#', `it's "quoted"`, 'äöü 日本語 🚲', '(1);,:@$!*', '~-_.x']) {
      await convertExport(made, `s3://exports/${prefix}/of`, { format: 'PARQUET' });
      await convertExport(made, `s3://exports/${prefix}/of`, { format: 'CSV', overwrite: true });
      expect(await isEqual(`s3://exports/${prefix}/of`, made), prefix).toBe(true);
      const names = (await createS3Storage(`s3://exports/${prefix}`).list('')).map(({ path }) => path);
      expect(names, prefix).toEqual(['of']);
    }
  });

  // versitygw keeps objects in a file system, where a//b is a/b
  it.skipIf(missing || name === 'versitygw')('keys with empty segments are read and written', async () => {
    await start();
    const made = await madeExport();
    await convertExport(made, 's3://exports/a//b', { format: 'CSV' });
    await convertExport(made, 's3://exports/a/b', { format: 'PARQUET' });
    expect([(await openExport('s3://exports/a//b')).format, (await openExport('s3://exports/a/b')).format]).toEqual([
      'CSV',
      'PARQUET',
    ]);
    expect(await isEqual('s3://exports/a//b', 's3://exports/a/b')).toBe(true);
  });

  // versitygw refuses `If-None-Match: *` for a name whose object was removed, which the lock needs
  it.skipIf(missing || name === 'versitygw')(
    'a bucket with versions holds one export, and every earlier one as versions',
    async () => {
      const { client } = await start();
      const VersioningConfiguration = { Status: 'Enabled' } as const;
      await client.send(new PutBucketVersioningCommand({ Bucket: 'exports', VersioningConfiguration }));
      const made = await madeExport();
      await convertExport(made, 's3://exports/v', { format: 'CSV' });
      await convertExport(made, 's3://exports/v', { format: 'PARQUET', overwrite: true });
      await convertExport(made, 's3://exports/v', { format: 'CSV', overwrite: true });
      const found = await openExport('s3://exports/v');
      expect([found.format, found.warnings, (await verifyExport(found)).findings]).toEqual(['CSV', [], []]);
      expect(await isEqual('s3://exports/v', made)).toBe(true);
      const versions = await client.send(new ListObjectVersionsCommand({ Bucket: 'exports', Prefix: 'v/forecasted' }));
      expect((versions.Versions ?? []).some(({ IsLatest }) => IsLatest === false)).toBe(true);
      expect((versions.DeleteMarkers ?? []).some(({ Key }) => Key?.endsWith('.parquet'))).toBe(true);
    },
  );

  it.skipIf(missing)('objects are encrypted by the key that is given, if the server encrypts', async () => {
    const { client } = await start();
    const made = await madeExport();
    const kmsKeyArn = 'arn:aws:kms:us-west-2:123456789012:key/01234567-89ab-cdef-0123-456789abcdef';
    const storage = createS3Storage('s3://exports/kms', { kmsKeyArn });
    await convertExport(made, storage, { format: 'PARQUET' });
    expect(await isEqual('s3://exports/kms', made)).toBe(true);
    const [part] = (await storage.list('forecasted-values')).filter(({ path }) => path.endsWith('.parquet'));
    const head = await client.send(new HeadObjectCommand({ Bucket: 'exports', Key: `kms/${part?.path}` }));
    const expected = name === 'versitygw' ? [undefined, undefined] : ['aws:kms', kmsKeyArn];
    expect([head.ServerSideEncryption, head.SSEKMSKeyId]).toEqual(expected);
  });
});
