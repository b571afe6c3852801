/**
 * `|a - b| / max(|a|, |b|)`, from 0 for equal numbers (of either zero, of one infinity) to 2 for opposite ones, even
 * where the difference of two finite numbers overflows. Infinity where only one is infinite, or both with opposite signs, so that no tolerance
 * admits it; NaN where either is NaN.
 */
export function relativeDifference(a: number, b: number): number {
  if (a === b) return 0;
  const size = Math.max(Math.abs(a), Math.abs(b));
  if (size === Infinity) return Infinity;
  const difference = Math.abs(a - b);
  return difference === Infinity ? Math.abs(a / size - b / size) : difference / size;
}
