import type { ColumnKind } from '../../schema/schema.ts';

/**
 * Bounds of values in PLAIN, texts without their length. Texts of more than {@link longestBound} bytes are cut, so that bounds
 * need not be values. Source: apache/parquet-format, parquet.thrift, `Statistics` and `ColumnOrder`.
 */
export interface Bounds {
  readonly min: Uint8Array;
  readonly max: Uint8Array;
  /** Whether there is such a value. */
  readonly isExactMin: boolean;
  readonly isExactMax: boolean;
}

/** Bytes of a text in bounds, at most, or a few more where the last character of a maximum grows. */
export const longestBound = 64;

/**
 * Bounds of numbers of which none is NaN. A zero becomes -0 as minimum and +0 as maximum, since the format does not say
 * which is less.
 */
export function boundsOfNumbers(least: number, greatest: number): Bounds {
  return exactly(float64(least === 0 ? -0 : least), float64(greatest === 0 ? 0 : greatest));
}

/** Bounds of times in whole milliseconds. */
export function boundsOfTimes(least: number, greatest: number): Bounds {
  return exactly(int64(least), int64(greatest));
}

/** Bounds of texts in UTF-8; undefined where they are too long and there is no greater one that is not. Copies them. */
export function boundsOfTexts(least: Uint8Array, greatest: Uint8Array): Bounds | undefined {
  const min = cut(least);
  const max = greatest.length <= longestBound ? greatest : raise(cut(greatest));
  if (max === undefined) return undefined;
  const [isExactMin, isExactMax] = [min.length === least.length, greatest.length <= longestBound];
  return { min: min.slice(), max: max.slice(), isExactMin, isExactMax };
}

/** Less than 0 where `one` comes before `other` in the order of their column: numerically, or by unsigned bytes. */
export function compareBounds(kind: ColumnKind, one: Uint8Array, other: Uint8Array): number {
  if (kind === 'number') return view(one).getFloat64(0, true) - view(other).getFloat64(0, true) || 0;
  if (kind === 'time') return Number(view(one).getBigInt64(0, true)) - Number(view(other).getBigInt64(0, true));
  return compareBytes(one, other);
}

/** Less than 0 where bytes come before others, as unsigned ones: the order of UTF-8 is that of code points. */
export function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

function exactly(min: Uint8Array, max: Uint8Array): Bounds {
  return { min, max, isExactMin: true, isExactMax: true };
}

function float64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  view(bytes).setFloat64(0, value, true);
  return bytes;
}

function int64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  view(bytes).setBigInt64(0, BigInt(value), true);
  return bytes;
}

function view({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** The whole characters within the bytes that a bound may have. */
function cut(text: Uint8Array): Uint8Array {
  return text.length <= longestBound ? text : text.subarray(0, startOfCharacter(text, longestBound));
}

/** The start of the character that a byte is of. */
function startOfCharacter(text: Uint8Array, at: number): number {
  let start = at;
  while (start > 0 && ((text[start] ?? 0) & 0xc0) === 0x80) start--;
  return start;
}

/** The least text that is greater than all that begin like this one; undefined where there is none. */
function raise(text: Uint8Array): Uint8Array | undefined {
  for (let end = text.length; end > 0;) {
    const start = startOfCharacter(text, end - 1);
    const point = pointOf(text.subarray(start, end));
    if (point === undefined) return undefined;
    if (point < lastPoint) {
      const next = encoder.encode(String.fromCodePoint(point === beforeSurrogates ? afterSurrogates : point + 1));
      const raised = new Uint8Array(start + next.length);
      raised.set(text.subarray(0, start));
      raised.set(next, start);
      return raised;
    }
    end = start;
  }
  return undefined;
}

const lastPoint = 0x10_ffff;
const [beforeSurrogates, afterSurrogates] = [0xd7ff, 0xe000];
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function pointOf(character: Uint8Array): number | undefined {
  try {
    return decoder.decode(character).codePointAt(0);
  } catch {
    return undefined;
  }
}
