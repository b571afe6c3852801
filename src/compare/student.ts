/**
 * The 97.5% quantile of Student's t distribution with so many degrees of freedom, 2 or more: by the expansion 26.7.5 of
 * M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions", 1964. Within 0.8% at 2, 0.05% from 4 on.
 */
export function studentQuantile(degrees: number): number {
  const terms = [
    normal,
    (normal ** 3 + normal) / 4,
    (5 * normal ** 5 + 16 * normal ** 3 + 3 * normal) / 96,
    (3 * normal ** 7 + 19 * normal ** 5 + 17 * normal ** 3 - 15 * normal) / 384,
    (79 * normal ** 9 + 776 * normal ** 7 + 1482 * normal ** 5 - 1920 * normal ** 3 - 945 * normal) / 92_160,
  ];
  return terms.reduceRight((sum, term) => term + sum / degrees, 0);
}

/** The same quantile of the normal distribution. */
const normal = 1.959963984540054;
