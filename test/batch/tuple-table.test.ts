import { describe, expect, it } from 'vitest';
import { HashSlots } from '#src/batch/hash/hash-slots.js';
import { TupleTable } from '#src/batch/tables/tuple-table.js';
import { Pause } from '#src/pause.js';
import { seededRandom } from '../support/random.js';

describe('TupleTable', () => {
  it.each([1, 2, 4])('numbers distinct tuples of %d in order of appearance (seed 7)', (width) => {
    const random = seededRandom(7);
    const table = new TupleTable(width);
    const known = new Map<string, number>();
    const distinct: number[] = [];
    for (let step = 0; step < 20_000; step++) {
      // -1 and integers with the highest bit set are among them
      const tuple = Array.from({ length: width }, () => Math.floor(random() * 2 ** (16 / width)) * 0x1000_1001 - 1);
      const key = tuple.map((part) => part | 0).join(' ');
      const words = step % 2 === 0 ? Int32Array.of(9, ...tuple) : Uint32Array.of(9, ...tuple);
      const id = known.get(key) ?? known.size;
      if (id === known.size) distinct.push(...tuple);
      known.set(key, id);
      expect(table.intern(words, 1)).toBe(id);
      expect(table.is(id, words, 1)).toBe(true);
    }
    expect(table.size).toBe(known.size);
    expect(known.size).toBeGreaterThan(5000);
    expect([...table.tuples.subarray(0, distinct.length)]).toEqual([...Int32Array.from(distinct)]);
  });
});

describe('HashSlots', () => {
  it('finds all numbers of one hash, and no others, however often it has grown', async () => {
    const slots = new HashSlots();
    const find = (hash: number): number[] => {
      const found: number[] = [];
      for (let number = slots.first(hash); number >= 0; number = slots.next(hash)) found.push(number);
      return found.sort((a, b) => a - b);
    };
    const add = (from: number, to: number): void => {
      for (let number = from; number < to; number++) {
        find((number % 5000) - 2500);
        slots.add((number % 5000) - 2500, number);
      }
    };
    add(0, 7000);
    await slots.reserve(50_000, new Pause());
    add(7000, 12_000);
    expect(find(-2500)).toEqual([0, 5000, 10_000]);
    expect(find(0)).toEqual([2500, 7500]);
    expect(find(2499)).toEqual([4999, 9999]);
    expect(find(2500)).toEqual([]);
  });
});
