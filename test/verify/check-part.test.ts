import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMemoryStorage, openExport } from '#src/index.js';
import { partSources } from '#src/export/tables/planned-table.js';
import { checkPart, type CheckInput } from '#src/verify/scan/check-part.js';
import { failureOf } from '../support/failure.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,p50\n';
const path = 'forecasted-values/Forecasts_job_2021-12-14T13-20-10Z_part0.csv';
const day = '2021-12-01T00:00:00Z';

async function check(rows: string, spillRoot: string): ReturnType<typeof checkPart> {
  const { forecastedValues } = await openExport(createMemoryStorage([[path, header + rows]]));
  const [source] = partSources(forecastedValues);
  if (source === undefined) throw new Error('the export has a part');
  const spill = { name: 'part-0', quota: 0, storage: { kind: 'local', root: spillRoot } } as const;
  const seed = new Uint32Array([1, 2, 3, 4]);
  const input: CheckInput = { source, file: 0, seed, partitions: 2, spill, frequency: null, maxPlaces: 5 };
  return checkPart(input, { signal: new AbortController().signal, onBytes: () => undefined });
}

describe('an error while a part is checked', () => {
  it('is a result if the part is damaged, and ends the check if records cannot be written', async () => {
    const damaged = await check(`a,${day},x,${day},${day},1\n`, temporaryFolder());
    expect(damaged.output).toMatchObject({ kind: 'failed', file: 0, error: { code: 'NUMBER_INVALID' } });
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    // a run for each row: more than 8 MiB of records, which are written out while the part is read
    const rows = Array.from({ length: 100_000 }, (_, item) => `${item},${day},1,${day},${day},1\n`).join('');
    expect((await failureOf(async () => check(rows, file)))[0]).toBe('WRITE_FAILED');
  });
});
