import { execFile } from 'node:child_process';
import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { convertExport } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { interopPython, recipeEnvironment, recipeFolder, runProgram } from './recipe.ts';

const driver = join(import.meta.dirname, '../../examples/spark/summarize.py');

/** Runs the driver once for each list of arguments, in one Spark on two threads; answers what each printed. */
async function runDriver(
  env: NodeJS.ProcessEnv,
  runs: readonly (readonly string[])[],
): Promise<{
  readonly answers: readonly { readonly code: number; readonly stdout: string }[];
  readonly stderr: string;
}> {
  const settings = ['spark.ui.enabled=false', 'spark.driver.memory=1g', 'spark.ui.showConsoleProgress=false'];
  const submit = `--master local[2] ${settings.map((setting) => `--conf ${setting}`).join(' ')} pyspark-shell`;
  return new Promise((resolve, reject) => {
    const options = { env: { ...env, PYSPARK_SUBMIT_ARGS: submit }, timeout: 280_000, maxBuffer: 1 << 26 };
    const args = [join(import.meta.dirname, 'python/run_driver.py'), driver];
    const child = execFile(interopPython(), args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ answers: JSON.parse(stdout) as never, stderr });
      else reject(new Error(stderr.slice(-4000), { cause: error }));
    });
    child.stdin?.end(JSON.stringify(runs));
  });
}

it('the driver for Spark answers as one machine does, from CSV and Parquet, and stops at a bad part', async () => {
  const folder = recipeFolder();
  const [csv, parquet, bad] = ['csv', 'parquet', 'bad'].map((name) => join(folder, name)) as [string, string, string];
  await generateExport(csv, { items: 40, parts: 3, windows: 3 });
  await convertExport(csv, parquet, { format: 'PARQUET' });
  await generateExport(bad, { items: 8, parts: 3 });
  const parts = join(bad, 'forecasted-values');
  const last = readdirSync(parts).sort().at(-1)!;
  appendFileSync(join(parts, last), 'cut in mid-row,2021');
  const env = recipeEnvironment();
  const { answers, stderr } = await runDriver(env, [
    [csv, '--partitions', '3', '--json'],
    [parquet, '--partitions', '2', '--json'],
    [csv, '--partitions', '2', '--by', 'item', '--format', 'csv'],
    [bad, '--partitions', '2', '--json'],
  ]);
  const here = async (...args: readonly string[]): Promise<string> =>
    (await runProgram('backtest-export', args, { env })).stdout;
  expect(answers.map(({ code }) => code)).toEqual([0, 0, 0, 1]);
  expect(answers.map(({ stdout }) => stdout)).toEqual([
    await here('summarize', csv, '--json'),
    await here('summarize', parquet, '--json'),
    await here('summarize', csv, '--by', 'item', '--format', 'csv'),
    '',
  ]);
  expect(JSON.parse(answers[0]!.stdout)).toMatchObject({ export: { parts: 3 } });
  // what the command says is in the log of Spark's worker, and Spark's own error stops the job
  expect(stderr).toMatch(/error CSV_FIELD_COUNT: .*part2/);
  expect(stderr).toMatch(/Pipe function `backtest-export map` exited with error code 2/);
}, 300_000);
