import { describe, expect, it } from 'vitest';
import { createMemoryStorage, verifyExport, type MemoryStorage } from '#src/index.js';
import { describeFindings } from '../support/verify-cases.ts';

const accuracyPath = 'accuracy-metrics-values/Accuracy_bike_2021-12-14T13-20-10Z_part0.csv';
const forecastPath = 'forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part0.csv';

function timeOf(hour: number): string {
  return new Date(Date.UTC(1000, 0, 1) + hour * 3_600_000).toISOString().slice(0, 19);
}

/** Metrics of one series, one row for each of many windows of an hour. */
function manyWindows(count: number, ofSummary = '0.5'): MemoryStorage {
  const header = 'item_id,backtest_window,backtestwindow_start_time,backtestwindow_end_time,wQL[0.5]\n';
  const rows = Array.from({ length: count }, (_, hour) => `i,Computed,${timeOf(hour)},${timeOf(hour)},0.5\n`);
  const summary = `i,Summary,${timeOf(0)},${timeOf(count - 1)},${ofSummary}\n`;
  return createMemoryStorage([
    [accuracyPath, header + rows.join('') + summary],
    ['_SUCCESS', ''],
    ['_CHECK', ''],
  ]);
}

/** Forecasts of one series and window, each row a run of its own: times fall. */
function manyRuns(count: number, times: (index: number) => number): MemoryStorage {
  const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean\n';
  const window = `${timeOf(0)},${timeOf(count)}`;
  const rows = Array.from({ length: count }, (_, index) => `i,${timeOf(times(index))}Z,1.0,${window},1.0\n`);
  return createMemoryStorage([
    [forecastPath, header + rows.join('')],
    ['_SUCCESS', ''],
    ['_CHECK', ''],
  ]);
}

// quadratic, these took from one minute to an hour; the runner's own limit ends them
describe('verify takes time as the rows', () => {
  it('of one series with very many windows', async () => {
    const report = await verifyExport(manyWindows(130_000), { threads: 1 });
    expect(describeFindings(report).filter((finding) => finding.startsWith('error'))).toEqual([
      'error TABLE_MISSING 1 forecasted-values',
    ]);
    expect(report.summary[0]?.checked).toBe(1);
  }, 30_000);

  it('of one window with very many runs, apart or repeated', async () => {
    const apart = await verifyExport(
      manyRuns(60_000, (index) => 59_999 - index),
      { threads: 1 },
    );
    expect(apart.findings.map(({ code }) => code)).not.toContain('DUPLICATE_EXACT');
    const repeated = await verifyExport(
      manyRuns(60_000, (index) => (index % 2) * -1 + 30_000),
      { threads: 1 },
    );
    expect(repeated.findings.map(({ code }) => code)).toContain('EXPORTS_MERGED');
  }, 30_000);
});

describe('a signal', () => {
  it('is heard while series are judged: nothing is read any more for the report', async () => {
    // a summary that differs, whose place the report would read
    const storage = manyWindows(130_000, '0.75');
    const controller = new AbortController();
    let turns = 0;
    const count = (): void => {
      turns++;
      // after the last row was read the fourth turn comes while windows are judged
      if (turns === 4) controller.abort(new Error('enough'));
      else setImmediate(count);
    };
    let opened = 0;
    const watched = watch(storage, () => {
      if (turns > 0) opened++;
    });
    const verifying = verifyExport(watched, {
      threads: 1,
      signal: controller.signal,
      onProgress: ({ bytes, totalBytes }) => {
        if (bytes === totalBytes && turns === 0) count();
      },
    });
    await expect(verifying).rejects.toThrow('enough');
    expect(opened).toBe(0);
  }, 30_000);
});

/** The same storage, which tells when a file is opened. */
function watch(storage: MemoryStorage, onOpen: () => void): MemoryStorage {
  return new Proxy(storage, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...values: unknown[]): unknown => {
        if (name === 'open') onOpen();
        return Reflect.apply(value, target, values) as unknown;
      };
    },
  });
}
