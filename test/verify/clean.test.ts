import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLocalStorage, createMemoryStorage, openExport, verifyExport } from '#src/index.js';
import { generateExport, type GenerateOptions } from '#src/testing/index.js';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { describeFindings } from '../support/verify-cases.ts';

const types = ['mean', '0.01', '0.1', '0.35', '0.5', '0.65', '0.9', '0.99'];
const spelling = fc.constantFrom('Z' as const, 'none' as const, '+00:00' as const);

/** Sound exports of every shape that the generator has. */
const shapes: fc.Arbitrary<GenerateOptions> = fc.record(
  {
    seed: fc.nat(1000),
    items: fc.integer({ min: 3, max: 20 }),
    parts: fc.integer({ min: 1, max: 3 }),
    dimensions: fc.constantFrom(
      [],
      [{ name: 'store', cardinality: 3 }],
      [
        { name: 'a', cardinality: 2 },
        { name: '__proto__', cardinality: 2 },
      ],
    ),
    windows: fc.integer({ min: 1, max: 5 }),
    horizon: fc.integer({ min: 1, max: 30 }),
    frequency: fc.constantFrom('H', 'D', 'W', 'M', 'Y', '15min', '2H', '3M'),
    firstWindowStart: fc.constantFrom('2021-11-01T00:00:00', '2020-02-28T00:00:00', '2021-01-15T05:30:00'),
    itemColumn: fc.constantFrom('item_id', 'metric_name'),
    textStyle: fc.constantFrom('plain' as const, 'digits' as const, 'unicode' as const, 'hostile' as const),
    forecastTypes: fc.subarray(types, { minLength: 1 }),
    format: fc.constantFrom('CSV' as const, 'PARQUET' as const),
    naming: fc.constantFrom('seen' as const, 'documented' as const),
    metrics: fc.constantFrom('2020' as const, '2021' as const),
    averageColumn: fc.constantFrom('Average wQL' as const, 'AverageWeightedQuantileLoss' as const),
    wapeMeaning: fc.constantFrom('sum' as const, 'ratio' as const),
    timeSpelling: fc.record({ timestamp: spelling, windowStart: spelling, windowEnd: spelling }),
    missingActuals: fc.constantFrom(0, 0.3),
    zeroActuals: fc.constantFrom(0, 0.5, 1),
  },
  { requiredKeys: ['items', 'parts'] },
);

describe('a sound export', () => {
  it('of any shape has no finding, and its arithmetic is checked', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const storage = createMemoryStorage();
        await generateExport(storage, shape);
        const report = await verifyExport(storage);
        expect(describeFindings(report)).toEqual([]);
        // from 28 February on, a year of months says not whether they end or begin on their last day
        const untold = shape.firstWindowStart?.startsWith('2020-02-28') === true ? 'WINDOWS_UNTOLD' : '';
        const gaps = report.notChecked.map(({ code }) => code);
        expect(gaps.filter((code) => !expectedGaps.has(code) && code !== untold)).toEqual([]);
        const computed = report.computed.filter(({ column }) => column.startsWith('wQL'));
        const windows = report.computed.reduce((most, { checked }) => Math.max(most, checked), 0);
        expect(computed.map(({ checked }) => checked)).toEqual(computed.map(() => windows));
      }),
      { numRuns: 150 },
    );
  });

  it('gives the same report for any number of threads, opened or not', async () => {
    const folder = temporaryFolder();
    const shape = { items: 40, parts: 7, windows: 2, negativeForecasts: 0.2, crossedQuantiles: 0.2 };
    await generateExport(createLocalStorage(folder), shape);
    const alone = await verifyExport(folder, Object.freeze({ threads: 1, maxPlaces: 7 }));
    expect(alone.findings.map(({ code }) => code)).toEqual(['FORECAST_NEGATIVE', 'QUANTILES_CROSSED']);
    expect(await verifyExport(folder, { threads: 3, maxPlaces: 7 })).toEqual(alone);
    expect(await verifyExport(await openExport(folder), { threads: 2, maxPlaces: 7 })).toEqual(alone);
  });
});

/** What a sound export may leave unchecked, by its shape. */
const expectedGaps: ReadonlySet<string> = new Set([
  'FREQUENCY_UNKNOWN',
  'NO_MEAN_COLUMN',
  'MASE_NEEDS_HISTORY',
  'WAPE_AMBIGUOUS',
]);
