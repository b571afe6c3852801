import { describe, expect, it } from 'vitest';
import type { ColumnNaming } from '#src/schema/column-naming.js';
import { findLostNames, renameColumns } from '#src/schema/column-names.js';
import { inferSchema } from '#src/schema/infer-schema.js';
import { failureOf } from '../support/failure.ts';

const times = ['backtestwindow_start_time', 'backtestwindow_end_time'];
const accuracy = ['item_id', 'region', 'backtest_window', ...times];
const figures = ['wQL[0.1]', 'wQL[0.05]', 'wQL[0.99]', 'Average wQL', 'RMSE', 'WAPE', 'MAPE', 'MASE'];
const athena = ['wql_0_1', 'wql_0_05', 'wql_0_99', 'average_wql', 'rmse', 'wape', 'mape', 'mase'];

function renamed(header: readonly string[], naming: ColumnNaming): string[] {
  return renameColumns(inferSchema(header), naming).columns.map(({ name }) => name);
}

function lost(header: readonly string[], naming: ColumnNaming): string[] {
  return findLostNames(inferSchema(header), naming).map(({ name }) => name);
}

describe('names of columns', () => {
  it('fit for Athena are lower case without brackets, mean the same, and lead back', () => {
    expect(renamed([...accuracy, ...figures], 'athena')).toEqual([...accuracy, ...athena]);
    expect(renamed([...accuracy, ...athena], 'forecast')).toEqual([...accuracy, ...figures]);
    const [before, after] = [inferSchema([...accuracy, ...figures]), inferSchema([...accuracy, ...athena])];
    expect(after.columns.map((column) => ({ ...column, name: '' }))).toEqual(
      before.columns.map((column) => ({ ...column, name: '' })),
    );
    expect(after.forecastTypes).toEqual(['0.05', '0.1', '0.99']);
    expect(lost([...accuracy, ...figures], 'athena')).toEqual([]);
    expect(lost([...accuracy, ...athena], 'forecast')).toEqual([]);
  });

  it('of forecasted-values are fit as they are', () => {
    const header = ['item_id', 'timestamp', 'target_value', ...times, 'mean', 'p1', 'p50', 'p99'];
    expect(renamed(header, 'athena')).toEqual(header);
  });

  it('of dimensions and in other spellings are told as lost', () => {
    const header = [
      'item_id',
      'Store ID',
      '1st',
      'backtest_window',
      ...times,
      'wQL[.10]',
      'AverageWeightedQuantileLoss',
    ];
    expect(renamed(header, 'athena')).toEqual([
      'item_id',
      'store_id',
      '_1st',
      'backtest_window',
      ...times,
      'wql_0_1',
      'average_wql',
    ]);
    expect(lost(header, 'athena')).toEqual(['Store ID', '1st', 'wQL[.10]', 'AverageWeightedQuantileLoss']);
  });

  it.each([
    [['item_id', 'a b', 'a_b'], 'SCHEMA_DUPLICATE_COLUMN', "duplicate column 'a_b'"],
    [['shop', 'Item-ID'], 'SCHEMA_INVALID', "the column 'shop' would be named 'shop', which has another meaning"],
    [['item_id', 'wQL 0 1'], 'SCHEMA_DUPLICATE_COLUMN', "duplicate column 'wql_0_1'"],
  ])('of %j are refused, where they would collide', async (texts, code, problem) => {
    const schema = inferSchema([...texts, 'backtest_window', ...times, 'wQL[0.1]']);
    const [found, message] = await failureOf(async () => renameColumns(schema, 'athena'));
    expect([found, message]).toEqual([code, expect.stringContaining(problem)]);
  });

  it('of quantiles that there are not are reserved in both namings', async () => {
    for (const name of ['wQL[0.123]', 'wql_0_123', 'wql_', 'WQL_0']) {
      const [code] = await failureOf(async () => inferSchema(['item_id', name, 'backtest_window', ...times]));
      expect(code, name).toBe('SCHEMA_INVALID');
    }
    expect(
      (await failureOf(async () => inferSchema(['item_id', 'backtest_window', ...times, 'wQL[0.1]', 'wql_0_10'])))[0],
    ).toBe('SCHEMA_DUPLICATE_COLUMN');
  });
});
