import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalStorage, openExport, summarize } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { suiteFolder } from './temporary.ts';

const root = join(import.meta.dirname, '../..');
const runFile = promisify(execFile);
const tools = suiteFolder();

/** The AWS CLI in a folder of its own: it wants a botocore of its own. */
async function installCli(python: string): Promise<string> {
  const site = join(tools, 'awscli');
  const quietly = ['--quiet', '--no-input', '--disable-pip-version-check'];
  await runFile(python, ['-m', 'pip', 'install', ...quietly, '--target', site, 'awscli==1.46.3']);
  const bin = join(tools, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'aws'), `#!/bin/sh\nPYTHONPATH='${site}' exec '${python}' '${site}/bin/aws' "$@"\n`);
  chmodSync(join(bin, 'aws'), 0o755);
  return bin;
}

/** A folder with an export and, beside it, `serve`, as the examples want them. */
async function served(): Promise<{ folder: string; endpoint: string }> {
  const folder = temporaryFolder();
  await generateExport(createLocalStorage(join(folder, 'bike')), { items: 2 });
  const serve = [join(root, 'dist/cli/main.js'), 'serve', '--predictor', 'bike=bike', '--port', '0'];
  const child = spawn(process.execPath, serve, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [told] = (await once(child.stdout, 'data')) as [Buffer];
  const [endpoint = ''] = /http:\S+/.exec(told.toString()) ?? [];
  return { folder, endpoint };
}

/** The export that a client had written equals that of the predictor. */
async function expectExport(folder: string, name: string): Promise<number> {
  const written = await openExport(join(folder, 'forecast-data/bucket', name));
  expect(written).toMatchObject({ jobName: name.replace('-', '_'), complete: true });
  const { summary, export: found } = await summarize(written);
  expect(summary).toEqual((await summarize(join(folder, 'bike'))).summary);
  return found.rows;
}

const python = process.env['INTEROP_PYTHON'];
const hasMaven = await runFile('mvn', ['--version']).then(
  () => true,
  () => false,
);
if (!hasMaven) process.stderr.write('test:interop: no mvn on the PATH: the example in Java is SKIPPED\n');

it('docs/job.md shows examples/export-job.sh', () => {
  const lines = readFileSync(join(root, 'examples/export-job.sh'), 'utf8').split('\n');
  const shown = lines.slice(lines.indexOf('') + 1).join('\n');
  expect(readFileSync(join(root, 'docs/job.md'), 'utf8')).toContain(shown.replaceAll(/^(?=.)/gm, '    '));
});

describe('the examples of clients', () => {
  it('examples/export-job.sh: the AWS CLI', async () => {
    if (python === undefined) throw new Error('run these tests by `npm run test:interop`');
    const { folder, endpoint } = await served();
    const PATH = [await installCli(python), process.env['PATH']].join(delimiter);
    const script = join(root, 'examples/export-job.sh');
    const { stdout } = await runFile('sh', [script, endpoint], { cwd: folder, env: { ...process.env, PATH } });
    expect(stdout).toMatch(/^ACTIVE\nitem_id,/);
    await expectExport(folder, 'from-cli');
  });

  it('examples/export_job.py: boto3 and pandas', async () => {
    if (python === undefined) throw new Error('run these tests by `npm run test:interop`');
    const { folder, endpoint } = await served();
    const { stdout } = await runFile(python, [join(root, 'examples/export_job.py'), endpoint], { cwd: folder });
    expect(stdout).toBe(`ACTIVE\n${await expectExport(folder, 'from-boto3')} 2\n`);
  });

  it.skipIf(!hasMaven)('examples/java: the AWS SDK for Java', async () => {
    const { folder, endpoint } = await served();
    const project = join(tools, 'java');
    cpSync(join(root, 'examples/java'), project, { recursive: true });
    const data = join(folder, 'forecast-data');
    const { stdout } = await runFile(
      'mvn',
      ['--batch-mode', '--quiet', 'compile', 'exec:java', `-Dexec.args=${endpoint} ${data}`],
      { cwd: project },
    );
    // Maven resets colors around it
    expect(stripVTControlCharacters(stdout)).toBe(`ACTIVE\n${await expectExport(folder, 'from-java')}\n`);
  });
});
