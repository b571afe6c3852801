import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as library from 'backtest-export';
import * as testing from 'backtest-export/testing';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;

describe('the package', () => {
  it('exports exactly what it says, without wildcards', () => {
    expect(Object.keys(manifest['exports'] as object)).toEqual(['.', './testing', './package.json']);
    expect(Object.keys(library).sort()).toMatchInlineSnapshot(`
      [
        "BacktestExportError",
        "createLocalStorage",
        "createMemoryStorage",
        "errorCodes",
        "formatExportTimestamp",
        "formatPartName",
        "listExports",
        "openExport",
        "parseExportTimestamp",
        "parseFrequency",
        "parsePartName",
        "summarize",
        "toAccuracyMetrics",
      ]
    `);
    expect(Object.keys(testing).sort()).toMatchInlineSnapshot(`
      [
        "defectNames",
        "describeDefect",
        "generateExport",
      ]
    `);
  });

  it('depends on three packages, and on Node 20.19', () => {
    expect(Object.keys(manifest['dependencies'] as object)).toEqual(['apache-arrow', 'csv-parse', 'zod']);
    expect(manifest['engines']).toEqual({ node: '>=20.19' });
    expect(manifest['bin']).toEqual({ 'backtest-export': './dist/cli/main.js' });
    expect(manifest['license']).toBe('MIT');
  });

  it('names no registry in its lock file', () => {
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved"/);
  });

  it('has a doc comment on everything that index.ts exports', () => {
    const index = readFileSync(join(root, 'src/index.ts'), 'utf8');
    const undocumented: string[] = [];
    for (const [, names = '', file = ''] of index.matchAll(/export (?:type )?\{([^}]+)\} from '(.+?)';/g)) {
      const source = readFileSync(join(root, 'src', file), 'utf8');
      for (const name of names.split(',').map((entry) => entry.replace(/\btype\b/, '').trim())) {
        if (name === '') continue;
        const declared = new RegExp(
          `\\*/\\nexport (?:declare )?(?:async )?(?:abstract )?(?:class|function|interface|type|const) ${name}\\b`,
        );
        if (!declared.test(source)) undocumented.push(`${name} (${file})`);
      }
    }
    expect(undocumented).toEqual([]);
  });
});
