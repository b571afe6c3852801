import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Every source and page that somebody reads, by its path. */
function textsOf(folder: string, ending: string): [string, string][] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => [`${folder}/${path}`, readFileSync(join(root, folder, path), 'utf8')]);
}

it('no message, comment or page ends a sentence with two full stops', () => {
  const pages = ['README.md', 'CHANGELOG.md'].map((path): [string, string] => [
    path,
    readFileSync(join(root, path), 'utf8'),
  ]);
  const texts = [...pages, ...textsOf('docs', '.md'), ...textsOf('src', '.ts')];
  expect(texts.length).toBeGreaterThan(100);
  const twice = texts.flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) => {
      // the folder above is written so
      const said = line.replaceAll(/'\.\.'|`\.\.`/g, '');
      return /[\w'")\]}`]\.\.(?:[\s'"`]|$)/.test(said) ? [`${path}:${index + 1}`] : [];
    }),
  );
  expect(twice).toEqual([]);
});
