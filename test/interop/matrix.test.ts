import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { matrixCells, peers, versionOf } from './matrix.js';
import { refusals } from './refusals.js';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'interop.md'), 'utf8');

const writers = JSON.parse(readFileSync(join(import.meta.dirname, 'writers.json'), 'utf8')) as readonly {
  readonly name: string;
  readonly version: string;
  readonly quick: boolean;
}[];

/** The cells of the table below a heading, the header first. */
function tableBelow(heading: string): string[][] {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|') && !/^[|\s-]+$/.test(line));
  return lines.map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('docs/interop.md', () => {
  it('names the versions that the tests run against', () => {
    expect(
      tableBelow('Programs')
        .slice(1)
        .map(([peer, version]) => [peer, version]),
    ).toEqual(peers.map((peer) => [peer, versionOf(peer)]));
  });

  it.each([
    ['What they write is read here', 'writes'],
    ['What is written here, they read', 'reads'],
  ] as const)('%s: has no cell that tests do not prove, and all that they do', (heading, direction) => {
    expect(tableBelow(heading)).toEqual(matrixCells(direction));
  });

  it('names the versions of writers that the tests run', () => {
    const names = {
      duckdb: 'DuckDB',
      pyarrow: 'pyarrow',
      fastparquet: 'fastparquet',
      polars: 'polars',
      pyspark: 'Spark',
    };
    const versionsOf = (name: string, quick: boolean): string =>
      writers
        .filter((writer) => writer.name === name && writer.quick === quick)
        .map(({ version }) => version)
        .join(', ');
    expect(tableBelow('Versions of writers').slice(1)).toEqual(
      Object.entries(names).map(([name, shown]) => [shown, versionsOf(name, true), versionsOf(name, false)]),
    );
  });

  it('lists each refusal that tests prove', () => {
    expect(tableBelow('What is refused').slice(1)).toEqual(
      Object.entries(refusals).map(([what, [code, problem]]) => [what, `\`${code}\``, `\`${problem}\``]),
    );
  });
});
