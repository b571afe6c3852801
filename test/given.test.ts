import { expect, it } from 'vitest';

import { given } from '#src/given.js';

it('drops undefined fields alone, keeps their order, and leaves the object as it is', () => {
  const line: number | undefined = undefined;
  const fields = Object.freeze({ file: '', line, record: 0, column: null, whole: false });
  const kept: { file: string; line?: number; record: number; column: null; whole: boolean } = given(fields);
  expect(Object.entries(kept)).toEqual([
    ['file', ''],
    ['record', 0],
    ['column', null],
    ['whole', false],
  ]);
  expect('line' in kept).toBe(false);
  expect('line' in fields).toBe(true);
});
