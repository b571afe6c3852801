import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { compareExports, convertExport, createMemoryStorage, openExport } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import type { Storage } from '#src/storage/storage.js';
import { fakeStorage } from '../support/fake-s3-storage.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3.ts';
import { failureOf } from '../support/failure.ts';

/** S3 with a storage at `bucket/export`. */
async function withStorage(): Promise<{ s3: FakeS3; storage: Storage }> {
  const s3 = await startFakeS3();
  return { s3, storage: fakeStorage(s3, 's3://bucket/export') };
}

const isCopy = ({ headers }: IncomingMessage): boolean => headers['x-amz-copy-source'] !== undefined;
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

/** Loses the first answer to requests of a kind. */
function loseOnce(s3: FakeS3, isMeant: (request: IncomingMessage) => boolean): { lost: number } {
  const count = { lost: 0 };
  s3.lose = (request) => isMeant(request) && count.lost++ === 0;
  return count;
}

/** Loses the first answer to a DELETE, and answers later ones with 503. */
function loseDelete(s3: FakeS3): void {
  let deletes = 0;
  s3.lose = ({ method }) => method === 'DELETE' && deletes === 1;
  s3.trouble = ({ method }, _, response) => {
    if (method !== 'DELETE' || deletes++ === 0) return false;
    response.writeHead(500).end();
    return true;
  };
}

