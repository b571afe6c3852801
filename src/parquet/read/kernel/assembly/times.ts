/** Times that are stored as counts of a unit, as milliseconds. */
import { BAD_TIME, COUNT, DONE } from './map';

/** The last day that a `Date` can hold. */
const LATEST: i64 = 8_640_000_000_000_000;

/**
 * Converts `count` integers of 64 bits at `from`, each a time in a unit of which `perMillisecond` make a millisecond, to
 * doubles at `out`, which may be `from`. `BAD_TIME` for one that is no whole number of milliseconds, or beyond a `Date`.
 */
export function convertTimes(from: usize, count: u32, perMillisecond: u32, out: usize): u32 {
  const unit = <i64>perMillisecond;
  for (let index: u32 = 0; index < count; index++) {
    const at = <usize>index << 3;
    const ticks = load<i64>(from + at);
    const time = unit == 1 ? ticks : ticks / unit;
    if (time * unit != ticks || time > LATEST || time < -LATEST) {
      store<u32>(COUNT, index);
      return BAD_TIME;
    }
    store<f64>(out + at, <f64>time);
  }
  return DONE;
}
