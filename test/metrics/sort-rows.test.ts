import { describe, expect, it } from 'vitest';
import { sortRows } from '#src/metrics/accuracy/sort-rows.js';

describe('sortRows', () => {
  it('keeps the order of the rows of a place, and leaves out rows without one', () => {
    const { rows, ends } = sortRows(Int32Array.of(2, 0, -1, 2, 0, -2, 2), 4);
    expect([...rows]).toEqual([1, 4, 0, 3, 6]);
    expect([...ends]).toEqual([2, 2, 5, 5]);
  });

  it('sorts no rows', () => {
    expect(sortRows(new Int32Array(), 2)).toEqual({ rows: new Int32Array(), ends: new Int32Array(2) });
  });
});
