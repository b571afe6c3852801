import { createMemoryStorage, type MemoryStorage } from 'backtest-export';
import { expectExport, generateExport, type GenerateOptions } from 'backtest-export/testing';
import { expect, it } from 'vitest';
import { pages } from '../support/page-blocks.ts';

async function made(location: string, options: GenerateOptions = {}): Promise<MemoryStorage> {
  const storage = createMemoryStorage([], location);
  await generateExport(storage, { jobName: 'bike', items: 5, ...options });
  return storage;
}

const bike = await made('exports/bike');
const damaged = await made('exports/damaged', { defects: ['duplicate-row', 'computed-metric-wrong'] });
const after = await made('exports/after');
const path = 'forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part0.csv';
after.put(path, new TextDecoder().decode(after.get(path)).replace(',135.70008740274227,', ',140,'));

const failures: readonly (readonly [string, () => Promise<void>])[] = [
  [
    'toBeBacktestExport',
    () => expectExport(bike).toBeBacktestExport({ format: 'PARQUET', forecastTypes: ['mean', '0.5'] }),
  ],
  [
    'toHaveMetrics',
    () => expectExport(bike).toHaveMetrics({ WAPE: { atMost: 0.2 }, 'coverage[0.9]': { atLeast: 0.85, atMost: 0.95 } }),
  ],
  ['toHaveNoVerificationErrors', () => expectExport(damaged).toHaveNoVerificationErrors()],
  ['toEqualExport', () => expectExport(after).toEqualExport(bike)],
];

it.each(failures)('docs/testing.md shows the message of %s as it is', async (_, fail) => {
  const error: unknown = await fail().catch((thrown: unknown) => thrown);
  const shown = (error as Error).message.replaceAll(/^(?=.)/gm, '    ');
  expect(pages.get('docs/testing.md')).toContain(`\n\n${shown}\n\n`);
});
