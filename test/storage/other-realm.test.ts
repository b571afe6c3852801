import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { systemCode, systemError } from '#src/storage/system-error.js';

describe("an error of the system where Error is another class, as in Jest's tests", () => {
  const of = (code: string): unknown => runInNewContext(`Object.assign(new Error('no'), { code: '${code}' })`);

  it('is known by its code', () => {
    expect(of('ENOENT') instanceof Error).toBe(false);
    expect(systemCode(of('ENOENT'))).toBe('ENOENT');
    expect([undefined, null, 'ENOENT', {}, { code: 5 }].map(systemCode)).toEqual(['', '', '', '', '']);
    for (const [code, expected] of [
      ['ENOENT', 'FILE_NOT_FOUND'],
      ['EMFILE', 'TOO_MANY_OPEN_FILES'],
    ] as const) {
      expect(systemError('READ_FAILED', 'the file cannot be read', 'a.csv', of(code)).code).toBe(expected);
    }
  });
});
