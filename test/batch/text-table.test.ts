import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextTable } from '#src/batch/text-table.js';

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
});
