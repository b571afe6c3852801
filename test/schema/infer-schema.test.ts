import { describe, expect, it } from 'vitest';
import { inferSchema } from '#src/schema/infer-schema.js';
import type { ColumnRules } from '#src/schema/index-columns.js';
import { failure } from '../support/failure.js';

const fixedForecasts = ['timestamp', 'target_value', 'backtestwindow_start_time', 'backtestwindow_end_time'];
const fixedAccuracy = ['backtest_window', 'backtestwindow_start_time', 'backtestwindow_end_time'];

/** Every column by role, texts by name, and the forecast types. */
function rolesOf(header: readonly string[], rules: ColumnRules = {}): unknown {
  const { columns, itemColumn, dimensions, forecastTypes, leftOut } = inferSchema(header, {}, rules);
  expect(columns.length + (leftOut?.length ?? 0)).toBe(header.length);
  return [itemColumn, dimensions, forecastTypes, leftOut?.map(({ name, field }) => `${field}:${name}`)];
}

describe('columns by meaning', () => {
  it.each([
    [
      ['p10', 'item_id', ...fixedForecasts, 'p50'],
      ['item_id', [], ['0.1', '0.5'], undefined],
    ],
    [
      ['mean', 'item_id', 'store', ...fixedForecasts, 'P50'],
      ['item_id', ['store'], ['mean', '0.5'], undefined],
    ],
    [
      ['item_id', 'Mean', ...fixedForecasts],
      ['item_id', [], ['mean'], undefined],
    ],
    [
      [...fixedForecasts, 'p50', 'store', 'item_id'],
      ['item_id', ['store'], ['0.5'], undefined],
    ],
    [
      ['store', ...fixedForecasts, 'p37', 'ITEM_ID'],
      ['ITEM_ID', ['store'], ['0.37'], undefined],
    ],
    [
      ['p72', ...fixedForecasts, 'sku'],
      ['sku', [], ['0.72'], undefined],
    ],
    [
      ['item', 'item_id', 'window', 'step', ...fixedForecasts, 'mean'],
      ['item_id', ['item', 'window', 'step'], ['mean'], undefined],
    ],
    [
      ['wQL[0.1]', 'RMSE', 'item_id', ...fixedAccuracy, 'store'],
      ['item_id', ['store'], ['0.1'], undefined],
    ],
    [
      ['Average wQL', 'store', 'item_id', ...fixedAccuracy, 'wql[.25]'],
      ['item_id', ['store'], ['0.25'], undefined],
    ],
    [
      ['ITEM_ID', ...fixedForecasts.map((name) => name.toUpperCase()), 'P10'],
      ['ITEM_ID', [], ['0.1'], undefined],
    ],
  ])('%s', (header, roles) => {
    expect(rolesOf(header)).toEqual(roles);
    // any order means the same
    expect(rolesOf(header.toReversed())).toEqual([
      roles[0],
      [...(roles[1] as string[])].reverse(),
      roles[2],
      undefined,
    ]);
  });

  it('keep the spelling of their names', () => {
    const header = ['SKU', 'Timestamp', 'Target_Value', ...fixedForecasts.slice(2), 'P10'];
    expect(inferSchema(header).columns.map(({ name }) => name)).toEqual(header);
  });

  it.each([
    ['p10', 'P10', "duplicate column: 'p10' and 'P10' both mean the forecast type 0.1"],
    ['Mean', 'mean', "duplicate column: 'Mean' and 'mean' both mean the forecast type mean"],
    ['mean', 'Target_Value', "duplicate column: 'target_value' and 'Target_Value' both mean target_value"],
    ['mean', 'TIMESTAMP', "duplicate column: 'timestamp' and 'TIMESTAMP' both mean timestamp"],
    ['ITEM_ID', 'mean', "duplicate column: 'item_id' and 'ITEM_ID' both mean item_id"],
    ['mean', 'mean', "duplicate column 'mean'"],
  ])('of forecasted-values, %s beside %s is refused', (one, other, message) => {
    for (const header of [
      ['item_id', ...fixedForecasts, one, other],
      ['item_id', one, ...fixedForecasts, other],
    ]) {
      expect(failure(() => inferSchema(header))).toEqual(['SCHEMA_DUPLICATE_COLUMN', message]);
      expect(failure(() => inferSchema(header.toReversed()))[0]).toBe('SCHEMA_DUPLICATE_COLUMN');
    }
  });

  it.each([
    ['wQL[0.1]', 'wQL[.1]'],
    ['wQL[0.1]', 'wQL[0.10]'],
    ['wQL[0.1]', 'WQL[0.1]'],
    ['Average wQL', 'AverageWeightedQuantileLoss'],
    ['average_wql', 'AverageWQL'],
    ['RMSE', 'rmse'],
    ['Backtest_Window', 'RMSE'],
    ['Store', 'store'],
  ])('of accuracy-metrics-values, %s beside %s is refused', (one, other) => {
    const [code, message] = failure(() => inferSchema(['item_id', one, ...fixedAccuracy, 'WAPE', other]));
    expect(code).toBe('SCHEMA_DUPLICATE_COLUMN');
    expect(message).toContain(one === 'Backtest_Window' ? one : `'${one}' and '${other}'`);
  });

  it.each([
    [['item_id', 'p100', ...fixedForecasts, 'p10'], 'p100'],
    [['item_id', 'RMSE', ...fixedForecasts, 'p10'], 'RMSE'],
    [['item_id', 'wQL[0.123]', ...fixedAccuracy, 'WAPE'], 'wQL[0.123]'],
    [['item_id', 'p10', ...fixedAccuracy, 'WAPE'], 'p10'],
    [['item_id', 'timestamp', ...fixedAccuracy, 'WAPE'], 'timestamp'],
    [['item_id', ...fixedForecasts, 'p10', 'model'], 'model'],
  ])('%s: a name that can be no item or dimension is refused', (header, name) => {
    const [code, message] = failure(() => inferSchema(header));
    expect([code, message.includes(`with the unknown column '${name}'`)]).toEqual(['SCHEMA_INVALID', true]);
  });
});

