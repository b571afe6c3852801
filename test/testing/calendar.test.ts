import { describe, expect, it } from 'vitest';
import { createMemoryStorage, summarize, toAccuracyMetrics, verifyExport } from 'backtest-export';
import { generateExport, type GenerateOptions } from 'backtest-export/testing';

const day = (text: string): string => text.slice(0, 10);

describe('a calendar of months', () => {
  it('keeps the day of the first window, cut to the month, across windows', async () => {
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

  const starts = ['2021-10-29', '2021-10-30', '2021-10-31', '2021-11-30', '2022-02-28', '2020-02-29', '2021-12-15'];
  const cases = starts.flatMap((firstWindowStart) =>
    ['M', '3M', 'Y', 'W'].map((frequency) => [firstWindowStart, frequency] as const),
  );
  it.each(cases)('from %s by %s is sound, and its steps are told', async (firstWindowStart, frequency) => {
    const options: GenerateOptions = { items: 3, frequency, horizon: 4, windows: 5, firstWindowStart };
    const storage = createMemoryStorage();
    await generateExport(storage, options);
    const report = await verifyExport(storage);
    expect(report.findings).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.notChecked.map(({ code }) => code)).toEqual(['MASE_NEEDS_HISTORY']);
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
