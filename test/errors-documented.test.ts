import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '#src/errors.js';
import { noteCodes } from '#src/metrics/notes.js';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('every code', () => {
  it('of an error is explained in docs/errors.md, and nothing else is', () => {
    const headings = [...read('docs/errors.md').matchAll(/^### (\w+)$/gm)].map(([, code]) => code);
    expect(headings).toEqual([...errorCodes]);
  });

  it('of an error is provoked in a test', () => {
    const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.test.ts'),
    );
    const tests = files
      .filter((file) => !file.startsWith('errors'))
      .map((file) => read(join('test', file)))
      .join('\n');
    expect(errorCodes.filter((code) => !new RegExp(`['"|]${code}['"|:]`).test(tests))).toEqual([]);
  });

  it('of a note is explained in docs/metrics.md', () => {
    const text = read('docs/metrics.md');
    expect(noteCodes.filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
  });
});
