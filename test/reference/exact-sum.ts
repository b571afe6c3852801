/**
 * The exact sum of doubles, rounded once to the nearest double, ties to even: the slow reference for every fast sum.
 * A double is an integer times a power of two, so BigInt adds them without rounding. The order of the values does not
 * matter. An empty sum and a sum of zeros (of either sign) is +0; NaN, or Infinity of both signs, gives NaN; Infinity of one sign
 * stays; a sum beyond the largest double rounds to Infinity.
 */
export function exactSum(values: Iterable<number>): number {
  const sum = new ExactSum();
  for (const value of values) sum.add(value);
  return sum.value;
}

/** {@link exactSum} for values that come one by one. */
export class ExactSum {
  /** Signed significands by their exponent field. */
  private readonly significands = new Map<number, bigint>();
  /** Sum of what is not finite, which IEEE addition already treats exactly; 0 when there is none. */
  private special = 0;
  private readonly view = new DataView(new ArrayBuffer(8));

  add(value: number): void {
    if (!Number.isFinite(value)) {
      this.special += value;
      return;
    }
    this.view.setFloat64(0, value);
    const bits = this.view.getBigUint64(0);
    const field = Number((bits >> 52n) & 0x7ffn);
    const fraction = bits & 0xfffffffffffffn;
    const significand = field === 0 ? fraction : fraction | 0x10000000000000n;
    const exponent = Math.max(field, 1);
    const signed = value < 0 ? -significand : significand;
    this.significands.set(exponent, (this.significands.get(exponent) ?? 0n) + signed);
  }

  get value(): number {
    if (this.special !== 0) return this.special;
    let total = 0n; // in units of 2^-1074, the smallest double
    for (const [exponent, significand] of this.significands) total += significand << BigInt(exponent - 1);
    return total < 0n ? -roundUnits(-total, this.view) : roundUnits(total, this.view);
  }
}

/** The double nearest to `units` times 2^-1074. */
function roundUnits(units: bigint, view: DataView): number {
  const shift = BigInt(Math.max(units.toString(2).length - 53, 0));
  let significand = units >> shift;
  const rest = units - (significand << shift);
  const half = shift === 0n ? 1n : 1n << (shift - 1n);
  if (rest > half || (rest === half && (significand & 1n) === 1n)) significand += 1n;
  // The leading bit of the significand carries into the exponent field, also when rounding made it 2^53.
  const bits = (shift << 52n) + significand;
  if (bits >= 0x7ff0000000000000n) return Infinity;
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}
