/**
 * Sums of a segment row by row. Loops hold the two chunks of the last value in locals and write them back when a value
 * belongs to others: else each add would wait for the store of the one before (2.2 ns an add; `bench/sum-contenders.mjs`).
 */
import { highPart, lowPart, writeBack } from './chunks';
import { increase, increaseInterval, increaseType } from './counts';
import {
  ACTUALS, COVERED, EXCLUDED, INSIDE, INTERVAL_EXCLUDED, MISSING, NEGATIVE, NON_FINITE, PLACE, SQUARE_BANDS,
  SQUARE_BASE, SQUARE_BYTES, SUM_BANDS, SUM_BASE, SUM_BYTES, TYPE_MISSING, TYPE_NON_FINITE, ZERO,
} from './map';
import { compactSums, intervalsAt, squareSum, statesAt, stride, sumsAt, types, valuesAt } from './settings';
import { addAny, addWide } from './sums';

const NOTHING_HELD: u32 = 0x7fffffff; // no band comes out as this, not even a negative one, which wraps around

export function addTargets(group: u32, row: u32, rows: u32): void {
  const sum = group + sumsAt;
  let at = valuesAt + (row << 3);
  const end = at + (rows << 3);
  let left: u32 = 0;
  let zeros: u32 = 0;
  let held = NOTHING_HELD;
  let low: u64 = 0;
  let high: u64 = 0;
  for (; at < end; at += 8) {
    const bits = load<u64>(at) & 0x7fffffffffffffff;
    const x = <u32>(bits >> 52) + PLACE;
    const band = (x >> 5) - SUM_BASE;
    if (band != held) {
      if (band >= SUM_BANDS) {
        if (bits == 0) {
          zeros++;
        } else if (bits >= 0x7ff0000000000000) {
          left++;
          const missing = load<u8>(statesAt + ((at - valuesAt) >> 3)) != 0;
          increase(group, missing ? MISSING : NON_FINITE, 1);
          store<f64>(at, NaN);
        } else {
          addWide(group, 0, reinterpret<f64>(bits));
        }
        continue;
      }
      if (held != NOTHING_HELD) writeBack(sum, held, low, high);
      held = band;
      low = 0;
      high = 0;
    }
    low += lowPart(bits, x);
    high += highPart(bits, x);
  }
  if (held != NOTHING_HELD) writeBack(sum, held, low, high);
  increase(group, ACTUALS, rows - left);
  if (zeros) increase(group, ZERO, zeros);
}

/** Holds two pairs of chunks: of all errors, and of those above (under = all - over). */
export function addErrors(group: u32, type: u32, row: u32, rows: u32): void {
  const under = group + sumsAt + SUM_BYTES + type * 2 * SUM_BYTES;
  let target = valuesAt + (row << 3);
  let at = target + (1 + type) * stride;
  const end = at + (rows << 3);
  let negative: u32 = 0;
  let covered: u32 = 0;
  let held = NOTHING_HELD;
  let low: u64 = 0;
  let high: u64 = 0;
  let overLow: u64 = 0;
  let overHigh: u64 = 0;
  for (; at < end; at += 8, target += 8) {
    const y = load<f64>(target);
    const forecast = load<f64>(at);
    const error = y - forecast;
    const bits = reinterpret<u64>(error);
    const x = (<u32>(bits >> 52) & 0x7ff) + PLACE;
    const band = (x >> 5) - SUM_BASE;
    negative += <u32>(forecast < 0);
    covered += <u32>(y <= forecast);
    if (band != held) {
      if (band >= SUM_BANDS) {
        if (error != 0) {
          if (!(forecast - forecast == 0)) {
            negative -= <u32>(forecast < 0);
            covered -= <u32>(y <= forecast);
          }
          addRareError(group, type, y, forecast, at);
        }
        continue;
      }
      if (held != NOTHING_HELD) {
        writeBack(under, held, low - overLow, high - overHigh);
        writeBack(under + SUM_BYTES, held, overLow, overHigh);
      }
      held = band;
      low = 0;
      high = 0;
      overLow = 0;
      overHigh = 0;
    }
    const lower = lowPart(bits, x);
    const upper = highPart(bits, x);
    const over = <u64>(<i64>bits >> 63);
    low += lower;
    high += upper;
    overLow += lower & over;
    overHigh += upper & over;
  }
  if (held != NOTHING_HELD) {
    writeBack(under, held, low - overLow, high - overHigh);
    writeBack(under + SUM_BYTES, held, overLow, overHigh);
  }
  if (negative) increaseType(group, type, NEGATIVE, negative);
  if (covered) increaseType(group, type, COVERED, covered);
}

