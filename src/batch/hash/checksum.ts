import { crc32 } from './crc32.ts';

/**
 * CRC-32 (of ISO 3309, as gzip and Parquet use it) as an unsigned integer; `before` is that of the preceding bytes.
 */
export function checksum(bytes: Uint8Array, before = 0): number {
  return crc32(bytes, before);
}

/**
 * The CRC-32 of two consecutive runs of bytes, from that of each and the length of the second: as zlib's
 * `crc32_combine` does it. Costs about 32 steps for each binary digit of the length.
 */
export function joinChecksums(first: number, second: number, secondLength: number): number {
  return (multiply(powerOfX(8 * secondLength), first) ^ second) >>> 0;
}

/** The polynomial of CRC-32, its lowest power in the highest bit; so are all the polynomials here. */
const polynomial = 0xedb8_8320;
const one = 0x8000_0000;
const x = 0x4000_0000;

/** x to the power of `exponent`, modulo the polynomial; by squaring. */
function powerOfX(exponent: number): number {
  let power = one;
  let square = x;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) power = multiply(square, power);
    square = multiply(square, square);
  }
  return power;
}

function multiply(left: number, right: number): number {
  let product = 0;
  let shifted = right;
  for (let bit = one; bit !== 0; bit >>>= 1) {
    if ((left & bit) !== 0) product ^= shifted;
    shifted = (shifted & 1) === 0 ? shifted >>> 1 : (shifted >>> 1) ^ polynomial;
  }
  return product >>> 0;
}

/** A CRC-32 as 8 hexadecimal digits. */
export function formatSum(sum: number): string {
  return (sum >>> 0).toString(16).padStart(8, '0');
}
