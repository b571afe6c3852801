import type { IncomingMessage, ServerResponse } from 'node:http';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createS3Storage, useS3Client, type S3Access } from '#src/storage/s3/index.js';
import { connect } from '#src/storage/s3/s3-client.js';
import { failure, failureOf } from '../support/failure.ts';
import { startFakeS3, type FakeS3, type Trouble } from '../support/fake-s3.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const text = new TextEncoder().encode('item_id\n');
const big = new Uint8Array(9_000_000);

/** An environment in which the SDK finds nothing but these variables. */
function stubEnvironment(variables: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder();
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  const files = {
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const keys = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };
  for (const [name, value] of Object.entries({ ...files, ...keys, ...variables })) vi.stubEnv(name, value);
  return folder;
}

afterEach(() => void vi.unstubAllEnvs());

async function server(): Promise<FakeS3> {
  const s3 = await startFakeS3();
  s3.objects.set('export/a.csv', text);
  return s3;
}

describe('the style of addresses', () => {
  const other = 'http://storage.example.com:9000';
  it.each<[string, Readonly<Record<string, string>>, S3Access, boolean]>([
    ['AWS', {}, {}, false],
    ['an endpoint as an option', {}, { endpoint: other }, true],
    ['AWS_ENDPOINT_URL', { AWS_ENDPOINT_URL: other }, {}, true],
    ['AWS_ENDPOINT_URL_S3', { AWS_ENDPOINT_URL_S3: other }, {}, true],
    ['an endpoint of AWS in the environment', { AWS_ENDPOINT_URL_S3: 'https://s3.eu-west-1.amazonaws.com' }, {}, false],
    ['an endpoint that wants the other style', { AWS_ENDPOINT_URL: other }, { forcePathStyle: false }, false],
    ['AWS with paths', {}, { forcePathStyle: true }, true],
  ])('of %s', async (_, variables, access, expected) => {
    stubEnvironment(variables);
    expect((await connect(access)).client.config.forcePathStyle).toBe(expected);
  });

  it('is a path for a host name from a configuration file', async () => {
    const folder = stubEnvironment({ AWS_PROFILE: 'lake' });
    await writeFile(join(folder, 'config'), `[profile lake]\nendpoint_url = ${other}\nregion = eu-west-1\n`);
    const { client } = await connect({});
    expect([client.config.forcePathStyle, await client.config.region()]).toEqual([true, 'eu-west-1']);
  });

  it('lets a server be reached whose name has no names below it', async () => {
    const s3 = await server();
    stubEnvironment({ AWS_ENDPOINT_URL: s3.endpoint.replace('127.0.0.1', 'localhost') });
    expect((await createS3Storage('s3://bucket/export').list('')).map(({ path }) => path)).toEqual(['a.csv']);
  });
});

describe('credentials that never come', () => {
  afterEach(() => void vi.useRealTimers());

  it('are waited for once, a minute long', async () => {
    stubEnvironment();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let asked = 0;
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const credentials = (): Promise<never> => {
      asked++;
      begin();
      return new Promise(() => undefined);
    };
    const client = new S3Client({ region: 'us-west-2', credentials });
    const storage = await useS3Client('s3://bucket/export', client);
    const failed = failureOf(() => storage.list(''));
    await begun;
    await vi.advanceTimersByTimeAsync(60_000);
    const problem = 'expected credentials and a region for the SDK within 60 s, found none';
    expect(await failed).toEqual(['TIMED_OUT', `ListObjectsV2 of s3://bucket/export: ${problem}`]);
    expect(asked).toBe(1);
  });
});

describe('settings that are none', () => {
  const url = 'expected a URL that begins with http:// or https://, found';
  it.each<[S3Access, string]>([
    [{ endpoint: 'localhost:9000' }, `S3 endpoint: ${url} 'localhost:9000'`],
    [{ endpoint: 'http://[' }, `S3 endpoint: ${url} 'http://['`],
    [{ region: 'eu/west' }, "S3 region: expected the name of a region, such as eu-west-1, found 'eu/west'"],
    [{ kmsKeyArn: '' }, "S3 kmsKeyArn: expected text, found ''"],
  ])('are refused before anything is sent: %j', (access, message) => {
    expect(failure(() => createS3Storage('s3://bucket/export', access))).toEqual(['OPTION_INVALID', message]);
  });

  it.each([
    [{ AWS_ENDPOINT_URL: '127.0.0.1:9000' }, 'Invalid URL'],
    [{ AWS_REGION: 'eu west' }, 'Region not accepted: region="eu west" is not a valid hostname component.'],
  ])('are told where the SDK finds them: %j', async (variables, said) => {
    stubEnvironment(variables);
    const [code, message] = await failureOf(() => createS3Storage('s3://bucket/export').list(''));
    const where = 'in the environment or in the configuration files of AWS cannot be used';
    const names = 'AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION, AWS_PROFILE';
    expect([code, message]).toEqual(['OPTION_INVALID', `the settings for S3 ${where} (${names}): ${said}`]);
  });
});

/** Refuses what is signed for another region than the bucket's, as AWS does. */
function inRegion(region: string, answer: (response: ServerResponse, method: string) => void): Trouble {
  return (request: IncomingMessage, _, response) => {
    if (signedFor(request) === region) return false;
    answer(response, request.method ?? '');
    return true;
  };
}

