import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { run } from './run.ts';

/** A folder with forecasts whose first column counts the rows. */
function counted(name: string): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'forecasted-values'));
  const header = `${name},item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p90\n`;
  const times = '2021-12-01T00:00:00,2021-12-02T00:00:00';
  const rows = [0, 1, 2, 3].map((row) => `${row},item${row},2021-12-01T00:00:00Z,1.0,${times},1.0,2.0\n`);
  const file = join(folder, 'forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part0.csv');
  writeFileSync(file, header + rows.join(''));
  return folder;
}

describe('inspect of a table that pandas saved', () => {
  it('hints at --index-columns where a column has no name', async () => {
    const { code, stderr } = await run(['inspect', counted('')]);
    expect(code).toBe(2);
    expect(stderr).toContain('hint: --index-columns drop leaves the row index out, keep treats it as a dimension\n');
  });

  it('names a column without a name by its place', async () => {
    const { stdout } = await run(['inspect', counted(''), '--index-columns', 'keep']);
    expect(stdout).toMatch(/dimensions +\(column 1\)\n/);
    expect(stdout).toMatch(/columns +\(column 1\), item_id/);
  });

  it('warns in full of a column that counts the rows, and hints at both options', async () => {
    const { code, stdout, stderr } = await run(['inspect', counted('row')]);
    expect(code).toBe(0);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain("indexColumns: 'keep' confirms that it belongs to the export");
    expect(stderr).toBe(
      'hint: --drop-columns NAME leaves out a column that counts the rows, --index-columns keep treats it as a dimension\n',
    );
  });
});
