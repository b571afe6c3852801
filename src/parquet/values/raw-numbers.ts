import type { ChunkPlan, ChunkTarget } from './chunk-plan.ts';
import type { PagePlace } from './page-place.ts';

type NumericTarget = Exclude<ChunkTarget, { kind: 'text' }>;
type TimeUnit = Extract<ChunkTarget, { kind: 'time' }>['unit'];

/** Bytes of one value in PLAIN encoding; 0 where each value has its own length. */
export function plainWidth({ type, typeLength }: ChunkPlan): number {
  switch (type) {
    case 'INT32':
    case 'FLOAT':
      return 4;
    case 'INT64':
    case 'DOUBLE':
      return 8;
    case 'INT96':
      return 12;
    case 'FIXED_LEN_BYTE_ARRAY':
      return typeLength ?? 0;
    case 'BOOLEAN':
    case 'BYTE_ARRAY':
    default:
      return 0;
  }
}

/**
 * Reads `count` values of a fixed width from PLAIN bytes, which must be there, into the front of `out`, as what the plan
 * makes of them. Doubles are copied whole.
 *
 * @throws `NUMBER_INEXACT`, `TIME_INVALID`
 */
export function readPlainNumbers(
  bytes: Uint8Array,
  count: number,
  plan: ChunkPlan,
  out: Float64Array,
  place: PagePlace,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const target = plan.target as NumericTarget;
  if (plan.type === 'DOUBLE') {
    new Uint8Array(out.buffer, out.byteOffset, count * 8).set(bytes.subarray(0, count * 8));
  } else if (plan.type === 'FLOAT') {
    for (let index = 0; index < count; index++) out[index] = view.getFloat32(index * 4, true);
  } else if (plan.type === 'INT32') {
    for (let index = 0; index < count; index++) out[index] = fromInt32(view.getInt32(index * 4, true), target, place);
  } else if (plan.type === 'INT64') {
    for (let index = 0; index < count; index++) {
      const low = view.getUint32(index * 8, true);
      out[index] = fromInt64(view.getInt32(index * 8 + 4, true), low, target, place);
    }
  } else if (plan.type === 'INT96') {
    for (let index = 0; index < count; index++) out[index] = fromInt96(view, index * 12, place);
  } else {
    const width = plan.typeLength ?? 0;
    for (let index = 0; index < count; index++) {
      out[index] = fromBigEndian(bytes.subarray(index * width, (index + 1) * width), target);
    }
  }
}

/** An INT32: a number, a decimal, or days since 1970. @throws `TIME_INVALID` */
export function fromInt32(value: number, target: NumericTarget, place: PagePlace): number {
  if (target.kind === 'time') {
    if (Math.abs(value) > latest / millisecondsOfDay) throw notATime(String(value), 'days', place);
    return value * millisecondsOfDay;
  }
  if (target.bits !== undefined) assertBits(value, target.bits, target.unsigned === true, place);
  if (target.unsigned === true) return value >>> 0;
  return target.scale === undefined ? value : decimalOf(value, target.scale);
}

/**
 * Makes sure that an integer has no more bits than its column's type: other readers would cut it off.
 * @throws `PARQUET_PAGE_INVALID`
 */
export function assertBits(value: number, bits: number, unsigned: boolean, place: PagePlace): void {
  const spare = 32 - bits;
  const cut = unsigned ? (value << spare) >>> spare : (value << spare) >> spare;
  if (cut !== value)
    throw place.refuse(`expected ${unsigned ? 'an unsigned' : 'an'} integer of ${bits} bits, found ${value}`);
}

/** An INT64 by its halves, the higher signed: a number, a decimal, or a time. @throws `NUMBER_INEXACT`, `TIME_INVALID` */
export function fromInt64(signedHigh: number, low: number, target: NumericTarget, place: PagePlace): number {
  if (target.kind === 'time') return fromTicks(signedHigh, low, target.unit, place);
  const high = target.unsigned === true ? signedHigh >>> 0 : signedHigh;
  const value = high * 0x1_0000_0000 + low;
  // doubles hold every integer up to 2^53; the sum above is exact there, and beyond it nowhere below
  if (!(Math.abs(value) <= exactly)) {
    if (target.scale !== undefined) return decimalOfText(join(high, low), target.scale);
    throw place.refuse(`the integer ${join(high, low)} is beyond 2^53 and has no exact double`, 'NUMBER_INEXACT');
  }
  if (Math.abs(value) === exactly && join(high, low) !== BigInt(value)) {
    throw place.refuse(`the integer ${join(high, low)} is beyond 2^53 and has no exact double`, 'NUMBER_INEXACT');
  }
  return target.scale === undefined ? value : decimalOf(value, target.scale);
}

