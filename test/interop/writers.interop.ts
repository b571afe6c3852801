import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readHere, type Columns } from './canonical.js';
import { suiteFolder } from './temporary.js';

/** A version of a writer: where it is installed, or why it is not. `scripts/interop.mjs` tells them. */
interface Writer {
  readonly name: string;
  readonly version: string;
  readonly folder?: string;
  readonly problem?: string;
}

interface Written {
  readonly version: string;
  readonly cases: readonly {
    readonly seed: number;
    readonly path: string;
    readonly rows: number;
    readonly types: object;
    readonly options: object;
  }[];
}

const writers = JSON.parse(process.env['INTEROP_WRITERS'] ?? '[]') as readonly Writer[];
const tables = Number(process.env['INTEROP_TABLES'] ?? 12);
const firstSeed = Number(process.env['INTEROP_SEED'] ?? 1);
const folder = suiteFolder();
const total = { versions: 0, files: 0, rows: 0, wrong: 0 };
const missing = writers.filter(({ folder: place }) => place === undefined);

describe('tables of random shape are read, every value, whichever version wrote them', () => {
  it.each(writers.filter(({ folder: place }) => place !== undefined))(
    '$name $version',
    async (writer) => {
      const { version, cases } = write(writer);
      expect(version).toBe(writer.version);
      expect(cases.length).toBe(tables);
      total.versions++;
      const problems: string[] = [];
      for (const { seed, path, rows, types, options } of cases) {
        const problem = await differenceIn(path);
        total.files++;
        total.rows += rows;
        if (problem === undefined) continue;
        total.wrong++;
        problems.push(
          `seed ${seed}, ${rows} rows: ${problem}\n  ${JSON.stringify(types)}\n  ${JSON.stringify(options)}`,
        );
      }
      expect(problems).toEqual([]);
    },
    1_200_000,
  );

  // a version that there is no wheel of for this Python is told, and not taken for proven
  it.skipIf(missing.length === 0).each(missing)('$name $version is not installed', ({ problem }) => {
    expect(problem).not.toBe('');
  });

  afterAll(() => {
    const left = missing.map(({ name, version, problem }) => `${name} ${version} (${problem})`).join(', ');
    const { versions, files, rows, wrong } = total;
    process.stdout.write(
      `writers: ${versions} versions, ${files} files of ${rows} rows, ${wrong} refused or of other values; ` +
        `${missing.length} versions not installed${left === '' ? '' : `: ${left}`}\n`,
    );
  });
});

function write({ name, version, folder: place }: Writer): Written {
  const python = process.env['INTEROP_PYTHON'];
  if (python === undefined) throw new Error('run these tests by `npm run test:interop`, which installs what they need');
  const target = join(folder, `${name}-${version}`);
  mkdirSync(target);
  const script = join(import.meta.dirname, 'python', 'write_random.py');
  const paths = [place ?? '', process.env['PYTHONPATH'] ?? ''].filter((path) => path !== '');
  const output = execFileSync(python, [script, target, name, String(firstSeed), String(tables)], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', name === 'pyspark' ? 'ignore' : 'inherit'],
    env: { ...process.env, PYTHONPATH: paths.join(':'), PYTHONDONTWRITEBYTECODE: '1', PYTHONWARNINGS: 'ignore' },
  });
  return JSON.parse(output) as Written;
}

/** Why a file was refused, or the first value that is another; undefined where all are what the writer was given. */
async function differenceIn(path: string): Promise<string | undefined> {
  const expected = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as Columns;
  let found: Columns;
  try {
    found = await readHere(readFileSync(path));
  } catch (error) {
    return String(error);
  }
  for (const [name, values] of Object.entries(expected)) {
    const read = found[name] ?? [];
    if (read.length !== values.length) return `${name}: expected ${values.length} values, read ${read.length}`;
    const at = values.findIndex((value, row) => value !== read[row]);
    if (at >= 0) return `${name}, row ${at}: expected ${values[at]}, read ${read[at]}`;
  }
  return undefined;
}
