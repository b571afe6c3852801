import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLocation, openStorage, openTransferred } from '#src/storage/open-storage.js';
import { failure, failureOf } from '../support/failure.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('openStorage', () => {
  it('opens a local folder, also on another thread', async () => {
    const root = temporaryFolder();
    writeFileSync(join(root, 'a.csv'), 'abc');
    const storage = openStorage(root);
    expect(storage.location).toBe(root);
    const transfer = storage.transfer;
    expect(transfer).toEqual({ kind: 'local', root });
    if (transfer === undefined) return;
    const again = openTransferred(structuredClone(transfer));
    expect((await again.list('')).map(({ path }) => path)).toEqual(['a.csv']);
  });

  it('opens a prefix in S3, also on another thread', () => {
    const { location, folderName, transfer } = openStorage('s3://bucket/some/export/');
    expect([location, folderName]).toEqual(['s3://bucket/some/export/', 'export']);
    expect(transfer).toEqual({ kind: 's3', location, access: {} });
    if (transfer !== undefined) expect(openTransferred(structuredClone(transfer)).location).toBe(location);
  });

  it('refuses other locations by name', () => {
    expect(failure(() => openStorage('gs://bucket/export/'))).toEqual([
      'FORMAT_UNSUPPORTED',
      "expected a local path or s3://bucket/prefix, found 'gs://bucket/export/'",
    ]);
    expect(failure(() => openStorage('https://example.com/x'))[0]).toBe('FORMAT_UNSUPPORTED');
    expect(failure(() => openStorage(''))).toEqual([
      'OPTION_INVALID',
      "expected the path of a folder or file, found ''",
    ]);
    expect(failure(() => openStorage('a\0b'))[0]).toBe('OPTION_INVALID');
  });
});

describe('openLocation', () => {
  it('opens a single file through its folder', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'x.csv'));
    writeFileSync(join(root, 'x.csv', 'data.csv'), 'abc');
    const folder = await openLocation(join(root, 'x.csv/'));
    expect([folder.storage.folderName, folder.file]).toEqual(['x.csv', undefined]);
    const file = await openLocation(join(root, 'x.csv', 'data.csv'));
    expect([file.storage.folderName, file.file]).toEqual(['x.csv', 'data.csv']);
    expect(await failureOf(() => openLocation(join(root, 'none')))).toEqual([
      'FILE_NOT_FOUND',
      `${join(root, 'none')}: there is no such file`,
    ]);
  });
});
