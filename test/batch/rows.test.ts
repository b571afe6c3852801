import { describe, expect, it } from 'vitest';
import { toRowLists, toRows } from '#src/batch/forms/rows.js';
import type { ColumnKind } from '#src/schema/schema.js';
import { columnBatch } from '../support/column-batch.ts';

describe('the rows of a batch', () => {
  it('have every cell, and properties of any name, and inherit nothing', () => {
    const kinds = new Map<string, ColumnKind>([
      ['__proto__', 'text'],
      ['constructor', 'number'],
      ['0', 'number'],
      ['time', 'time'],
    ]);
    const batch = columnBatch(Object.fromEntries(kinds), [
      { ['__proto__']: 'ä', constructor: -0, '0': null, time: 5 },
      { ['__proto__']: '', constructor: 'not defined', '0': NaN, time: null },
    ]);
    const rows = [...toRows(batch)];
    expect(rows.map((row) => Object.entries(row))).toEqual([
      [
        ['0', null],
        ['__proto__', 'ä'],
        ['constructor', -0],
        ['time', new Date(5)],
      ],
      [
        ['0', NaN],
        ['__proto__', ''],
        ['constructor', 'not defined'],
        ['time', null],
      ],
    ]);
    expect(rows.every((row) => !('toString' in row) && !('valueOf' in row))).toBe(true);
    const prototype: unknown = Object.getPrototypeOf(rows[0]);
    expect([Object.isFrozen(prototype), Object.getPrototypeOf(prototype), Object.keys(prototype ?? {})]).toEqual([
      true,
      null,
      [],
    ]);
    expect(Object.keys(rows[1] ?? {})).toEqual(['0', '__proto__', 'constructor', 'time']);
  });

  it('come some hundred at a time', () => {
    const batch = columnBatch(
      { item: 'text', n: 'number' },
      Array.from({ length: 1300 }, (_, row) => ({ item: `item ${row % 7}`, n: row })),
    );
    expect([...toRowLists(batch)].map(({ length }) => length)).toEqual([512, 512, 276]);
    expect([...toRows(batch)].map(({ item, n }) => [item, n])).toEqual(
      Array.from({ length: 1300 }, (_, row) => [`item ${row % 7}`, row]),
    );
  });
});
