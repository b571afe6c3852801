import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextTable } from '#src/batch/tables/text-table.js';

const encoder = new TextEncoder();
const intern = (table: TextTable, text: string): number => {
  const bytes = encoder.encode(`#${text}#`);
  return table.intern(bytes, 1, bytes.length - 1);
};

describe('TextTable', () => {
  it('numbers distinct texts in order of appearance and returns them', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 5 })), (texts) => {
        const table = new TextTable();
        const distinct = [...new Set(texts)];
        expect(texts.map((text) => intern(table, text))).toEqual(texts.map((text) => distinct.indexOf(text)));
        expect(table.size).toBe(distinct.length);
        expect(distinct.map((_, id) => table.text(id))).toEqual(distinct);
      }),
    );
  });

  it('holds many texts, a byte-order mark and the empty one, and merges', () => {
    const table = new TextTable();
    for (let id = 0; id < 100_000; id++) expect(intern(table, `item ${id}`)).toBe(id);
    const other = new TextTable();
    for (const text of ['', '\ufeffa', 'item 5', 'a'.repeat(5000)]) intern(other, text);
    expect([...table.merge(other.export())]).toEqual([100_000, 100_001, 5, 100_002]);
    expect(table.text(100_001)).toBe('\ufeffa');
    expect(table.text(100_002)).toHaveLength(5000);
    expect(intern(table, 'item 99999')).toBe(99_999);
  });

  it('that samples repeats finds those of few texts', () => {
    const table = new TextTable('sampled');
    for (let round = 0; round < 2; round++) {
      for (let id = 0; id < 8000; id++) expect(intern(table, `item ${id}`)).toBe(id);
    }
  });

  it('that samples repeats gives many texts new numbers, until one of the sample comes again', () => {
    const table = new TextTable('sampled');
    const count = 40_000;
    const texts = Array.from({ length: count }, (_, id) => `item ${id}`);
    expect(texts.map((text) => intern(table, text))).toEqual(texts.map((_, id) => id));
    const again = texts.map((text) => intern(table, text));
    const news = again.filter((id) => id >= count).length;
    // a sample holds at least an eighth of them: not to find one in 300 has a probability of 4e-18
    expect(news).toBeLessThan(300);
    expect(again.map((id) => table.text(id))).toEqual(texts);
    const size = table.size;
    expect(texts.map((text) => intern(table, text)).filter((id) => id >= count).length).toBeLessThanOrEqual(news);
    expect(table.size).toBe(size);
    const whole = new TextTable();
    const ids = whole.merge(table.export());
    expect(whole.size).toBe(count);
    expect(again.map((id) => ids[id])).toEqual(texts.map((_, id) => id));
  });

  it('finds that the first of some texts is the one added last, whatever is sampled', () => {
    const table = new TextTable('sampled');
    for (let id = 0; id < 40_000; id++) intern(table, `item ${id}`);
    const bytes = encoder.encode('item 39999item 40000');
    const ids = new Int32Array(2);
    table.internAll(bytes, Uint32Array.of(0, 10, 20), ids);
    expect([...ids]).toEqual([39_999, 40_000]);
  });
});
