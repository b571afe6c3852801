import assert from 'node:assert/strict';
import { createMemoryStorage, openExport, type MemoryStorage } from 'backtest-export';
import { expectExport, generateExport, type GenerateOptions } from 'backtest-export/testing';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../support/failure.ts';

async function generated(options: GenerateOptions = {}): Promise<MemoryStorage> {
  const storage = createMemoryStorage();
  await generateExport(storage, { items: 3, horizon: 4, ...options });
  return storage;
}

const name = 'memory: (synthetic_backtest, 2021-12-14T13:20:10.000Z)';

/** Name, code and message of what is thrown. */
async function thrownBy(run: () => Promise<void>): Promise<unknown[]> {
  try {
    await run();
  } catch (error) {
    assert(error instanceof Error);
    return [error.name, Reflect.get(error, 'code'), error.message];
  }
  return [];
}

describe('expectExport', () => {
  it('returns where the export matches, with every matcher', async () => {
    const storage = await generated();
    const opened = await openExport(storage);
    for (const each of [storage, opened]) {
      await expectExport(each).toBeBacktestExport({
        jobName: 'synthetic_backtest',
        exportedAt: new Date('2021-12-14T13:20:10Z'),
        dimensions: [],
        forecastTypes: ['mean', '0.1', '0.5', '0.9'],
      });
      await expectExport(each).toEqualExport(await generated({ format: 'PARQUET' }), { tolerance: 0 });
      await expectExport(each).toHaveNoVerificationErrors({ tolerance: 1e-9 });
      await expectExport(each).toHaveMetrics({ WAPE: { atMost: 1 } }, { point: 'mean' });
      await expectExport(each).not.toBeBacktestExport({ forecastTypes: ['mean', '0.1', '0.5'] });
      await expectExport(each).not.toBeBacktestExport({ forecastTypes: ['mean', '0.1', '0.9', '0.5'] });
      await expectExport(each).not.toBeBacktestExport({ forecastTypes: ['mean', '0.1', '0.5', '0.9', '0.99'] });
      await expectExport(each).not.toEqualExport(await generated({ seed: 2 }));
      await expectExport(each).not.toHaveMetrics({ WAPE: 0 });
    }
    await expectExport(await generated({ defects: ['duplicate-row'] })).not.toHaveNoVerificationErrors();
  });

  it('takes matchers of any framework as expected values', async () => {
    const storage = await generated();
    await expectExport(storage).toBeBacktestExport({ jobName: expect.stringMatching(/^synth/) });
    await expectExport(storage).not.toHaveMetrics({ WAPE: expect.closeTo(5, 2) });
  });

  it('throws an AssertionError with the message of the matcher', async () => {
    const storage = await generated();
    const expected = {
      format: 'PARQUET',
      jobName: expect.stringMatching(/b$/),
      complete: false,
      forecastTypes: ['0.5'],
      exportedAt: expect.any(String),
    };
    expect(await thrownBy(() => expectExport(storage).toBeBacktestExport(expected))).toEqual([
      'AssertionError',
      'ERR_ASSERTION',
      `expected ${name} to be a backtest export with other properties\n\n` +
        '                 expected                           found\n' +
        '  jobName        an object of class StringMatching  "synthetic_backtest"\n' +
        '  format         "PARQUET"                          "CSV"\n' +
        '  forecastTypes  ["0.5"]                            ["mean", "0.1", "0.5", "0.9"]\n' +
        '  complete       false                              true\n' +
        '  exportedAt     Any<String>                        2021-12-14T13:20:10.000Z',
    ]);
    expect(await thrownBy(() => expectExport(storage).not.toHaveMetrics({ WAPE: { atMost: 1 } }))).toEqual([
      'AssertionError',
      'ERR_ASSERTION',
      `expected ${name}, over all windows, not to have {"WAPE": {"atMost": 1}}, but it does`,
    ]);
  });

  it('does not count a mistake of the test as an answer', async () => {
    const [code] = await failureOf(() => expectExport('no/such/folder').not.toBeBacktestExport());
    expect(code).toBe('FILE_NOT_FOUND');
  });
});
