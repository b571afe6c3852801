import { describe, expect, it } from 'vitest';
import { RangedFile, type RangeSource } from '#src/storage/browser/ranged-file.js';
import { failureOf } from '../../support/failure.ts';

function fileOf(fetch: RangeSource['fetch'], stream?: RangeSource['stream']): RangedFile {
  const source = { path: 'a.csv', size: 10, version: '1', fetch, assertUnchanged: () => Promise.resolve() };
  return new RangedFile(stream === undefined ? source : { ...source, stream });
}

describe('a file that is read by ranges', () => {
  it('takes short pieces one after another', async () => {
    const file = fileOf((start) => Promise.resolve(Uint8Array.of(start)));
    const target = new Uint8Array(4);
    expect(await file.read(target, 3)).toBe(4);
    expect([...target]).toEqual([3, 4, 5, 6]);
  });

  it('refuses a source that has no bytes where the file has some, and does not ask for ever', async () => {
    let asked = 0;
    const file = fileOf((start) => Promise.resolve(++asked > 2 ? new Uint8Array() : Uint8Array.of(start)));
    expect(await failureOf(() => file.read(new Uint8Array(10), 0))).toEqual([
      'READ_FAILED',
      expect.stringContaining('the file ended at 2 of 10 bytes'),
    ]);
    expect(asked).toBe(3);
  });
});