describe('a row index that a program added', () => {
  const names = [
    '',
    ' ',
    'Unnamed: 0',
    'Unnamed: 0.1',
    'unnamed: 12_level_0',
    '__index_level_0__',
    '...1',
    'index',
    'level_0',
    '_c0',
    'column0',
    'row_nr',
  ];

  it.each(names)('%j is refused, dropped or kept, at any position', (name) => {
    for (const header of [
      [name, 'item_id', 'store', ...fixedForecasts, 'p10'],
      ['sku', 'store', ...fixedForecasts, 'p10', name],
      [...fixedAccuracy, name, 'sku', 'store', 'WAPE'],
    ]) {
      const [code, message] = failure(() => inferSchema(header));
      expect(code).toBe('SCHEMA_INDEX_COLUMN');
      expect(message).toContain(`column ${header.indexOf(name) + 1} `);
      const field = header.indexOf(name);
      const dropped = inferSchema(header, {}, { indexColumns: 'drop' });
      expect([dropped.dimensions, dropped.leftOut]).toEqual([['store'], [{ name, field }]]);
      expect(rolesOf(header, { dropColumns: [name] })).toEqual(rolesOf(header, { indexColumns: 'drop' }));
    }
    const kept = inferSchema([name, 'item_id', ...fixedForecasts, 'p10'], {}, { indexColumns: 'keep' });
    expect([kept.itemColumn, kept.dimensions, kept.leftOut]).toEqual(['item_id', [name], undefined]);
  });

  it('may be the item column if its name is ambiguous and it is the only one', () => {
    expect(rolesOf(['index', ...fixedForecasts, 'p10'])).toEqual(['index', [], ['0.1'], undefined]);
    expect(failure(() => inferSchema(['', ...fixedForecasts, 'p10']))[0]).toBe('SCHEMA_INDEX_COLUMN');
    const [code, message] = failure(() => inferSchema(['', ...fixedForecasts, 'p10'], {}, { indexColumns: 'drop' }));
    expect([code, message.includes('without an item column')]).toEqual(['SCHEMA_INVALID', true]);
  });

  it('is reported with its position, for several too', () => {
    const header = ['', 'index', 'item_id', ...fixedForecasts, 'p10', 'Unnamed: 3'];
    expect(rolesOf(header, { indexColumns: 'drop' })).toEqual([
      'item_id',
      [],
      ['0.1'],
      ['0:', '1:index', '8:Unnamed: 3'],
    ]);
    expect(failure(() => inferSchema(header, {}, { dropColumns: [''] }))[1]).toContain("column 2 is called 'index'");
  });
});

describe('columns to drop', () => {
  it('are treated as if the file did not have them', () => {
    const header = ['row', 'item_id', ...fixedForecasts, 'p10', 'P10', 'model'];
    const rules = { dropColumns: ['row', 'P10', 'model'] };
    expect(rolesOf(header, rules)).toEqual(['item_id', [], ['0.1'], ['0:row', '7:P10', '8:model']]);
    const [code, message] = failure(() =>
      inferSchema(header, {}, { dropColumns: [...rules.dropColumns, 'timestamp'] }),
    );
    expect([code, message.includes('without timestamp')]).toEqual(['SCHEMA_INVALID', true]);
  });
});
