import { describe, expect, it } from 'vitest';
import { createMemoryStorage, summarize, toAccuracyMetrics, verifyExport } from 'backtest-export';
import { generateExport, type GenerateOptions } from 'backtest-export/testing';

const day = (text: string): string => text.slice(0, 10);

/** A generated export verifies without a finding, and its steps are found again. */
async function expectSound(options: GenerateOptions): Promise<void> {
  const storage = createMemoryStorage();
  await generateExport(storage, options);
  const report = await verifyExport(storage);
  expect(report.findings).toEqual([]);
  expect(report.ok).toBe(true);
  expect(report.frequency).toBe(options.frequency);
  expect(report.notChecked.map(({ code }) => code)).toEqual(['MASE_NEEDS_HISTORY']);
}

describe('a calendar of months', () => {
  it('keeps the day of the first window, limited to the month, across windows', async () => {
    const storage = createMemoryStorage();
    const { windows } = await generateExport(storage, {
      items: 1,
      frequency: 'M',
      horizon: 2,
      windows: 3,
      firstWindowStart: '2021-10-31',
    });
    expect(windows.map(({ start, end }) => [day(start), day(end)])).toEqual([
      ['2021-10-31', '2021-11-30'],
      ['2021-12-31', '2022-01-31'],
      ['2022-02-28', '2022-03-31'],
    ]);
  });

  it('is sound in one window from the end of October, which a calendar with overflowing months is not', async () => {
    await expectSound({ items: 2, horizon: 5, frequency: 'M', firstWindowStart: '2021-10-31T00:00:00' });
  });

  // every length of a month, both kinds of February, and a year's end; the days before, where months are cut to fit
  const monthEnds = ['2019-02-28', '2020-02-28', '2020-02-29', '2100-02-28', '2021-04-30', '2021-12-31'];
  const days = ['2021-10-28', '2021-10-29', '2021-10-30', '2021-10-31', '2021-12-15', '2022-01-29', '2022-01-30'];
  const starts = [...monthEnds, ...days].flatMap((start) => ['M', '2M', '3M', '11M', 'Y'].map((text) => [start, text]));
  it.each(starts)('from %s by %s is sound', async (firstWindowStart, frequency) => {
    const shape = frequency === 'M' ? { windows: 1, horizon: 14 } : { windows: 4, horizon: 3 };
    await expectSound({ items: 2, frequency, firstWindowStart, ...shape });
  });

  const summarized = ['2021-10-31', '2021-11-30', '2020-02-29'].flatMap((firstWindowStart) =>
    ['M', '3M', 'Y', 'W'].map((frequency) => [firstWindowStart, frequency] as const),
  );
  it.each(summarized)('from %s by %s has its steps in a summary', async (firstWindowStart, frequency) => {
    const options: GenerateOptions = { items: 3, frequency, horizon: 4, windows: 5, firstWindowStart };
    const storage = createMemoryStorage();
    await generateExport(storage, options);
    const summary = await summarize(storage, { by: ['step'] });
    expect(summary.frequency?.text).toBe(frequency);
    expect(summary.groups.map(({ key, count }) => [key['step'], count])).toEqual(
      [1, 2, 3, 4].map((step) => [step, 3 * 5]),
    );
    expect(summary.accuracyMetrics?.wapeMeaning).toBe('sum');
    // a window ends where the one that begins after its four steps would
    const ends = toAccuracyMetrics(summary)
      .PredictorEvaluationResults[0]!.TestWindows.slice(1)
      .map(({ TestWindowEnd }) => TestWindowEnd);
    const { windows } = await generateExport(createMemoryStorage(), { ...options, windowOffset: 1, windows: 21 });
    expect(ends).toEqual([4, 8, 12, 16, 20].map((at) => new Date(`${windows[at]!.start}Z`)));
  });
});

describe('every frequency of the service', () => {
  // ForecastFrequency: 1 to 59 minutes, 1 to 23 hours, 1 to 6 days, 1 to 4 weeks, 1 to 11 months, a year
  const counts = {
    M: [1, 2, 4, 5, 6, 7, 8, 9, 10],
    Y: [1],
    min: [1, 2, 5, 7, 10, 15, 20, 30, 45, 59],
    H: [1, 2, 5, 6, 12, 23],
    D: [1, 2, 3, 6],
    W: [1, 2, 3, 4],
  };
  const texts = Object.entries(counts).flatMap(([unit, each]) =>
    each.map((count) => `${count === 1 && unit !== 'min' ? '' : count}${unit}`),
  );
  it.each(texts)('%s is sound over the end of February and of a year', async (frequency) => {
    for (const firstWindowStart of ['2020-02-28T23:00:00', '2021-12-31T22:30:00']) {
      await expectSound({ items: 2, frequency, horizon: 6, windows: 3, firstWindowStart });
    }
  });
});
