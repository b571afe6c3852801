import { describe, expect, it } from 'vitest';
import { columnsOf, keyColumns } from '#src/schema/columns-of.js';
import { inferSchema } from '#src/schema/infer-schema.js';

const forecasts = inferSchema([
  'p90',
  'backtestwindow_end_time',
  'timestamp',
  'store',
  'item_id',
  'mean',
  'target_value',
  'backtestwindow_start_time',
  'p10',
]);
const accuracy = inferSchema([
  'sku',
  'backtest_window',
  'backtestwindow_start_time',
  'backtestwindow_end_time',
  'wQL[0.5]',
  'RMSE',
]);

describe('columnsOf', () => {
  it('finds columns by what they mean, in any order', () => {
    const { item, dimensions, timestamp, target, windowStart, windowEnd, mean, quantiles, metrics } =
      columnsOf(forecasts);
    expect([item, dimensions, timestamp, target, mean]).toEqual([
      'item_id',
      ['store'],
      'timestamp',
      'target_value',
      'mean',
    ]);
    expect([windowStart, windowEnd]).toEqual(['backtestwindow_start_time', 'backtestwindow_end_time']);
    expect(quantiles).toEqual([
      { name: 'p10', forecastType: '0.1', tau: 0.1 },
      { name: 'p90', forecastType: '0.9', tau: 0.9 },
    ]);
    expect(metrics).toEqual([]);
  });

  it('throws for a column that the table does not have, when it is read', () => {
    const columns = columnsOf(accuracy);
    expect([columns.item, columns.mean, columns.backtestWindow]).toEqual(['sku', undefined, 'backtest_window']);
    expect(columns.metrics.map(({ name }) => name)).toEqual(['wQL[0.5]', 'RMSE']);
    expect(() => columns.target).toThrow('expected a target column, found none in accuracy-metrics-values');
    expect(() => columns.timestamp).toThrow('expected a timestamp column');
  });
});

describe('keyColumns', () => {
  it('are the texts, then the times', () => {
    const names = (schema: typeof accuracy): string[] => keyColumns(schema).map(({ name }) => name);
    expect(names(forecasts)).toEqual([
      'item_id',
      'store',
      'backtestwindow_start_time',
      'backtestwindow_end_time',
      'timestamp',
    ]);
    expect(names(accuracy)).toEqual(['sku', 'backtest_window', 'backtestwindow_start_time', 'backtestwindow_end_time']);
  });
});