/** Of the point forecast, after its errors: what is not finite is NaN by then. */
export function addSquares(group: u32, type: u32, row: u32, rows: u32): void {
  addFunction(group, type, row, rows, false);
}

export function addShares(group: u32, type: u32, row: u32, rows: u32): void {
  addFunction(group, type, row, rows, true);
}

@inline
function addFunction(group: u32, type: u32, row: u32, rows: u32, isShare: bool): void {
  const number = squareSum + <u32>isShare;
  const sum = group + sumsAt + squareSum * SUM_BYTES + (isShare ? SQUARE_BYTES : 0);
  const base = isShare ? SUM_BASE : SQUARE_BASE;
  const bands = isShare ? SUM_BANDS : SQUARE_BANDS;
  let target = valuesAt + (row << 3);
  let at = target + (1 + type) * stride;
  const end = at + (rows << 3);
  let held = NOTHING_HELD;
  let low: u64 = 0;
  let high: u64 = 0;
  for (; at < end; at += 8, target += 8) {
    const y = load<f64>(target);
    const error = y - load<f64>(at);
    if (isShare && y == 0) continue;
    const value = isShare ? abs(error / y) : error * error;
    const bits = reinterpret<u64>(value);
    const x = <u32>(bits >> 52) + PLACE;
    const band = (x >> 5) - base;
    if (band != held) {
      if (band >= bands) {
        if (value > 0) addWide(group, number, value);
        continue;
      }
      if (held != NOTHING_HELD) writeBack(sum, held, low, high);
      held = band;
      low = 0;
      high = 0;
    }
    low += lowPart(bits, x);
    high += highPart(bits, x);
  }
  if (held != NOTHING_HELD) writeBack(sum, held, low, high);
}

/** A row whose error is neither zero nor in reach of the compact sums: out of range, or something is not finite. */
function addRareError(group: u32, type: u32, y: f64, forecast: f64, at: u32): void {
  if (!(forecast - forecast == 0)) {
    const missing = load<u8>(statesAt + ((at - valuesAt) >> 3)) != 0;
    increaseType(group, type, missing ? TYPE_MISSING : TYPE_NON_FINITE, 1);
    store<f64>(at, NaN);
    if (y == y) {
      increaseType(group, type, EXCLUDED, 1);
      addWide(group, compactSums + type, abs(y));
    }
    return;
  }
  if (y != y) return;
  const error = y - forecast; // finite, or infinite where the difference of two finite doubles overflows
  addAny(group, 1 + 2 * type + (error < 0 ? 1 : 0), abs(error));
}

export function addWidths(group: u32, interval: u32, row: u32, rows: u32): void {
  const sumNumber = 1 + 2 * types + interval;
  const sum = group + sumsAt + sumNumber * SUM_BYTES;
  const lowerType = load<u32>(intervalsAt + (interval << 3));
  const upperType = load<u32>(intervalsAt + (interval << 3) + 4);
  let target = valuesAt + (row << 3);
  let lowerAt = target + (1 + lowerType) * stride;
  let upperAt = target + (1 + upperType) * stride;
  const end = target + (rows << 3);
  let inside: u32 = 0;
  let held = NOTHING_HELD;
  let low: u64 = 0;
  let high: u64 = 0;
  for (; target < end; target += 8, lowerAt += 8, upperAt += 8) {
    const y = load<f64>(target);
    const lower = load<f64>(lowerAt);
    const upper = load<f64>(upperAt);
    const width = upper - lower;
    const bits = reinterpret<u64>(width);
    const x = (<u32>(bits >> 52) & 0x7ff) + PLACE;
    const band = (x >> 5) - SUM_BASE;
    inside += <u32>(y >= lower) & <u32>(y <= upper);
    if (y != y) continue;
    if (band != held) {
      if (band >= SUM_BANDS) {
        if (width != width && (lower != lower || upper != upper)) increaseInterval(group, interval, INTERVAL_EXCLUDED, 1);
        else addWide(group, sumNumber, width);
        continue;
      }
      if (held != NOTHING_HELD) writeBack(sum, held, low, high);
      held = band;
      low = 0;
      high = 0;
    }
    const sign = <u64>(<i64>bits >> 63);
    low += (lowPart(bits, x) ^ sign) - sign;
    high += (highPart(bits, x) ^ sign) - sign;
  }
  if (held != NOTHING_HELD) writeBack(sum, held, low, high);
  if (inside) increaseInterval(group, interval, INSIDE, inside);
}
