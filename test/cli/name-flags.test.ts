import { describe, expect, it } from 'vitest';
import { createLocalStorage } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { run } from './run.ts';

describe('the message of a wrong value', () => {
  it.each([
    [['--zero-actuals', '2'], '--zero-actuals: expected a number from 0 to 1, found 2'],
    [['--job', '1'], "--job: expected a letter first, found '1'"],
    [
      ['--forecast-types', 'p90', '--zero-actuals', '2'],
      "--forecast-types: expected mean or a quantile from 0.01 to 0.99, found 'p90'; --zero-actuals: expected a number",
    ],
  ])('names the flag: generate %j', async (flags, message) => {
    const { code, stderr } = await run(['generate', temporaryFolder(), ...flags]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`error OPTION_INVALID: ${message}`)]);
  });

  it('names the flag of reading and comparing', async () => {
    const folder = temporaryFolder();
    await generateExport(createLocalStorage(folder), { items: 1, horizon: 1 });
    const tolerance = await run(['compare', folder, folder, '--tolerance', '-1']);
    expect(tolerance.stderr).toContain('OPTION_INVALID: --tolerance: expected a number from 0 to 1, found -1');
    const delimiter = await run(['inspect', folder, '--delimiter', ';;']);
    expect(delimiter.stderr).toContain("OPTION_INVALID: --delimiter: expected text of 1 character, found ';;'");
  });
});
