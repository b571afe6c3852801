/** Quantiles 0.51 to 0.99 of the standard normal distribution; a table, so that every engine has the same bits. */
const upperHalf = [
  0.025069, 0.050154, 0.07527, 0.100434, 0.125661, 0.150969, 0.176374, 0.201893, 0.227545, 0.253347, 0.279319, 0.305481,
  0.331853, 0.358459, 0.38532, 0.412463, 0.439913, 0.467699, 0.49585, 0.524401, 0.553385, 0.582842, 0.612813, 0.643345,
  0.67449, 0.706303, 0.738847, 0.772193, 0.806421, 0.841621, 0.877896, 0.915365, 0.954165, 0.994458, 1.036433, 1.080319,
  1.126391, 1.174987, 1.226528, 1.281552, 1.340755, 1.405072, 1.475791, 1.554774, 1.644854, 1.750686, 1.880794,
  2.053749, 2.326348,
];

/** The standard normal quantile of `percent`/100, `percent` a whole number from 1 to 99; 6 decimals. */
export function normalQuantile(percent: number): number {
  if (percent === 50) return 0;
  return percent > 50 ? (upperHalf[percent - 51] ?? 0) : -(upperHalf[49 - percent] ?? 0);
}