function signedFor({ headers }: IncomingMessage): string {
  return /Credential=[^/]+\/\d+\/([^/]+)\/s3/.exec(headers.authorization ?? '')?.[1] ?? '';
}

const movedAway = (response: ServerResponse, method: string): void => {
  response.writeHead(301, { 'x-amz-bucket-region': 'eu-west-1', 'content-type': 'application/xml' });
  const body = '<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>';
  response.end(method === 'HEAD' ? undefined : body);
};
const malformed = (response: ServerResponse, method: string): void => {
  response.writeHead(400, method === 'HEAD' ? { 'x-amz-bucket-region': 'eu-west-1' } : {});
  const reason = `the region 'us-east-1' is wrong; expecting 'eu-west-1'`;
  const body = `<Error><Code>AuthorizationHeaderMalformed</Code><Message>${reason}</Message><Region>eu-west-1</Region></Error>`;
  response.end(method === 'HEAD' ? undefined : body);
};

describe('a bucket in another region', () => {
  it.each([
    ['PermanentRedirect', movedAway],
    ['AuthorizationHeaderMalformed', malformed],
  ])('is found by what S3 answers (%s), for every kind of request', async (_, answer) => {
    stubEnvironment({ AWS_REGION: 'us-west-2' });
    for (const work of [list, open, write, upload]) {
      const s3 = await server();
      s3.trouble = inRegion('eu-west-1', answer);
      const storage = createS3Storage('s3://bucket/export', { endpoint: s3.endpoint });
      await work(storage);
      const first = s3.requests.length;
      expect(first).toBeGreaterThan(1);
      const [once, twice] = s3.requests;
      expect(once).toBe(twice);
      // later requests go there at once
      await storage.list('');
      expect(s3.requests.length - first).toBe(Math.ceil(s3.objects.size / 3));
    }
  });

  it('is refused where the right region is refused as well', async () => {
    stubEnvironment({ AWS_REGION: 'us-west-2' });
    const s3 = await server();
    s3.trouble = inRegion('nowhere', movedAway);
    const storage = createS3Storage('s3://bucket/export', { endpoint: s3.endpoint });
    const expected = /^the folder cannot be listed: s3:\/\/bucket\/export: PermanentRedirect: elsewhere \(HTTP 301\)$/;
    expect(await failureOf(() => storage.list(''))).toEqual(['READ_FAILED', expect.stringMatching(expected)]);
    expect(s3.requests).toHaveLength(2);
    expect(await failureOf(() => storage.list(''))).toEqual(['READ_FAILED', expect.stringMatching(expected)]);
    expect(s3.requests).toHaveLength(3);
  });

  it('needs no region to begin with', async () => {
    stubEnvironment();
    const s3 = await server();
    const regions: string[] = [];
    s3.trouble = (request) => regions.push(signedFor(request)) === 0;
    await createS3Storage('s3://bucket/export', { endpoint: s3.endpoint }).list('');
    expect(regions).toEqual(['us-east-1']);
  });
});

type Work = (storage: ReturnType<typeof createS3Storage>) => Promise<void>;

const list: Work = async (storage) => void (await storage.list(''));
const open: Work = async (storage) => {
  const file = await storage.open('a.csv');
  const target = new Uint8Array(text.length);
  await file.read(target, 0);
  expect(target).toEqual(text);
};
const write: Work = async (storage) => {
  const writer = await storage.create('b.csv', { overwrite: true });
  await writer.write(text);
  await writer.finish();
};
const upload: Work = async (storage) => {
  const writer = await storage.create('b.csv', { overwrite: true });
  await writer.write(big);
  await writer.finish();
};

describe('options of the client', () => {
  it('choose a profile of the configuration files', async () => {
    const folder = stubEnvironment({ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' });
    const profile =
      '[profile lake]\nregion = eu-north-1\naws_access_key_id = AKIALAKE\naws_secret_access_key = secret\n';
    await writeFile(join(folder, 'config'), profile);
    const s3 = await server();
    const signed: string[] = [];
    s3.trouble = ({ headers }) => signed.push(/Credential=([^,]*)/.exec(headers.authorization ?? '')?.[1] ?? '') === 0;
    await createS3Storage('s3://bucket/export', { endpoint: s3.endpoint, profile: 'lake' }).list('');
    expect(signed[0]).toMatch(/^AKIALAKE\/\d+\/eu-north-1\/s3\/aws4_request$/);
  });

  it('encrypt small and large objects and copies, with a bucket key', async () => {
    stubEnvironment({ AWS_REGION: 'us-west-2' });
    const s3 = await server();
    const sent: unknown[] = [];
    s3.trouble = ({ method, url = '', headers }) => {
      const begins = (method === 'PUT' && !url.includes('partNumber')) || url.includes('?uploads');
      if (!begins) return false;
      const names = ['', '-aws-kms-key-id', '-bucket-key-enabled'];
      sent.push(names.map((name) => headers[`x-amz-server-side-encryption${name}`]));
      return false;
    };
    const access = { endpoint: s3.endpoint, kmsKeyArn: 'arn:aws:kms:x', bucketKey: true };
    const storage = createS3Storage('s3://bucket/export', access);
    await write(storage);
    await upload(storage);
    const all = ['aws:kms', 'arn:aws:kms:x', 'true'];
    expect(sent).toEqual([all, all, all]);
  });
});
