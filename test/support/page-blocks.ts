import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Every page that a user reads, by its path: the README and those of `docs/`. */
export const pages: ReadonlyMap<string, string> = new Map(
  [
    'README.md',
    ...readdirSync(join(root, 'docs'))
      .filter(isText)
      .map((name) => `docs/${name}`),
  ].map((path) => [path, readFileSync(join(root, path), 'utf8')]),
);

/** A fenced block of a page. */
export interface PageBlock {
  readonly page: string;
  readonly language: string;
  readonly text: string;
  /** The `console` block that follows with nothing between: what a program prints; empty where there is none. */
  readonly printed: string;
}

/** All fenced blocks in a language, in order. */
export function blocksOf(language: string): readonly PageBlock[] {
  return [...pages].flatMap(([page, text]) =>
    [...text.matchAll(/^```(\w+)\n([^]*?)^```$(?:\n\n```console\n(?!\$ )([^]*?)^```$)?/gm)].flatMap(
      ([, found = '', block = '', printed = '']) =>
        found === language ? [{ page, language, text: block, printed }] : [],
    ),
  );
}

/** Pictures beside the pages are no text. */
function isText(name: string): boolean {
  return !name.endsWith('.png');
}
