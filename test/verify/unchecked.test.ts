import { describe, expect, it } from 'vitest';
import {
  createMemoryStorage,
  parseFrequency,
  verifyExport,
  type NotCheckedCode,
  type VerificationReport,
  type VerifyOptions,
} from '#src/index.js';
import { generateExport, type GenerateOptions } from '#src/testing/index.js';
import { smallExport } from '../support/verify-cases.ts';

async function reportOf(
  options: GenerateOptions,
  change: (text: string) => string = (text) => text,
  verifying: VerifyOptions = {},
): Promise<VerificationReport> {
  const storage = createMemoryStorage();
  const { files } = await generateExport(storage, { ...smallExport, ...options });
  for (const { path } of files) {
    if (path.includes('accuracy')) storage.put(path, change(new TextDecoder().decode(storage.get(path))));
  }
  return verifyExport(storage, verifying);
}

const uncheckedOf = ({ notChecked }: VerificationReport): (readonly [NotCheckedCode, number])[] =>
  notChecked.filter(({ code }) => code !== 'MASE_NEEDS_HISTORY').map(({ code, count }) => [code, count] as const);
const checkedOf = ({ computed }: VerificationReport): Record<string, number> =>
  Object.fromEntries(computed.map(({ column, checked }) => [column, checked]));

describe('what cannot be checked is said', () => {
  it('without a mean: four metrics', async () => {
    const report = await reportOf({ forecastTypes: ['0.1', '0.9'] });
    expect(uncheckedOf(report)).toEqual([['NO_MEAN_COLUMN', 0]]);
    expect(checkedOf(report)).toEqual({
      'wQL[0.1]': 48,
      'wQL[0.9]': 48,
      'Average wQL': 48,
      RMSE: 0,
      WAPE: 0,
      MAPE: 0,
      MASE: 0,
    });
    expect(report.wapeMeaning).toBe('sum');
  });

  it('without history: MASE', async () => {
    const { notChecked } = await reportOf({});
    expect(notChecked.map(({ code, count }) => [code, count])).toEqual([['MASE_NEEDS_HISTORY', 0]]);
  });

  it('with one step a window: the frequency', async () => {
    const report = await reportOf({ horizon: 1 });
    expect(uncheckedOf(report)).toEqual([['FREQUENCY_UNKNOWN', 0]]);
    expect(report.checked).not.toContain('TIME_OFF_FREQUENCY');
  });

  it('with one table: everything across, and the rules of the other', async () => {
    const report = await reportOf({ defects: ['missing-accuracy-table'] });
    expect(uncheckedOf(report)).toEqual([['TABLE_ABSENT', 0]]);
    expect(report.checked).not.toContain('COMPUTED_DIFFERS');
    expect(report.checked).not.toContain('METRIC_MISSING');
  });

  it('with a part missing: what may lie in it', async () => {
    const report = await reportOf({ defects: ['missing-part'] });
    expect(uncheckedOf(report)).toEqual([['PARTS_INCOMPLETE', 0]]);
  });

  it('where rows are missing, or there more than once', async () => {
    expect(uncheckedOf(await reportOf({ defects: ['missing-step'] }))).toEqual([['ROWS_MISSING', 1]]);
    expect(uncheckedOf(await reportOf({ defects: ['nan-forecast'] }))).toEqual([['ROWS_MISSING', 1]]);
    expect(uncheckedOf(await reportOf({ defects: ['duplicate-row'] }))).toEqual([['ROWS_REPEATED', 1]]);
  });

  it('where a Computed row is odd: its Summary row', async () => {
    expect(uncheckedOf(await reportOf({ defects: ['empty-metric'] }))).toEqual([['SUMMARY_OF_ODD_ROWS', 1]]);
  });

  it('for a quantile that only the metrics have: it and the average', async () => {
    const report = await reportOf({}, (text) => text.replace('wQL[0.9]', 'wQL[0.95]'));
    expect(uncheckedOf(report)).toEqual([['QUANTILE_ABSENT', 2]]);
    expect(checkedOf(report)).toMatchObject({ 'wQL[0.1]': 48, 'wQL[0.95]': 0, 'Average wQL': 0, RMSE: 48 });
  });

  it('windows of too many steps, or of months that may end in either way', async () => {
    const long = await reportOf({ items: 1, parts: 1, dimensions: [], windows: 1, horizon: 10_000 }, (text) => text);
    expect(uncheckedOf(long)).toEqual([]);
    const few = { items: 1, parts: 1, dimensions: [], windows: 1, frequency: 'M' };
    expect(uncheckedOf(await reportOf({ ...few, horizon: 1200 }))).toEqual([]);
    expect(uncheckedOf(await reportOf({ ...few, horizon: 1201 }))).toEqual([['WINDOWS_UNTOLD', 1]]);
    const february = { frequency: 'M', horizon: 13, windows: 1, firstWindowStart: '2021-02-28T00:00:00' };
    // the timestamps show the day of the month, a frequency that is given does not
    expect(uncheckedOf(await reportOf(february))).toEqual([]);
    const given = { frequency: parseFrequency('M')! };
    expect(uncheckedOf(await reportOf(february, undefined, given))).toEqual([['WINDOWS_UNTOLD', 24]]);
  });

  it('whether a WAPE is a sum or a ratio, where actuals add up to 1', async () => {
    const storage = createMemoryStorage();
    const folder = 'synthetic_backtest_2021-12-14T13-20-10Z';
    const window = '2021-11-01T00:00:00,2021-11-01T01:00:00';
    storage.put(
      `forecasted-values/Forecasts_${folder}_part0.csv`,
      'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean\n' +
        `a,2021-11-01T00:00:00Z,0.5,${window},0.75\na,2021-11-01T01:00:00Z,0.5,${window},0.5\n`,
    );
    storage.put(
      `accuracy-metrics-values/Accuracy_${folder}_part0.csv`,
      'item_id,backtest_window,backtestwindow_start_time,backtestwindow_end_time,WAPE\n' +
        `a,Computed,${window},0.25\na,Summary,${window},0.25\n`,
    );
    const report = await verifyExport(storage, {
      rules: { SUCCESS_MARKER_MISSING: 'off', CHECK_MARKER_MISSING: 'off' },
    });
    expect(report.findings).toEqual([]);
    expect([report.wapeMeaning, uncheckedOf(report)]).toEqual(['unknown', [['WAPE_AMBIGUOUS', 0]]]);
    expect(report.computed).toEqual([{ column: 'WAPE', checked: 1, differ: 0, greatest: null }]);
  });
});

describe('the meaning of WAPE', () => {
  it.each(['sum', 'ratio'] as const)(
    '%s is told from the cells, and a cell of the other one differs',
    async (wapeMeaning) => {
      const report = await reportOf({ wapeMeaning });
      expect([report.wapeMeaning, report.findings]).toEqual([wapeMeaning, []]);
      let first = true;
      const odd = await reportOf({ wapeMeaning }, (text) => {
        const [header = '', row = '', ...rest] = text.split('\n');
        const at = header.split(',').indexOf('WAPE');
        const cells = row.split(',');
        if (first) cells[at] = String(Number(cells[at]) * 1.5);
        first = false;
        return [header, cells.join(','), ...rest].join('\n');
      });
      expect(odd.wapeMeaning).toBe(wapeMeaning);
      expect(odd.findings.map(({ code, count }) => [code, count])).toEqual([
        ['COMPUTED_DIFFERS', 1],
        ['SUMMARY_DIFFERS', 1],
      ]);
    },
  );
});
