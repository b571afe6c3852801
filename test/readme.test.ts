import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CreatePredictorBacktestExportJobCommand } from '@aws-sdk/client-forecast';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { exit } from '#src/cli/commands/context.js';
import { createS3Storage } from '#src/storage/s3/index.js';
import { defectNames, generateExport } from '#src/testing/index.js';
import { findingCodes } from '#src/index.js';
import { run as runHere } from './cli/run.ts';
import { bikeArn, credentials, startService } from './job/with-door.ts';
import { startFakeS3 } from './support/fake-s3.ts';
import { blocksOf, pages, type PageBlock } from './support/page-blocks.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const root = join(import.meta.dirname, '..');
const readme = pages.get('README.md') ?? '';
const main = join(root, 'dist/cli/main.js');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly name: string;
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
};

/** A folder of this package, so that programs in it find the package by its name; with the fixtures, as a checkout has them. */
function checkoutFolder(): string {
  const folder = mkdtempSync(join(root, '.readme-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  symlinkSync(join(root, 'fixtures'), join(folder, 'fixtures'));
  return folder;
}

interface Run {
  readonly output: string;
  readonly status: number | null;
}

function run(args: readonly string[], cwd = root): Run {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  return { output: stderr + stdout, status };
}

/** The same while this process goes on, for programs that talk to it; without the warnings of their packages. */
async function runBeside(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<Run> {
  return new Promise((resolve) => {
    const options = { cwd, encoding: 'utf8', env: { ...process.env, ...env } } as const;
    const child = execFile(process.execPath, args, options, (_, output) => resolve({ output, status: child.exitCode }));
  });
}

const argumentsOf = (line: string): string[] => line.trim().split(/\s+/).slice(1);
const command = (line: string): string[] => [main, ...argumentsOf(line)];

/** Programs that need another program beside them are run by tests of their own. */
const needsJest = ({ text }: PageBlock): boolean => /'@jest\/globals'|'backtest-export\/jest'/.test(text);
const needsVitest = ({ text }: PageBlock): boolean => text.includes("from 'vitest'");
const needsNodeTest = ({ text }: PageBlock): boolean => text.includes("from 'node:test'");
const needsServer = ({ page, language }: PageBlock): boolean => page === 'docs/job.md' && language === 'ts';
const programs = blocksOf('ts').filter((block) => !needsJest(block));

/** The program of docs/job.md that says this. */
function jobProgram(part: string): PageBlock {
  const found = programs.filter((block) => needsServer(block) && block.text.includes(part));
  expect(found).toHaveLength(1);
  return found[0]!;
}

describe('programs on the pages', () => {
  it('are on these pages', () => {
    expect([...new Set(programs.map(({ page }) => page))].sort()).toEqual([
      'README.md',
      'docs/compare.md',
      'docs/conversion.md',
      'docs/job.md',
      'docs/library.md',
      'docs/report.md',
      'docs/testing.md',
      'docs/verify.md',
    ]);
    expect(blocksOf('typescript').concat(blocksOf('javascript'))).toEqual([]);
    expect(blocksOf('js').filter((block) => !needsJest(block))).toEqual([]);
  });

  const alone = programs.filter((block) => !needsServer(block) && !needsVitest(block) && !needsNodeTest(block));
  it.each(alone.map((block, index) => [`${block.page}, program ${index + 1}`, block] as const))(
    '%s prints what the page says',
    (_, { text, printed }) => {
      const folder = checkoutFolder();
      writeFileSync(join(folder, 'example.mjs'), text);
      expect(printed).not.toBe('');
      expect(run([join(folder, 'example.mjs')], folder)).toEqual({ output: printed, status: 0 });
    },
  );

  it('are accepted by a strict compiler', () => {
    const folder = checkoutFolder();
    const files = programs.map(({ text }, index) => {
      const file = join(folder, `example${index}.mts`);
      writeFileSync(file, text);
      return file;
    });
    const options = ['--noEmit', '--ignoreConfig', '--strict', '--skipLibCheck', '--types', 'node'];
    const target = ['--module', 'nodenext', '--target', 'es2023'];
    expect(run([join(root, 'node_modules/typescript/bin/tsc'), ...options, ...target, ...files])).toEqual({
      output: '',
      status: 0,
    });
  });

  it('the tests with matchers pass, after the command that the page names', () => {
    const folder = checkoutFolder();
    const generate = /^ {4}npx (backtest-export generate .*)$/m.exec(pages.get('docs/testing.md') ?? '')?.[1] ?? '';
    expect(run(command(generate), folder).status).toBe(0);
    for (const [index, { text }] of programs.filter(needsVitest).entries()) {
      writeFileSync(join(folder, `example${index}.test.ts`), text);
    }
    writeFileSync(join(folder, 'vitest.config.ts'), 'export default {};');
    const vitest = run([join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder], folder);
    expect([vitest.output, vitest.status]).toEqual([expect.stringMatching(/Tests .*4 passed/), 0]);
    const [own] = programs.filter(needsNodeTest);
    writeFileSync(join(folder, 'example.test.mjs'), own?.text ?? '');
    const node = run(['--test', 'example.test.mjs'], folder);
    expect([node.output, node.status]).toEqual([expect.stringMatching(/pass 1\n/), 0]);
  });

  it('an export on an S3 endpoint is opened', async () => {
    const { endpoint } = await startFakeS3();
    withKeys();
    await generateExport(createS3Storage('s3://exports/bike', { endpoint }), { items: 2 });
    const { text, printed } = jobProgram('createS3Storage');
    const folder = checkoutFolder();
    writeFileSync(join(folder, 'example.mjs'), text.replace('http://127.0.0.1:5000', endpoint));
    expect(await runBeside(['example.mjs'], folder)).toEqual({ output: printed, status: 0 });
  });

  it('a job is waited for, and its export opened from S3', async () => {
    const { endpoint: s3 } = await startFakeS3();
    withKeys();
    const destination = (path: string) => createS3Storage(path, { endpoint: s3 });
    const { client, endpoint } = await startService({ destination });
    const S3Config = { Path: 's3://bucket/out', RoleArn: 'arn:aws:iam::123456789012:role/forecast' };
    const input = { PredictorBacktestExportJobName: 'nightly', PredictorArn: bikeArn, Destination: { S3Config } };
    await client.send(new CreatePredictorBacktestExportJobCommand(input));
    const { text, printed } = jobProgram('new ForecastClient({})');
    const folder = checkoutFolder();
    writeFileSync(join(folder, 'example.mjs'), text);
    const endpoints = { AWS_ENDPOINT_URL_FORECAST: endpoint, AWS_ENDPOINT_URL_S3: s3 };
    expect(await runBeside(['example.mjs'], folder, endpoints)).toEqual({
      output: printed,
      status: 0,
    });
  });

  it('a job is created at the emulator, which the page says how to start', async () => {
    const folder = checkoutFolder();
    const [generate = '', serve = ''] = [
      ...(pages.get('docs/job.md') ?? '').matchAll(/^ {4}(backtest-export (?:generate|serve) .*)$/gm),
    ].map(([, line]) => line);
    expect(run(command(generate), folder).status).toBe(0);
    const child = spawn(process.execPath, [...command(serve), '--port', '0'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [told] = (await once(child.stdout, 'data')) as [Buffer];
    const [endpoint = ''] = /http:\S+/.exec(told.toString()) ?? [];
    expect(pages.get('docs/job.md')).toContain(told.toString().trim().replace(/\d+$/, '8787'));
    const { text, printed } = jobProgram("'forecast-data/bucket/out'");
    expect(text).toContain('http://127.0.0.1:8787');
    writeFileSync(join(folder, 'example.mjs'), text.replace('http://127.0.0.1:8787', endpoint));
    expect(await runBeside(['example.mjs'], folder)).toEqual({ output: printed, status: 0 });
  });
});

/** Keys for the AWS SDK, here and in the programs that are run, until the test ends. */
function withKeys(): void {
  vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
  vi.stubEnv('AWS_REGION', 'us-west-2');
  onTestFinished(() => void vi.unstubAllEnvs());
}

describe('the README', () => {
  it('is short', () => {
    expect(readme.split('\n').length).toBeLessThan(170);
  });

  it('begins with ten lines that the demo prints, and the demo with the export', () => {
    const [shown] = blocksOf('text').filter(({ page }) => page === 'README.md');
    expect(shown?.text.trimEnd().split('\n')).toHaveLength(10);
    const { output, status } = run([join(root, 'scripts/demo.mjs')]);
    expect([status, output]).toEqual([0, expect.stringContaining(`\n\n${shown?.text}\n`)]);
    expect(output.replaceAll(/^(?:\$ .*)?\n/gm, '').split('\n')[0]).toBe('retail_daily, exported 2021-12-14 13:20:10Z');
    expect(output).not.toMatch(/^warning\b/m);
    const [, path = ''] = /^Open (.*) in a browser: that is the report\.$/m.exec(output) ?? [];
    expect(path).toBe(join(root, 'demo', 'report.html'));
    expect(readFileSync(path, 'utf8')).toContain('retail_daily');
  });

  it('names the packed file, and what CI installs is what it says', () => {
    const [, install = ''] = blocksOf('sh').map(({ text }) => text.split('\n'))[1] ?? [];
    expect(install).toBe(`npm install ./${manifest.name}-${manifest.version}.tgz`);
    expect(blocksOf('sh')[1]?.text.split('\n')[0]).toBe('npm pack');
    const ci = readFileSync(join(root, '.ci/run'), 'utf8');
    for (const line of ['npm pack', 'npm install']) expect(ci).toContain(`$(readme_line '${line}')`);
  });

  it('names scripts that exist', () => {
    const named = [...[...pages.values()].join('').matchAll(/npm run (?:--silent )?([a-z:]+)/g)].map(
      ([, name = '']) => name,
    );
    expect(named).toContain('demo');
    expect(named.filter((name) => !Object.hasOwn(manifest.scripts, name))).toEqual([]);
  });

  it('lists commands that work', async () => {
    const lines = blocksOf('sh').flatMap(({ text }) => text.split('\n'));
    const commands = lines
      .filter((line) => line.startsWith('backtest-export'))
      .map((line) => line.replace(/\s[#>].*/, ''));
    expect(commands.length).toBe(13);
    for (const line of commands) {
      const folder = line.includes('generate') ? join(temporaryFolder(), 'new') : 'fixtures/retail/export';
      const named = line.replace(/FOLDER|A B/, line.includes('A B') ? `${folder} ${folder}` : folder);
      const written = named.replace(/DEST|report\.html/, (name) => join(temporaryFolder(), name));
      const { code, stderr } = await runHere(argumentsOf(written));
      expect([code, stderr], line).toEqual([0, expect.not.stringContaining('error')]);
    }
  });

  it('shows figures of speed that docs/performance.md has', () => {
    const rows = [...readme.matchAll(/^\| (\S+ to .*?) +\| (.*?) +\| (.*?) +\| (.*?) +\| (.*?) +\|$/gm)];
    expect(rows.map(([, direction]) => direction)).toEqual([
      'CSV to summary by window',
      'Parquet to summary by window',
      'CSV to Parquet',
      'Parquet to CSV',
      'CSV to Arrow',
      'Parquet to Arrow',
    ]);
    for (const [, direction = '', ours = '', duckdb = '', ...others] of rows) {
      const rates = ratesOf(direction);
      expect(`${direction}: ${ours}`).toBe(`${direction}: ${bothOf(rates, 'backtest-export')}`);
      expect(duckdb).toBe(bothOf(rates, 'DuckDB of npm'));
      for (const other of others.filter((text) => text !== '–')) {
        const [, shown, names = ''] = /^([\d./ ]+) \((.*)\)$/.exec(other) ?? [];
        const alone = [...rates].find(([name]) => name === names.replace(', ', ' and '))?.[1];
        expect(shown).toBe(alone ?? bothOf(rates, names));
      }
    }
  });

  /** MB/s by contender, from the page's table of a direction. */
  function ratesOf(direction: string): ReadonlyMap<string, string> {
    const page = pages.get('docs/performance.md') ?? '';
    const table = page.split(/\n\n/).find((part) => part.startsWith(`| ${direction} `)) ?? '';
    return new Map([...table.matchAll(/^\| (.*?) +\| ([\d.]+) +\|/gm)].map(([, name = '', rate = '']) => [name, rate]));
  }

  /** `778 / 1400`: on one thread and on two; the first contender whose name begins so. */
  function bothOf(rates: ReadonlyMap<string, string>, name: string): string {
    const on = (threads: string): string | undefined =>
      [...rates].find(([each]) => each.startsWith(name) && each.endsWith(`, ${threads}`))?.[1];
    return `${on('1 thread')} / ${on('2 threads')}`;
  }
});

describe('the pages', () => {
  it('show commands that print what they say', () => {
    const sessions = blocksOf('console').filter(({ text }) => text.startsWith('$ '));
    expect(sessions.map(({ page }) => page)).toEqual(['docs/errors.md', 'docs/metrics.md']);
    for (const { text } of sessions) {
      const [line = '', ...printed] = text.split('\n');
      expect(run(command(line.slice(2))).output.trimEnd()).toBe(printed.join('\n').trimEnd());
    }
  });

  it('show a test of the example for pytest as it is', () => {
    const [{ text } = { text: 'no block' }] = blocksOf('python').filter(({ page }) => page === 'docs/testing.md');
    expect(readFileSync(join(root, 'examples/pytest/test_export_job.py'), 'utf8')).toContain(`\n\n\n${text}\n\n`);
  });

  it('count defects and rules as the code does', () => {
    const texts = [...pages.values(), readFileSync(join(root, 'CHANGELOG.md'), 'utf8')]
      .join('\n')
      .replaceAll(/\s+/g, ' ');
    const counts = (after: RegExp): string[] => [...new Set([...texts.matchAll(after)].map(([, count = '']) => count))];
    expect(counts(/(\d+) (?:named (?:defects|ways)|defects)/g)).toEqual([String(defectNames.length)]);
    expect(counts(/(\d+) rules/g)).toEqual([String(findingCodes.length)]);
    const listed = run([main, 'generate', '--list-defects']).output.trimEnd().split('\n');
    expect(listed.length - 1).toBe(defectNames.length);
  });

  it('name every exit code', () => {
    const codes = Object.values(exit).sort((a, b) => a - b);
    for (const page of ['README.md', 'docs/errors.md']) {
      const [, said = ''] = /[Ee]xit codes?:?\s([^]*?)interrupted/.exec(pages.get(page) ?? '') ?? [];
      expect([...said.matchAll(/\b\d+\b/g)].map(([code]) => Number(code))).toEqual(codes);
    }
  });

  it('link to pages and headings that exist', () => {
    const links = [...pages].flatMap(([page, text]) =>
      [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].map(([, path = '', heading]) => ({
        page,
        path,
        heading,
      })),
    );
    expect(links.length).toBeGreaterThan(40);
    const broken = links.filter(({ page, path, heading }) => {
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(root, target))) return true;
      const headings = [...(pages.get(target) ?? '').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
        title.toLowerCase().replaceAll(' ', '-'),
      );
      return heading !== undefined && !headings.includes(heading);
    });
    expect(broken).toEqual([]);
  });

  it('name source files and tests that exist', () => {
    const named = [...[...pages.values()].join('').matchAll(/`(?:node\s+)?((?:[\w.-]+\/)+[\w.-]+\.(?:ts|mjs|json))`/g)];
    const paths = [...new Set(named.map(([, path = '']) => path))];
    expect(paths.length).toBeGreaterThan(15);
    const places = (path: string): string[] => [path, join('src', path), join('src/csv/kernel', path)];
    expect(paths.filter((path) => !places(path).some((place) => existsSync(join(root, place))))).toEqual([]);
  });

  it('are all in the index', () => {
    const index = pages.get('docs/README.md') ?? '';
    const listed = [...index.matchAll(/^- \[(.*?)\]\((.*?)\)/gm)].map(
      ([, title = '', path = '']) => `${title} ${path}`,
    );
    const others = [...pages.keys()]
      .filter((page) => /^docs\/(?!README).*\.md$/.test(page))
      .map((page) => page.slice('docs/'.length));
    expect(listed.sort()).toEqual(others.map((page) => `${page} ${page}`).sort());
  });
});
