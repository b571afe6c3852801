/** Parquet's encodings read bit by bit and value by value, as Encodings.md tells them; undefined for what is damaged. */

/** Whole numbers, and where their bytes ended. */
export interface SlowIntegers {
  readonly values: bigint[];
  readonly end: number;
}

/** The RLE and bit-packing hybrid: `count` integers of `width` bits. */
export function slowHybrid(bytes: Uint8Array, width: number, count: number): SlowIntegers | undefined {
  const values: bigint[] = [];
  let at = 0;
  while (values.length < count) {
    const head = slowVarint(bytes, at, 5);
    if (head === undefined || head.value < 2n) return undefined;
    at = head.end;
    const left = count - values.length;
    const length = Number(head.value >> 1n);
    if (head.value % 2n === 0n) {
      const size = Math.ceil(width / 8);
      if (at + size > bytes.length || length > left) return undefined;
      const value = integerOf(bitsOf(bytes.subarray(at, at + size)));
      if (value >= 1n << BigInt(width)) return undefined;
      for (let index = 0; index < length; index++) values.push(value);
      at += size;
    } else {
      const wanted = Math.min(length * 8, left);
      const bits = bitsOf(bytes.subarray(at, at + length * width));
      if (bits.length < wanted * width) return undefined;
      for (let index = 0; index < wanted; index++) {
        values.push(integerOf(bits.slice(index * width, (index + 1) * width)));
      }
      at = Math.min(bytes.length, at + length * width);
    }
  }
  return { values, end: at };
}

/** DELTA_BINARY_PACKED: `count` signed integers of 64 bits. */
export function slowDelta(bytes: Uint8Array, start: number, count: number): SlowIntegers | undefined {
  if (count === 0 && start === bytes.length) return { values: [], end: start };
  let at = start;
  const read = (): bigint | undefined => {
    const number = slowVarint(bytes, at, 10);
    at = number?.end ?? at;
    return number?.value;
  };
  const block = read();
  const miniblocks = read();
  const total = read();
  const first = read();
  if (block === undefined || miniblocks === undefined || total !== BigInt(count) || first === undefined)
    return undefined;
  if (block < 1n || block > 1n << 20n || miniblocks < 1n || block % (miniblocks * 8n) !== 0n) return undefined;
  const size = Number(block / miniblocks);
  const values = count === 0 ? [] : [BigInt.asIntN(64, unzigzag(first))];
  while (values.length < count) {
    const least = read();
    const widths = bytes.slice(at, at + Number(miniblocks));
    if (least === undefined || widths.length < Number(miniblocks)) return undefined;
    at += widths.length;
    for (const width of widths) {
      if (values.length === count) break;
      const bits = bitsOf(bytes.subarray(at, at + (width * size) / 8));
      if (width > 64 || bits.length < width * size) return undefined;
      at += (width * size) / 8;
      for (let index = 0; index < size && values.length < count; index++) {
        const delta = unzigzag(least) + integerOf(bits.slice(index * width, (index + 1) * width));
        values.push(BigInt.asIntN(64, values[values.length - 1]! + delta));
      }
    }
  }
  return { values, end: at };
}

/** DELTA_LENGTH_BYTE_ARRAY, the whole page. */
export function slowDeltaLengths(bytes: Uint8Array, start: number, count: number): Uint8Array[] | undefined {
  const lengths = slowDelta(bytes, start, count);
  if (lengths === undefined) return undefined;
  let at = lengths.end;
  const pieces: Uint8Array[] = [];
  for (const value of lengths.values) {
    const length = Number(BigInt.asUintN(32, value));
    if (length > bytes.length - at) return undefined;
    pieces.push(bytes.slice(at, at + length));
    at += length;
  }
  return at === bytes.length ? pieces : undefined;
}

/** DELTA_BYTE_ARRAY, the whole page. */
export function slowDeltaBytes(bytes: Uint8Array, count: number): Uint8Array[] | undefined {
  const prefixes = slowDelta(bytes, 0, count);
  const suffixes = prefixes === undefined ? undefined : slowDeltaLengths(bytes, prefixes.end, count);
  if (prefixes === undefined || suffixes === undefined) return undefined;
  const values: Uint8Array[] = [];
  let last: Uint8Array = new Uint8Array(0);
  for (const [index, suffix] of suffixes.entries()) {
    const prefix = Number(BigInt.asUintN(32, prefixes.values[index]!));
    if (prefix > last.length) return undefined;
    last = Uint8Array.from([...last.slice(0, prefix), ...suffix]);
    values.push(last);
  }
  return values;
}

/** BYTE_STREAM_SPLIT: the bytes as PLAIN has them. */
export function slowSplit(bytes: Uint8Array, width: number): Uint8Array {
  const count = bytes.length / width;
  return Uint8Array.from({ length: bytes.length }, (_, at) => bytes[(at % width) * count + Math.floor(at / width)]!);
}

/** INT96: nanoseconds of the day, then the Julian day; as milliseconds since 1970. */
export function slowInt96(bytes: Uint8Array): number {
  const nanoseconds = integerOf(bitsOf(bytes.subarray(0, 8)));
  const day = BigInt.asIntN(32, integerOf(bitsOf(bytes.subarray(8, 12))));
  return Number((day - 2_440_588n) * 86_400_000n + nanoseconds / 1_000_000n);
}

/** A time by its count of a unit, of which `unit` make a millisecond; undefined where no `Date` could hold it exactly. */
export function slowTime(ticks: bigint, unit: bigint): number | undefined {
  const milliseconds = ticks / unit;
  const date = new Date(Number(milliseconds));
  return ticks % unit === 0n && BigInt(date.getTime() || 0) === milliseconds ? date.getTime() : undefined;
}

/** The values in the rows with a flag, one after another, and `missing` in the others. */
export function slowSpread(values: ArrayLike<number>, flags: Uint8Array, missing: number): number[] {
  let next = 0;
  return Array.from(flags, (flag) => (flag === 1 ? values[next++]! : missing));
}

/** A DECIMAL's bytes, the highest first, with its decimal point put in by hand. */
export function slowDecimal(bytes: Uint8Array, scale: number): number {
  const unsigned = integerOf(bitsOf(bytes.toReversed()));
  const value = BigInt.asIntN(bytes.length * 8, unsigned);
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const text = `${digits.slice(0, digits.length - scale)}.${digits.slice(digits.length - scale)}`;
  return Number(value < 0n ? `-${text}` : text);
}

function slowVarint(bytes: Uint8Array, start: number, most: number): { value: bigint; end: number } | undefined {
  let value = 0n;
  for (let index = 0; index < most; index++) {
    const byte = bytes[start + index];
    if (byte === undefined) return undefined;
    value += BigInt(byte % 128) << BigInt(7 * index);
    if (byte < 128) return { value, end: start + index + 1 };
  }
  return undefined;
}

function unzigzag(value: bigint): bigint {
  return value % 2n === 0n ? value / 2n : -(value + 1n) / 2n;
}

/** The lowest bit of each byte first. */
function bitsOf(bytes: Uint8Array): number[] {
  return [...bytes].flatMap((byte) => Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1));
}

function integerOf(bits: readonly number[]): bigint {
  return bits.reduceRight((value, bit) => value * 2n + BigInt(bit), 0n);
}

/** Codes numbered by their first appearance, and the codes by number. */
export function slowRenumber(codes: readonly number[]): { numbers: number[]; distinct: number[] } {
  const distinct = [...new Set(codes)];
  return { numbers: codes.map((code) => distinct.indexOf(code)), distinct };
}
