/** What a summary query computes of the terms of one sum. */
export interface SlowLevels {
  /** The sum of each level, added up as plain doubles in the order of the terms. */
  readonly levels: readonly number[];
  /** Terms that are too large or not the sum of their levels. */
  readonly rest: number;
}

/** Takes terms apart as the query does, term by term: `exponents` of the levels, terms below 2^top. */
export function sumByLevels(
  terms: Iterable<number>,
  { exponents, top }: { readonly exponents: readonly number[]; readonly top: number },
): SlowLevels {
  const levels = exponents.map(() => 0);
  let rest = 0;
  for (const term of terms) {
    let left = term;
    for (const [level, exponent] of exponents.entries()) {
      const m = 1.5 * 2 ** (exponent + 52);
      const taken = left + m - m;
      levels[level]! += taken;
      left -= taken;
    }
    if (Math.abs(term) >= 2 ** top || left !== 0) rest++;
  }
  return { levels, rest };
}