describe('an answer of S3 that is lost after the work was done', () => {
  it('of the removal that ends a move: the only copy is not removed', async () => {
    const { s3, storage } = await withStorage();
    s3.objects.set('export/old.csv', new TextEncoder().encode('rows'));
    loseDelete(s3);
    await storage.move('old.csv', 'new.csv');
    expect([...s3.objects].map(([key, bytes]) => [key, text(bytes)])).toEqual([['export/new.csv', 'rows']]);
  });

  it('of the removal that ends a move, where S3 does not answer at all then: both may be there, neither is removed', async () => {
    const { s3, storage } = await withStorage();
    s3.objects.set('export/old.csv', new TextEncoder().encode('rows'));
    s3.trouble = ({ method }, key, response) => {
      if (method !== 'DELETE' && !(s3.requests.some((line) => line.startsWith('DELETE')) && key.endsWith('old.csv')))
        return false;
      response.writeHead(500).end();
      return true;
    };
    expect((await failureOf(() => storage.move('old.csv', 'new.csv')))[0]).toBe('WRITE_FAILED');
    expect([...s3.objects.keys()]).toEqual(['export/old.csv', 'export/new.csv']);
  });

  it('of a copy: the copy that is there is recognized', async () => {
    const { s3, storage } = await withStorage();
    s3.objects.set('export/old.csv', new TextEncoder().encode('rows'));
    const count = loseOnce(s3, isCopy);
    await storage.move('old.csv', 'new.csv');
    expect([[...s3.objects.keys()], count.lost]).toEqual([['export/new.csv'], 2]);
  });

  it('of a copy, where another object has the name by then: it is refused and left alone', async () => {
    const { s3, storage } = await withStorage();
    s3.objects.set('export/old.csv', new TextEncoder().encode('rows'));
    s3.trouble = (request, key, response) => {
      if (!isCopy(request)) return false;
      s3.objects.set(key, new TextEncoder().encode('more'));
      s3.trouble = undefined;
      response.destroy();
      return true;
    };
    expect((await failureOf(() => storage.move('old.csv', 'new.csv')))[0]).toBe('FILE_EXISTS');
    expect([...s3.objects].map(([key, bytes]) => [key, text(bytes)])).toEqual([
      ['export/old.csv', 'rows'],
      ['export/new.csv', 'more'],
    ]);
  });

  it('of an object that must be new: it is recognized as the one that was sent', async () => {
    const { s3, storage } = await withStorage();
    const count = loseOnce(s3, ({ method }) => method === 'PUT');
    const writer = await storage.create('a.csv');
    await writer.write(new TextEncoder().encode('rows'));
    await writer.finish();
    expect([text(s3.objects.get('export/a.csv')), count.lost]).toEqual(['rows', 2]);
  });

  it('of an object that must be new, where another has the name by then: it is refused', async () => {
    const { s3, storage } = await withStorage();
    s3.trouble = (request, key, response) => {
      if (request.method !== 'PUT') return false;
      s3.objects.set(key, new TextEncoder().encode('more'));
      s3.trouble = undefined;
      response.destroy();
      return true;
    };
    const writer = await storage.create('a.csv');
    await writer.write(new TextEncoder().encode('rows'));
    expect((await failureOf(() => writer.finish()))[0]).toBe('FILE_EXISTS');
    expect(text(s3.objects.get('export/a.csv'))).toBe('more');
  });

  it('of the completion of an upload: the object is there', async () => {
    const { s3, storage } = await withStorage();
    const count = loseOnce(s3, ({ method, url = '' }) => method === 'POST' && url.includes('uploadId'));
    const bytes = new Uint8Array(9 * 1024 * 1024).fill(7);
    const writer = await storage.create('big.bin');
    await writer.write(bytes);
    await writer.finish();
    expect([[...s3.objects.keys()], count.lost, s3.uploads.size]).toEqual([['export/big.bin'], 2, 0]);
    expect(Buffer.compare(s3.objects.get('export/big.bin') ?? bytes.subarray(1), bytes)).toBe(0);
  });

  it('of the commit, with no answer ever after: the error claims neither side, and the next run finds it written', async () => {
    const { s3, storage } = await withStorage();
    const [first, second] = [createMemoryStorage(), createMemoryStorage()];
    await generateExport(first, { items: 2, windows: 1, horizon: 1, seed: 1 });
    await generateExport(second, { items: 3, windows: 1, horizon: 1, seed: 2 });
    await convertExport(first, storage, { format: 'CSV' });
    let journals = 0;
    s3.lose = ({ method }, key) => method === 'PUT' && key.endsWith('swap.jsonl') && ++journals === 2;
    s3.trouble = (_, __, response) => {
      if (journals < 2) return false;
      response.writeHead(403, { 'content-type': 'application/xml' });
      response.end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
      return true;
    };
    const convert = async (): Promise<unknown> => convertExport(second, storage, { format: 'CSV', overwrite: true });
    const [code, message] = await failureOf(convert);
    expect([code, message]).toEqual([
      'WRITE_FAILED',
      expect.stringContaining('whether the new export is in place is not known'),
    ]);
    s3.trouble = undefined;
    const written = await openExport(storage);
    expect(written.warnings.map((warning) => warning.code)).toEqual(['SWAP_UNFINISHED']);
    expect((await compareExports(written, await openExport(second))).equal).toBe(true);
    await convert();
    expect([...s3.objects.keys()].filter((key) => key.includes('.backtest-export') && !key.endsWith('.tmp'))).toEqual(
      [],
    );
  });

  it.each([
    ['is refused', (response: ServerResponse) => response.writeHead(403).end()],
    [
      'is wrong',
      (response: ServerResponse) => response.writeHead(200, { etag: '"other"', 'content-length': '7' }).end(),
    ],
  ])(
    'of the check of a commit, or one that %s: the commit is not taken back, and the swap is finished',
    async (_, answer) => {
      const { s3, storage } = await withStorage();
      const [first, second] = [createMemoryStorage(), createMemoryStorage()];
      await generateExport(first, { items: 2, windows: 1, horizon: 1, seed: 1, parts: 2 });
      await generateExport(second, { items: 3, windows: 1, horizon: 1, seed: 2 });
      await convertExport(first, storage, { format: 'CSV' });
      let [journals, refused] = [0, 0];
      s3.trouble = ({ method }, key, response) => {
        if (!key.endsWith('swap.jsonl')) return false;
        if (method === 'PUT') journals++;
        if (method !== 'HEAD' || journals < 2 || refused++ > 0) return false;
        answer(response);
        return true;
      };
      await convertExport(second, storage, { format: 'CSV', overwrite: true });
      expect([journals, refused > 0]).toEqual([2, true]);
      expect((await compareExports(await openExport(storage), await openExport(second))).equal).toBe(true);
      expect([...s3.objects.keys()].filter((key) => key.includes('.backtest-export'))).toEqual([]);
    },
  );
});