const exactly = 2 ** 53;
const latest = 8.64e15;
const millisecondsOfDay = 86_400_000;
const nanosecondsOfDay = 86_400_000_000_000;
const julianDayOf1970 = 2_440_588;

function join(high: number, low: number): bigint {
  return BigInt(high) * 0x1_0000_0000n + BigInt(low);
}

/** A time by its count of a unit; doubles cannot hold every count of microseconds after 2255, of nanoseconds after 1970. */
function fromTicks(high: number, low: number, unit: TimeUnit, place: PagePlace): number {
  const value = high * 0x1_0000_0000 + low;
  if (unit === 'millis') {
    if (Math.abs(value) > latest) throw notATime(join(high, low).toString(), unit, place);
    return value;
  }
  // below 2^53 the quotient's digits reach far enough to tell a thousandth from a whole number
  if (unit === 'micros' && Math.abs(value) < exactly && Number.isInteger(value / 1000)) return value / 1000;
  const ticks = join(high, low);
  const perMillisecond = unit === 'nanos' ? 1_000_000n : 1000n;
  if (ticks % perMillisecond !== 0n) {
    throw place.refuse(`the time of ${ticks} ${unit}econds is not a whole number of milliseconds`, 'NUMBER_INEXACT');
  }
  const milliseconds = Number(ticks / perMillisecond);
  if (Math.abs(milliseconds) > latest) throw notATime(ticks.toString(), unit, place);
  return milliseconds;
}

/** Nanoseconds of a day, then the Julian day, as Impala, Hive and Spark write times. */
function fromInt96(view: DataView, at: number, place: PagePlace): number {
  const nanoseconds = view.getUint32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
  const days = view.getInt32(at + 8, true) - julianDayOf1970;
  if (nanoseconds >= nanosecondsOfDay) {
    throw place.refuse(`expected a time of day in nanoseconds, found ${nanoseconds}`, 'TIME_INVALID');
  }
  if (nanoseconds % 1_000_000 !== 0) {
    throw place.refuse(
      `the time of day of ${nanoseconds} nanoseconds is not a whole number of milliseconds`,
      'NUMBER_INEXACT',
    );
  }
  const milliseconds = days * millisecondsOfDay + nanoseconds / 1_000_000;
  if (Math.abs(milliseconds) <= latest) return milliseconds;
  throw place.refuse(`the Julian day ${days + julianDayOf1970} is out of range for a time`, 'TIME_INVALID');
}

function notATime(value: string, unit: string, place: PagePlace): Error {
  return place.refuse(`${value} ${unit} since 1970 are out of range for a time`, 'TIME_INVALID');
}

/** A decimal's unscaled value in two's complement, the highest byte first. */
export function fromBigEndian(bytes: Uint8Array, target: NumericTarget): number {
  let value = 0n;
  for (const byte of bytes) value = value * 256n + BigInt(byte);
  const signed = BigInt.asIntN(bytes.length * 8, value);
  return decimalOfText(signed, target.kind === 'number' ? (target.scale ?? 0) : 0);
}

/** Both are doubles without error up to 10^22, so that the division rounds once. */
function decimalOf(unscaled: number, scale: number): number {
  return scale <= 22 ? unscaled / 10 ** scale : decimalOfText(BigInt(unscaled), scale);
}

function decimalOfText(unscaled: bigint, scale: number): number {
  return Number(`${unscaled}e-${scale}`);
}

/** BYTE_STREAM_SPLIT: first the first bytes of all values, then the second bytes, and so on. Returns PLAIN's order. */
export function joinStreams(bytes: Uint8Array, width: number, count: number): Uint8Array {
  const joined = new Uint8Array(bytes.length);
  for (let byte = 0; byte < width; byte++) {
    for (let index = 0; index < count; index++) joined[index * width + byte] = bytes[byte * count + index] ?? 0;
  }
  return joined;
}
