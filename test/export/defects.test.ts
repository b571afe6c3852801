import { describe, expect, it } from 'vitest';
import { createMemoryStorage, openExport, summarize, type BacktestExport } from '#src/index.js';
import {
  defectNames,
  describeDefect,
  generateExport,
  type DefectName,
  type GeneratedExport,
} from '#src/testing/index.js';
import { BacktestExportError } from '#src/errors.js';

/** Every defect that the generator can plant, against the real reader: the code and the place that were promised. */
async function plant(
  name: DefectName,
): Promise<{ made: GeneratedExport; storage: ReturnType<typeof createMemoryStorage> }> {
  const storage = createMemoryStorage();
  const options = { items: 12, windows: 2, horizon: 6, parts: 3, dimensions: [{ name: 'store', cardinality: 2 }] };
  return { made: await generateExport(storage, { ...options, defects: [name] }), storage };
}

async function readEverything(storage: ReturnType<typeof createMemoryStorage>): Promise<BacktestExport> {
  const found = await openExport(storage);
  for (const table of [found.forecastedValues, found.accuracyMetrics]) {
    if (!table.exists) continue;
    for await (const batch of table.columnBatches()) expect(batch.rows).toBeGreaterThan(0);
  }
  return found;
}

const tells = new Map<DefectName, string>([
  ['zero-byte-part', 'PART_EMPTY'],
  ['missing-part', 'PART_NUMBER_GAP'],
  ['foreign-file', 'FILE_FOREIGN'],
  ['no-success-marker', 'SUCCESS_MISSING'],
  ['no-markers', 'SUCCESS_MISSING'],
  ['missing-accuracy-table', 'TABLE_MISSING'],
  ['swapped-folders', 'TABLE_MISPLACED'],
]);

describe('every defect by name', () => {
  for (const name of defectNames) {
    const { expects } = describeDefect(name);
    it(`${name}: ${expects ?? 'is read'}`, async () => {
      const { made, storage } = await plant(name);
      const result = await readEverything(storage).catch((error: unknown) => error);
      if (expects === undefined) {
        if (result instanceof Error) throw result;
        const codes = (result as BacktestExport).warnings.map(({ code }) => code);
        const wanted = tells.get(name);
        if (wanted !== undefined) expect(codes).toContain(wanted);
        return;
      }
      expect(result).toBeInstanceOf(BacktestExportError);
      const error = result as BacktestExportError;
      expect(error.code).toBe(expects);
      const place = made.planted.find(({ expectedCode }) => expectedCode !== undefined);
      // a header is judged as a whole; of two parts that disagree either may be the odd one
      const header = place?.record === 0;
      const position = {
        ...(place?.record === undefined ? {} : { record: place.record, line: place.line }),
        ...(place?.record === undefined || expects === 'SCHEMA_CONFLICT' ? {} : { file: place.path }),
        ...(place?.column === undefined || header ? {} : { column: place.column }),
        ...(place?.byte === undefined || header ? {} : { byte: place.byte }),
      };
      expect(error.position).toMatchObject(position);
    });
  }

  it('a damaged part gives no partial summary; a skipped one is reported and counts for nothing', async () => {
    const { made, storage } = await plant('word-in-number');
    const found = await openExport(storage);
    await expect(summarize(found)).rejects.toMatchObject({ code: 'NUMBER_INVALID' });
    const summary = await summarize(found, { onBadPart: 'skip' });
    const bad = made.planted[0]?.path ?? '';
    expect(summary.skippedParts).toEqual([
      {
        table: 'forecasted-values',
        file: bad,
        code: 'NUMBER_INVALID',
        message: expect.stringContaining('expected a number'),
      },
    ]);
    const clean = createMemoryStorage();
    await generateExport(clean, {
      items: 12,
      windows: 2,
      horizon: 6,
      parts: 3,
      dimensions: [{ name: 'store', cardinality: 2 }],
    });
    await clean.remove(bad);
    const without = await summarize(await openExport(clean));
    expect(summary.windows).toEqual(without.windows);
  });
});
