import { expect, it } from 'vitest';
import { fakeStorage } from '../support/fake-s3-storage.ts';
import { startFakeS3 } from '../support/fake-s3.ts';
import { failureOf } from '../support/failure.ts';

it('a file that was read ahead is looked at again once a read has failed', async () => {
  const s3 = await startFakeS3();
  const rows = (text: string): Uint8Array => new TextEncoder().encode(text);
  s3.objects.set('export/a.csv', rows('rows'));
  const file = await fakeStorage(s3, 's3://bucket/export').open('a.csv');
  s3.trouble = ({ method }, _, response) => {
    if (method !== 'GET') return false;
    response.writeHead(403).end();
    return true;
  };
  file.readAhead?.();
  expect((await failureOf(() => file.read(new Uint8Array(4), 0)))[0]).toBe('READ_FAILED');
  await file.assertUnchanged();
  s3.objects.set('export/a.csv', rows('more'));
  expect((await failureOf(() => file.assertUnchanged()))[0]).toBe('FILE_CHANGED');
  await file.close();
});

it('an upload that cannot be completed, however often, is aborted', async () => {
  const s3 = await startFakeS3();
  let completions = 0;
  s3.trouble = ({ method, url = '' }, _, response) => {
    if (method !== 'POST' || !url.includes('uploadId=')) return false;
    completions++;
    response.writeHead(500).end();
    return true;
  };
  const writer = await fakeStorage(s3, 's3://bucket/export').create('big.bin');
  await writer.write(new Uint8Array(9 * 1024 * 1024));
  const [code, message] = await failureOf(() => writer.finish());
  expect([code, completions > 1, s3.uploads.size, s3.objects.size]).toEqual(['WRITE_FAILED', true, 0, 0]);
  expect(message).toContain('HTTP 500');
});

it('a copy is made only of the version that was looked at', async () => {
  const s3 = await startFakeS3();
  s3.objects.set('export/old.csv', new TextEncoder().encode('rows'));
  const storage = fakeStorage(s3, 's3://bucket/export');
  const { version } = (await storage.list(''))[0] ?? {};
  const asked: unknown[] = [];
  s3.trouble = ({ headers }) => {
    if (headers['x-amz-copy-source'] !== undefined) asked.push(headers['x-amz-copy-source-if-match']);
    return false;
  };
  await storage.move('old.csv', 'new.csv');
  expect([asked, [...s3.objects.keys()]]).toEqual([[version], ['export/new.csv']]);
});
