/** How alike two rows of numbers are. */
export type Likeness = 'exact' | 'near' | 'different';

/** Doubles that are this many steps apart, or fewer, are near: exports of one predictor differ by 1 or 2. */
export const nearUlps = 4;

const view = new DataView(new ArrayBuffer(8));

/** How alike two numbers are; NaN is like NaN. */
export function compareNumbers(a: number, b: number): Likeness {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 'exact';
  if (!Number.isFinite(a) || !Number.isFinite(b)) return 'different';
  const distance = place(a) - place(b);
  return distance >= -nearUlps && distance <= nearUlps ? 'near' : 'different';
}

/** How alike two runs of `count` numbers are, at `a` and `b`: as the least alike of them. */
export function compareValues(values: Float64Array, a: number, b: number, count: number): Likeness {
  let likeness: Likeness = 'exact';
  for (let index = 0; index < count; index++) {
    const found = compareNumbers(values[a + index] ?? Number.NaN, values[b + index] ?? Number.NaN);
    if (found === 'different') return found;
    if (found === 'near') likeness = found;
  }
  return likeness;
}

/** The place of a double among all doubles: neighbours are one apart. */
function place(value: number): bigint {
  view.setFloat64(0, value);
  const bits = view.getBigInt64(0);
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}
