import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { convertExport, createLocalStorage } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { blocksOf, type PageBlock } from '../support/page-blocks.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const root = join(import.meta.dirname, '../..');
const programs = blocksOf('python').filter(({ page }) => page !== 'docs/testing.md'); // a test, which .ci/pytest.sh runs

/** Runs a program of a page in a folder; what it prints. */
async function runProgram({ text }: PageBlock, folder: string): Promise<string> {
  const python = process.env['INTEROP_PYTHON'];
  if (python === undefined) throw new Error('run these tests by `npm run test:interop`, which installs what they need');
  writeFileSync(join(folder, 'example.py'), text);
  const { stdout } = await promisify(execFile)(python, ['example.py'], { cwd: folder });
  return stdout;
}

it('Python is on these pages', () => {
  expect(programs.map(({ page }) => page)).toEqual(['docs/job.md', 'docs/job.md', 'docs/library.md']);
});

it.each([
  ['boto3 creates a job at the emulator', 0],
  ['failures are injected', 1],
])('docs/job.md: %s', async (_, index) => {
  const folder = temporaryFolder();
  await generateExport(createLocalStorage(join(folder, 'bike')), { items: 2 });
  const serve = [join(root, 'dist/cli/main.js'), 'serve', '--predictor', 'bike=bike', '--port', '0'];
  const child = spawn(process.execPath, serve, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [told] = (await once(child.stdout, 'data')) as [Buffer];
  const [endpoint = ''] = /http:\S+/.exec(told.toString()) ?? [];
  const program = programs[index];
  expect(program?.text).toContain('http://127.0.0.1:8787');
  const text = program?.text.replace('http://127.0.0.1:8787', endpoint) ?? '';
  expect(await runProgram({ ...program!, text }, folder)).toBe(program?.printed);
});

it('docs/library.md: pandas reads what was converted', async () => {
  const folder = temporaryFolder();
  await convertExport(join(root, 'fixtures/retail/export'), join(folder, 'parquet'), { format: 'PARQUET' });
  expect(await runProgram(programs[2]!, folder)).toBe(programs[2]?.printed);
});
