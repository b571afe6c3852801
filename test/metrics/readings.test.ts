import { describe, expect, it } from 'vitest';
import { createMemoryStorage, openExport, summarize, type BacktestExport, type Metrics } from 'backtest-export';
import { generateExport, type GenerateOptions } from 'backtest-export/testing';
import { collect } from '../support/collect.ts';
import {
  averageMetrics,
  finishExactly,
  measureExactly,
  type ExactMetrics,
  type ExactRow,
} from '../reference/exact-metrics.ts';

/** An export in which many windows of many items hold zeros alone. */
async function sparse(options: GenerateOptions): Promise<BacktestExport> {
  const storage = createMemoryStorage();
  await generateExport(storage, {
    items: 40,
    frequency: 'D',
    horizon: 3,
    windows: 4,
    zeroActuals: 0.6,
    missingActuals: 0.1,
    negativeForecasts: 0.1,
    parts: 3,
    ...options,
  });
  return openExport(storage);
}

async function exactRows(found: BacktestExport): Promise<ExactRow[]> {
  const rows = await collect(found.forecastedValues.rows());
  const nameOf = (type: string): string =>
    found.forecastedValues.schema.columns.find(({ forecastType }) => forecastType === type)?.name ?? '';
  return rows.map((row) => ({
    item: String(row['item_id']),
    dimensions: found.dimensions.map((name) => String(row[name])),
    timestamp: String(row['timestamp']),
    windowStart: (row['backtestwindow_start_time'] as Date).toISOString(),
    windowEnd: (row['backtestwindow_end_time'] as Date).toISOString(),
    target: row['target_value'] as number | null,
    forecasts: new Map(found.forecastTypes.map((type) => [type, row[nameOf(type)] as number | null])),
  }));
}

type Ratios = Pick<Metrics, 'averageWQL' | 'WAPE' | 'RMSE' | 'MAPE' | 'wQL'>;

/** The reference's figures of rows, those that are ratios to nothing taken away. */
function measure(rows: readonly ExactRow[], types: readonly string[], point: string): Ratios {
  const [window] = measureExactly(rows, types);
  const metrics = finishExactly(window!, point);
  const zeros = window!.absolute === 0;
  const none = Object.fromEntries(Object.keys(metrics.wQL).map((type) => [type, null]));
  return {
    ...metrics,
    ...(zeros ? { averageWQL: null, WAPE: null, wQL: none, MAPE: null } : {}),
  };
}

/** The mean over windows, each figure over those that have it. */
function average(windows: readonly Ratios[]): Ratios {
  const defined = windows.filter(({ WAPE }) => WAPE !== null) as readonly ExactMetrics[];
  const [first] = windows;
  const mean = defined.length === 0 ? first! : averageMetrics(defined);
  return { ...mean, RMSE: averageMetrics(windows as readonly ExactMetrics[]).RMSE };
}

function groupsOf(rows: readonly ExactRow[], key: (row: ExactRow) => string): Map<string, ExactRow[]> {
  const groups = new Map<string, ExactRow[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}

describe('the two readings of groups', () => {
  const cases: readonly [string, GenerateOptions, string, string | undefined, string][] = [
    ['by item', {}, 'item', undefined, 'mean'],
    ['by a dimension', { dimensions: [{ name: 'store', cardinality: 7 }] }, 'store', undefined, 'mean'],
    ['by item, errors of p50', { forecastTypes: ['0.1', '0.5', '0.9'] }, 'item', undefined, '0.5'],
    ['by item, errors of p90', { seed: 9 }, 'item', 'p90', '0.9'],
  ];
  it.each(cases)('are those of the exact reference, bit for bit: %s', async (_, options, by, asked, point) => {
    const found = await sparse(options);
    const rows = await exactRows(found);
    const keyOf = (row: ExactRow): string => (by === 'item' ? row.item : row.dimensions[0]!);
    const choice = asked === undefined ? {} : { point: asked };
    const { groups, ...rest } = await summarize(found, { by: [by], threads: 1, ...choice });
    expect(rest.point).toBe(point);
    const expected = groupsOf(rows, keyOf);
    expect(groups.map(({ key }) => key[by])).toEqual([...expected.keys()].sort());
    for (const { key, pooled, averaged, windowCount } of groups) {
      const members = expected.get(String(key[by]))!;
      const windows = [...groupsOf(members, ({ windowStart }) => windowStart).values()];
      const whole = members.map((row) => ({ ...row, windowStart: '', windowEnd: '' }));
      expect(pooled).toMatchObject(measure(whole, found.forecastTypes, point));
      expect(averaged).toMatchObject(average(windows.map((some) => measure(some, found.forecastTypes, point))));
      expect(windowCount).toBe(windows.length);
    }
    expect(groups.some(({ pooled, averaged }) => pooled.WAPE !== averaged.WAPE)).toBe(true);
  });

  it('rank and show the pooled one, no numerator among ratios, nulls last and counted', async () => {
    const found = await sparse({ zeroActuals: 0.85 });
    for (const reading of ['pooled', 'averaged'] as const) {
      const all = await summarize(found, { by: ['item'], worst: { metric: 'WAPE', count: 1000 }, reading });
      const figures = all.groups.map((group) => group[reading].WAPE);
      const values = figures.filter((value) => value !== null);
      const nulls = figures.length - values.length;
      expect(nulls).toBeGreaterThan(0);
      expect(figures.slice(values.length)).toEqual(Array.from({ length: nulls }, () => null));
      expect(values).toEqual(values.toSorted((a, b) => b - a));
      expect(all.notes.find(({ code, metric }) => code === 'NO_RATIO' && metric === 'WAPE')?.count).toBe(nulls);
      expect(all.reading).toBe(reading);
    }
  });

  it('are one where there is one window', async () => {
    const { groups } = await summarize(await sparse({ windows: 1 }), { by: ['item'] });
    expect(groups.every(({ pooled, averaged }) => pooled === averaged)).toBe(true);
  });
});
