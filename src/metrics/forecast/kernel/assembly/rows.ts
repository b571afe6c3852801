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
import { capacity, compactSums, intervalsAt, squareSum, statesAt, sumsAt, types, valuesAt } from './settings';
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

export function addPoint(group: u32, type: u32, row: u32, rows: u32): void {
  addErrors(group, type, row, rows, true);
}

export function addType(group: u32, type: u32, row: u32, rows: u32): void {
  addErrors(group, type, row, rows, false);
}

// One loop, longer than others, since every value is loaded once. It holds four pairs of chunks: of all errors, of those above (under = all - over), of squares and of shares.
@inline
function addErrors(group: u32, type: u32, row: u32, rows: u32, isPoint: bool): void {
  const under = group + sumsAt + SUM_BYTES + type * 2 * SUM_BYTES;
  const squares = group + sumsAt + squareSum * SUM_BYTES;
  const shares = squares + SQUARE_BYTES;
  let target = valuesAt + (row << 3);
  let at = target + (1 + type) * (capacity << 3);
  const end = at + (rows << 3);
  let negative: u32 = 0;
  let covered: u32 = 0;
  let held = NOTHING_HELD;
  let low: u64 = 0;
  let high: u64 = 0;
  let overLow: u64 = 0;
  let overHigh: u64 = 0;
  let squareHeld = NOTHING_HELD;
  let squareLow: u64 = 0;
  let squareHigh: u64 = 0;
  let shareHeld = NOTHING_HELD;
  let shareLow: u64 = 0;
  let shareHigh: u64 = 0;
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
          addRareError(group, type, y, forecast, at, isPoint);
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
    if (isPoint) {
      const square = reinterpret<u64>(error * error);
      const squareX = <u32>(square >> 52) + PLACE;
      const squareBand = (squareX >> 5) - SQUARE_BASE;
      if (squareBand != squareHeld && squareBand < SQUARE_BANDS) {
        if (squareHeld != NOTHING_HELD) writeBack(squares, squareHeld, squareLow, squareHigh);
        squareHeld = squareBand;
        squareLow = 0;
        squareHigh = 0;
      }
      if (squareBand == squareHeld) {
        squareLow += lowPart(square, squareX);
        squareHigh += highPart(square, squareX);
      } else addWide(group, squareSum, error * error);
      if (y != 0) {
        const share = reinterpret<u64>(abs(error / y));
        const shareX = <u32>(share >> 52) + PLACE;
        const shareBand = (shareX >> 5) - SUM_BASE;
        if (shareBand != shareHeld && shareBand < SUM_BANDS) {
          if (shareHeld != NOTHING_HELD) writeBack(shares, shareHeld, shareLow, shareHigh);
          shareHeld = shareBand;
          shareLow = 0;
          shareHigh = 0;
        }
        if (shareBand == shareHeld) {
          shareLow += lowPart(share, shareX);
          shareHigh += highPart(share, shareX);
        } else addWide(group, squareSum + 1, reinterpret<f64>(share));
      }
    }
  }
  if (held != NOTHING_HELD) {
    writeBack(under, held, low - overLow, high - overHigh);
    writeBack(under + SUM_BYTES, held, overLow, overHigh);
  }
  if (isPoint) {
    if (squareHeld != NOTHING_HELD) writeBack(squares, squareHeld, squareLow, squareHigh);
    if (shareHeld != NOTHING_HELD) writeBack(shares, shareHeld, shareLow, shareHigh);
  }
  if (negative) increaseType(group, type, NEGATIVE, negative);
  if (covered) increaseType(group, type, COVERED, covered);
}

/** A row whose error is neither zero nor in reach of the compact sums: out of range, or something is not finite. */
function addRareError(group: u32, type: u32, y: f64, forecast: f64, at: u32, isPoint: bool): void {
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
  if (!isPoint) return;
  addAny(group, squareSum, error * error);
  if (y != 0) addAny(group, squareSum + 1, abs(error / y));
}

export function addWidths(group: u32, interval: u32, row: u32, rows: u32): void {
  const sumNumber = 1 + 2 * types + interval;
  const sum = group + sumsAt + sumNumber * SUM_BYTES;
  const lowerType = load<u32>(intervalsAt + (interval << 3));
  const upperType = load<u32>(intervalsAt + (interval << 3) + 4);
  let target = valuesAt + (row << 3);
  let lowerAt = target + (1 + lowerType) * (capacity << 3);
  let upperAt = target + (1 + upperType) * (capacity << 3);
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
