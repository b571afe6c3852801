import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BucketFolder } from '#src/emulator/bucket-folder.js';
import { failureOf } from '../support/failure.ts';
import { folderFiles } from '../support/folder-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const path = 's3://bucket/some/place';

async function write(storage: BucketFolder, name: string): Promise<void> {
  const writer = await storage.create(name);
  await writer.write(new Uint8Array(3));
  await writer.finish();
}

describe('a bucket in the data folder', () => {
  it('is made with its folders, and read', async () => {
    const data = temporaryFolder();
    const storage = new BucketFolder(data, path);
    await write(storage, 'forecasted-values/a.csv');
    expect([...folderFiles(data).keys()]).toEqual(['bucket/some/place/forecasted-values/a.csv']);
    expect((await storage.list('forecasted-values')).map((entry) => entry.path)).toEqual(['forecasted-values/a.csv']);
    await storage.remove('forecasted-values/a.csv');
    expect([...folderFiles(data).keys()]).toEqual([]);
  });

  it('may be in a data folder that is a link itself', async () => {
    const [real, folder] = [temporaryFolder(), temporaryFolder()];
    symlinkSync(real, join(folder, 'data'));
    await write(new BucketFolder(join(folder, 'data'), path), 'a.csv');
    expect([...folderFiles(real).keys()]).toEqual(['bucket/some/place/a.csv']);
  });

  it.each([
    ['the bucket', 'bucket'],
    ['a piece of the prefix', 'bucket/some'],
    ['the last piece', 'bucket/some/place'],
    ['a table', 'bucket/some/place/forecasted-values'],
  ])('is refused where a link lies on the way: %s', async (_, link) => {
    // a link that stays in the data folder is as little followed as one that leaves it
    const [data, outside] = [temporaryFolder(), temporaryFolder()];
    mkdirSync(join(data, 'inside'));
    for (const target of [outside, join(data, 'inside'), join(data, 'nowhere')]) {
      const place = join(data, ...link.split('/'));
      mkdirSync(join(place, '..'), { recursive: true });
      symlinkSync(target, place);
      const storage = new BucketFolder(data, path);
      const refused = [
        'FILE_OUTSIDE_FOLDER',
        expect.stringContaining(`${link}: expected folders and files, found a symbolic link`),
      ];
      expect(await failureOf(() => write(storage, 'forecasted-values/a.csv'))).toEqual(refused);
      expect(await failureOf(() => storage.list('forecasted-values'))).toEqual(refused);
      expect(await failureOf(() => storage.open('forecasted-values/a.csv'))).toEqual(refused);
      expect(await failureOf(() => storage.remove('forecasted-values/a.csv'))).toEqual(refused);
      expect([
        existsSync(join(data, 'nowhere')),
        readdirSync(target === join(data, 'nowhere') ? outside : target),
      ]).toEqual([false, []]);
      renameSync(place, join(data, `was-${readdirSync(data).length}`));
    }
  });

  it('is checked again before a prepared file gets its name', async () => {
    const [data, outside] = [temporaryFolder(), temporaryFolder()];
    const storage = new BucketFolder(data, path);
    const writer = await storage.create('a.csv');
    await writer.write(new Uint8Array(3));
    const prepared = await writer.prepare();
    renameSync(join(data, 'bucket'), join(outside, 'bucket'));
    symlinkSync(join(outside, 'bucket'), join(data, 'bucket'));
    expect((await failureOf(() => storage.publish(prepared)))[0]).toBe('FILE_OUTSIDE_FOLDER');
    expect(readdirSync(join(outside, 'bucket/some/place'))).toEqual([prepared.temporary]);
  });

  it.each(['s3://bucket/../x', 's3://bucket//x', 's3://bucket/./x', 's3://../x', 's3://b/x'])(
    'is none: %s',
    (wrong) => {
      expect(() => new BucketFolder(temporaryFolder(), wrong)).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID' }),
      );
    },
  );
});
