import { describe, expect, it } from 'vitest';
import { hashNumbers } from '#src/batch/hash/number-hash.js';

/** Keys of one text and three times, as whole seconds far apart, so that nothing but the hash spreads them. */
const keys = Array.from({ length: 100_000 }, (_, index) => ({
  integers: Int32Array.of(index % 7),
  doubles: Float64Array.of(index * 3_600_000, 86_400_000 * 2 ** (index % 8), -1000 * index),
}));

function slotsOf(seed: number, mask: number, of: typeof keys = keys): number[] {
  return of.map(({ integers, doubles }) => hashNumbers(seed, integers, doubles) & mask);
}

function greatest(slots: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const slot of slots) counts.set(slot, (counts.get(slot) ?? 0) + 1);
  return [...counts.values()].reduce((most, count) => Math.max(most, count), 0);
}

describe('the seeded hash of numbers', () => {
  it('spreads regular keys over the slots like random ones', () => {
    // 100,000 in 65,536 slots: more than 14 in one are so by chance once in 100,000,000
    for (const seed of [0, 1, 0x9e3779b9]) expect(greatest(slotsOf(seed, 0xffff))).toBeLessThan(14);
  });

  it('separates keys that collide under one seed with another seed', () => {
    const slots = slotsOf(1, 0xff);
    const meeting = keys.filter((_, index) => slots[index] === 0);
    expect(meeting.length).toBeGreaterThan(250);
    expect(greatest(slotsOf(2, 0xff, meeting))).toBeLessThan(14);
    // the seed acts in every round, not only at the start
    const doubles = meeting.map(({ doubles: times }) => ({ integers: new Int32Array(), doubles: times }));
    expect(greatest(slotsOf(3, 0xff, doubles))).toBeLessThan(14);
  });

  it('treats all NaN as equal, and -0 as different from 0', () => {
    const hash = (value: number): number => hashNumbers(5, new Int32Array(), Float64Array.of(value));
    const odd = new Float64Array(new BigUint64Array([0xfff8_0000_0000_0001n]).buffer)[0] ?? 0;
    expect(hash(odd)).toBe(hash(Number.NaN));
    expect(hash(-0)).not.toBe(hash(0));
  });
});
