import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMemoryStorage, openExport, type BacktestExport } from '#src/index.js';
import type { Metrics } from '#src/metrics/base/summary.js';
import type { HistoryValue, ReportedSeries } from '#src/report/base/report.js';
import { addHistory } from '#src/report/content/series-history.js';
import { generateExport } from '#src/testing/index.js';
import { seededRandom, shuffled } from '../support/column-batch.ts';
import { failureOf } from '../support/failure.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const hour = 3_600_000;
const start = Date.parse('2021-11-01T00:00:00.000Z');
const iso = (time: number): string => new Date(time).toISOString();

async function exportWith(dimension?: string): Promise<BacktestExport> {
  const storage = createMemoryStorage();
  const dimensions = dimension === undefined ? [] : [{ name: dimension, cardinality: 2 }];
  await generateExport(storage, { items: 2, windows: 1, horizon: 4, dimensions });
  return openExport(storage);
}

function historyFile(header: string, lines: readonly string[]): string {
  const path = join(temporaryFolder(), 'history.csv');
  writeFileSync(path, `${header}\n${lines.join('\n')}\n`);
  return path;
}

/** A series with one window of so many steps. */
function seriesOf(item: string, steps: number, dimensions: Record<string, string> = {}): ReportedSeries {
  const timestamps = Array.from({ length: steps }, (_, step) => iso(start + step * hour));
  const none = timestamps.map(() => null);
  const window = { start: iso(start), end: timestamps.at(-1) ?? '', timestamps, actuals: none, forecasts: {} };
  const windows = steps === 0 ? [] : [window];
  return {
    item,
    dimensions,
    reasons: ['worst'],
    metrics: {} as Metrics,
    windows,
    windowsLeftOut: 0,
    rowsLeftOut: 0,
    history: [],
  };
}

const valuesOf = (history: readonly HistoryValue[] | undefined): (number | string)[][] =>
  (history ?? []).map(({ timestamp, value }) => [(Date.parse(timestamp) - start) / hour, value]);

describe('the history of drawn series', () => {
  it('is the last three horizons before the first window, from any files and in any order', async () => {
    const random = seededRandom(9);
    const lines = ['a', 'b', '', 'a\u2028b'].flatMap((item, index) =>
      Array.from({ length: 400 }, (_, step) => `"${item}",${iso(start + (step - 300) * hour)},${1000 * index + step}`),
    );
    const mixed = shuffled(lines, random);
    const files = [mixed.slice(0, 700), mixed.slice(700)].map((part) => historyFile('item_id,timestamp,demand', part));
    const drawn = [seriesOf('a', 4), seriesOf('', 2), seriesOf('a\u2028b', 1), seriesOf('none', 3), seriesOf('b', 0)];
    const found = await addHistory(drawn, await exportWith(), { history: files });
    const last = (index: number, count: number) =>
      Array.from({ length: count }, (_, at) => [at - count, 1000 * index + 300 - count + at]);
    expect(found.map(({ history }) => valuesOf(history))).toEqual([last(0, 12), last(2, 6), last(3, 3), [], []]);
    expect(found.map((series) => ({ ...series, history: [] }))).toEqual(drawn);
  });

  it('leaves out what is missing or not finite, and takes the least of several values of one timestamp', async () => {
    const file = historyFile('item_id,timestamp,demand', [
      `a,${iso(start - 4 * hour)},7`,
      `a,${iso(start - 3 * hour)},NaN`,
      `a,${iso(start - 2 * hour)},`,
      `a,,5`,
      `a,${iso(start - hour)},9`,
      `a,${iso(start - hour)},11`,
      `a,${iso(start - 4 * hour)},3`,
      `a,${iso(start)},1`,
    ]);
    const [series] = await addHistory([seriesOf('a', 4)], await exportWith(), { history: [file] });
    expect(valuesOf(series?.history)).toEqual([
      [-4, 3],
      [-1, 9],
    ]);
  });

  it('tells the series of an item apart by their dimensions', async () => {
    const file = historyFile(
      'demand,region,item_id,timestamp',
      ['n', 's', 'e'].map((region, index) => `${index},${region},a,${iso(start - hour)}`),
    );
    const drawn = [seriesOf('a', 1, { region: 's' }), seriesOf('a', 1, { region: 'n' })];
    const found = await addHistory(drawn, await exportWith('region'), { history: [file] });
    expect(found.map(({ history }) => valuesOf(history))).toEqual([[[-1, 1]], [[-1, 0]]]);
    // `step` is a word of groupings
    const [other] = await addHistory([seriesOf('a', 1)], await exportWith('step'), {
      history: [historyFile('demand,step,item_id,timestamp', [`1,s,a,${iso(start - hour)}`])],
    });
    expect(other?.history).toEqual([]);
  });

  it('is shared among many series', async () => {
    const drawn = Array.from({ length: 50 }, (_, index) => seriesOf(`i${index}`, 500));
    const lines = Array.from({ length: 1000 }, (_, step) => `i7,${iso(start + (step - 1000) * hour)},${step}`);
    const found = await addHistory(drawn, await exportWith(), {
      history: [historyFile('item_id,timestamp,demand', lines)],
    });
    expect(valuesOf(found[7]?.history).map(([, value]) => value)).toEqual(
      Array.from({ length: 120 }, (_, at) => 880 + at),
    );
  });

  it('is refused as verifyExport refuses it', async () => {
    const bx = await exportWith();
    const file = historyFile('item_id,demand', ['a,1']);
    const [code, message] = await failureOf(() => addHistory([seriesOf('a', 1)], bx, { history: [file] }));
    expect([code, message.slice(message.indexOf('history:'))]).toEqual([
      'SCHEMA_INVALID',
      "history: expected a column 'timestamp', once, found 'item_id', 'demand'; " +
        'historyColumns (--history-columns item=NAME,time=NAME,value=NAME) says which column is the time',
    ]);
  });
});
