import { describe, expect, it } from 'vitest';
import { countFormulas, guardFormulas } from '#src/batch/columns/guard-formulas.js';
import { dictionaryTexts, toRows } from '#src/batch/forms/rows.js';
import { createMemoryStorage, openExport } from '#src/index.js';
import { findFormulas } from '#src/export/find-formulas.js';
import { generateExport } from '#src/testing/index.js';
import { columnBatch } from '../support/column-batch.ts';

const formulas = ['=1', '+1', '-1', '@x', '\tx', '\rx', '\nx', '＝1', '＋1', '－1', '＠x', '='];
const harmless = ['', 'a', ' =1', "'=1", '1-1', '\u00ef=', '＜1', 'ｱ'];

describe('guarding', () => {
  it('puts a quote mark before exactly the cells that a spreadsheet would run', () => {
    const batch = columnBatch(
      { text: 'text', value: 'number' },
      [...formulas, ...harmless, ...formulas].map((text) => ({ text, value: -1 })),
    );
    const { batch: guarded, guarded: count } = guardFormulas(batch);
    expect(count).toBe(2 * formulas.length);
    const quoted = formulas.map((text) => `'${text}`);
    expect([...toRows(guarded)].map(({ text }) => text)).toEqual([...quoted, ...harmless, ...quoted]);
    expect([...toRows(guarded)].every(({ value }) => value === -1)).toBe(true);
    expect([...toRows(batch)].map(({ text }) => text)).toEqual([...formulas, ...harmless, ...formulas]);
    const again = guardFormulas(guarded);
    expect([again.guarded, again.batch]).toEqual([0, guarded]);
  });

  it('counts cells, not texts', () => {
    const column = columnBatch({ text: 'text' }, [{ text: '=1' }, { text: 'a' }, { text: '=1' }]).columns.get('text');
    if (column?.kind !== 'text') throw new Error('expected text');
    expect([countFormulas(column), dictionaryTexts(column.dictionary)]).toEqual([2, ['=1', 'a']]);
  });
});

describe('looking for formulas', () => {
  it('finds those of both tables, with the first place', async () => {
    const storage = createMemoryStorage();
    await generateExport(storage, { items: 6, parts: 2, horizon: 4, textStyle: 'formulas' });
    const source = await openExport(storage);
    const all = await findFormulas(source, 1000);
    expect(all).toMatchObject({ count: 24 + 12, rowsScanned: 36, complete: true, failures: [] });
    expect(all.first).toMatchObject({
      file: 'forecasted-values/Forecasts_synthetic_backtest_2021-12-14T13-20-10Z_part0.csv',
      record: 1,
      column: 'item_id',
    });
  });

  it('finds none in plain texts, reports how many rows it scanned, and continues after an unreadable part', async () => {
    const storage = createMemoryStorage();
    await generateExport(storage, { items: 4000, parts: 2, horizon: 4 });
    const source = await openExport(storage);
    expect(await findFormulas(source, 1_000_000)).toMatchObject({
      count: 0,
      rowsScanned: 24_000,
      complete: true,
      first: null,
    });
    const some = await findFormulas(source, 2);
    expect(some).toMatchObject({ count: 0, rowsScanned: 4 * 2048, complete: false });
    const { path } = source.forecastedValues.parts[0]!;
    const text = new TextDecoder().decode(storage.get(path));
    storage.put(path, `${text}x\n`);
    const broken = await findFormulas(await openExport(storage), 1_000_000);
    expect(broken).toMatchObject({ count: 0, complete: false });
    expect(broken.failures.map(({ code }) => code)).toEqual(['CSV_FIELD_COUNT']);
    expect(broken.rowsScanned).toBeGreaterThan(15_000);
  });
});
