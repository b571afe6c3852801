/**
 * Slow and plain: the sum of doubles as an integer multiple of 2^-1074, rounded once to the nearest double, ties to
 * even. Knows nothing of how src/metrics does it.
 */
export function referenceSum(values: Iterable<number>): number {
  let sum = 0n;
  for (const value of values) {
    if (!Number.isFinite(value)) return Infinity;
    sum += toInteger(value);
  }
  return roundInteger(sum);
}

const view = new DataView(new ArrayBuffer(8));

function toInteger(value: number): bigint {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
  return value < 0 ? -magnitude : magnitude;
}

function roundInteger(sum: bigint): number {
  const negative = sum < 0n;
  let rest = negative ? -sum : sum;
  const length = BigInt(rest.toString(2).length);
  let shift = length > 53n ? length - 53n : 0n;
  let mantissa = rest >> shift;
  rest -= mantissa << shift;
  if (shift > 0n) {
    const half = 1n << (shift - 1n);
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa++;
    if (mantissa === 1n << 53n) {
      mantissa >>= 1n;
      shift++;
    }
  }
  const bits = mantissa < 1n << 52n ? mantissa : ((shift + 1n) << 52n) | (mantissa & 0xfffffffffffffn);
  view.setBigUint64(0, bits >= 0x7ff0000000000000n ? 0x7ff0000000000000n : bits);
  const value = view.getFloat64(0);
  return negative ? -value : value;
}
