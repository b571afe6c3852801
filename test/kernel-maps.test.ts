import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stateNotDefined, stateNull, stateValue } from '#src/batch/columns/column-batch.js';
import { map as csvMap } from '#src/csv/kernel/map.generated.js';
import { map as pageMap } from '#src/parquet/read/kernel/map.generated.js';
import { map as metricsMap } from '#src/metrics/forecast/kernel/map.generated.js';
import { map as encodeMap } from '#src/parquet/write/kernel/map.generated.js';
import { timeSpellings } from '#src/schema/time-text.js';
import { temporaryFolder } from './support/temporary-folder.js';

/** The constants of a map: AssemblyScript's types are erased like TypeScript's, and the rest of a map is JavaScript. */
async function constantsOf(kernel: string): Promise<Record<string, number>> {
  const text = await readFile(join(import.meta.dirname, '../src', kernel, 'assembly/map.ts'), 'utf8');
  const code = text.replaceAll(/^(export const \w+): \w+ =/gm, '$1 =');
  const file = join(temporaryFolder(), 'map.mjs');
  await writeFile(file, code);
  return { ...((await import(file)) as Record<string, number>) };
}

describe('the generated maps of the kernels', () => {
  it('hold every constant of the AssemblyScript, with its value', async () => {
    expect(csvMap).toEqual(await constantsOf('csv/kernel'));
    expect(metricsMap).toEqual(await constantsOf('metrics/forecast/kernel'));
    expect(pageMap).toEqual(await constantsOf('parquet/read/kernel'));
    expect(encodeMap).toEqual(await constantsOf('parquet/write/kernel'));
    expect(encodeMap).toMatchObject({ PLACES: 8192, REGIONS: 73_728, ENTRY_BYTES: 12 });
    expect(csvMap).toMatchObject({ POSITION: 16_384, COLUMNS: 16_512, NO_LAST: 0xffff_ffff, QUOTE: 0x22 });
    expect(pageMap).toMatchObject({ BLOCK: 1024, REGIONS: 16_384, PRESENT: 4112, BAD_TIME: 6, NANOS: 1_000_000 });
    expect(metricsMap).toMatchObject({ COUNTS: 8, NODE_BYTES: 560, SCRATCH_BYTES: 576 });
  });

  it('agree with the states of cells and the spellings of times that batches have', () => {
    expect([csvMap.VALUE, csvMap.NULL, csvMap.NOT_DEFINED]).toEqual([stateValue, stateNull, stateNotDefined]);
    const { VALUE, NULL_CELL, NOT_DEFINED_CELL } = encodeMap;
    expect([VALUE, NULL_CELL, NOT_DEFINED_CELL]).toEqual([stateValue, stateNull, stateNotDefined]);
    const spelled = Object.fromEntries(
      Object.entries(csvMap)
        .filter(([name]) => name.startsWith('SPELLED_'))
        .map(([name, bits]) => [name.slice('SPELLED_'.length).toLowerCase(), bits]),
    );
    expect(spelled).toEqual(timeSpellings);
  });
});
