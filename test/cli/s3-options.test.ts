import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryStorage } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { startFakeS3, type FakeS3 } from '../support/fake-s3.ts';
import { storageFiles } from '../support/folder-files.ts';
import { run } from './run.ts';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_REGION', undefined);
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
});
afterEach(() => void vi.unstubAllEnvs());

/** A server with what its requests were signed for and encrypted with. */
async function server(): Promise<{ s3: FakeS3; regions: Set<string>; keys: Set<unknown> }> {
  const s3 = await startFakeS3();
  const [regions, keys] = [new Set<string>(), new Set<unknown>()];
  s3.trouble = ({ method, headers }) => {
    regions.add(/Credential=[^/]+\/\d+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '');
    const key = headers['x-amz-server-side-encryption-aws-kms-key-id'];
    if (method === 'PUT') keys.add([key, headers['x-amz-server-side-encryption-bucket-key-enabled']].join(' '));
    return false;
  };
  return { s3, regions, keys };
}

async function withExport(): ReturnType<typeof server> {
  const made = await server();
  const memory = createMemoryStorage();
  await generateExport(memory, { items: 2 });
  for (const [path, text] of await storageFiles(memory))
    made.s3.objects.set(`bike/${path}`, Buffer.from(text, 'latin1'));
  return made;
}

describe('options of S3', () => {
  it('reach the source and the destination each in its own way', async () => {
    const [from, to] = [await withExport(), await server()];
    const options = ['--source-endpoint-url', from.s3.endpoint, '--dest-endpoint-url', to.s3.endpoint];
    const regions = ['--region', 'eu-west-1', '--dest-region', 'eu-north-1'];
    const encryption = ['--kms-key', 'arn:aws:kms:x', '--bucket-key'];
    const all = [...options, ...regions, ...encryption, '--threads', '1'];
    const result = await run(['convert', 's3://bucket/bike', 's3://bucket/copy', '--to', 'csv', ...all]);
    expect([result.code, result.stderr]).toEqual([0, '']);
    expect([[...from.regions], [...to.regions]]).toEqual([['eu-west-1'], ['eu-north-1']]);
    expect([[...from.keys], [...to.keys]]).toEqual([[], ['arn:aws:kms:x true']]);
    const copied = [...to.s3.objects].map(([key, bytes]) => [key.replace('copy/', 'bike/'), Buffer.from(bytes)]);
    expect(new Map(copied as [string, Buffer][])).toEqual(from.s3.objects);
    const file = await run(['convert', 's3://bucket/bike', 's3://bucket/one.csv', ...all]);
    expect([file.code, to.s3.objects.has('one.csv')]).toEqual([0, true]);
  });

  it.each(['inspect', 'summarize', 'head', 'verify'])('reach what %s reads', async (command) => {
    const { s3, regions } = await withExport();
    const options = ['--endpoint-url', s3.endpoint, '--region', 'eu-south-2'];
    const { code } = await run([command, 's3://bucket/bike', ...options]);
    expect([code, [...regions]]).toEqual([0, ['eu-south-2']]);
  });

  it('reach what generate writes', async () => {
    const { s3, regions, keys } = await server();
    const options = ['--endpoint-url', s3.endpoint, '--region', 'eu-south-2', '--kms-key', 'k', '--items', '1'];
    const { code } = await run(['generate', 's3://bucket/made', ...options]);
    expect([code, [...regions], [...keys]]).toEqual([0, ['eu-south-2'], ['k ']]);
  });

  it.each([
    [['summarize', 'folder', '--region', 'x'], "--region: expected a location that begins with s3://, found 'folder'"],
    [
      ['convert', 's3://bucket/a', 'b', '--to', 'csv', '--dest-profile', 'x'],
      "--dest-profile: expected a location that begins with s3://, found 'b'",
    ],
    [
      ['convert', 's3://bucket/a', 'b', '--to', 'csv', '--kms-key', 'x'],
      "--kms-key: expected a location that begins with s3://, found 'b'",
    ],
    [['head', 's3://bucket/a', '--path-style', 'x'], "--path-style: expected auto, always or never, found 'x'"],
    [
      ['head', 's3://bucket/a', '--endpoint-url', 'localhost:9000'],
      "--endpoint-url: expected a URL that begins with http:// or https://, found 'localhost:9000'",
    ],
    [
      ['convert', 's3://bucket/a', 's3://bucket/b', '--to', 'csv', '--dest-region', 'eu west!'],
      "--dest-region: expected the name of a region, such as eu-west-1, found 'eu west!'",
    ],
    // as from a variable that is not set: without the key the objects would not be encrypted with it
    [['convert', 'a', 's3://bucket/b', '--to', 'csv', '--kms-key', ''], "--kms-key: expected text, found ''"],
    [['leftovers', 's3://bucket/b', '--profile', ''], "--profile: expected text, found ''"],
  ])('without effect or sense are refused: %j', async (argv, problem) => {
    const { code, stderr } = await run(argv);
    expect([code, stderr.split('\n')[0]]).toEqual([2, `error OPTION_INVALID: ${problem}`]);
  });
});
