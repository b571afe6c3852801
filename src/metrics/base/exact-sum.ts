import { listOfDoubles } from '../../batch/columns/empty-lists.ts';

/** An exact sum as plain data: the partials and so many times 2^1024. */
export interface ExactSumState {
  readonly partials: readonly number[];
  readonly turns: number;
}

/**
 * An exact sum of finite doubles as Shewchuk's growing expansion: partials that do not overlap, rising in magnitude.
 * `round` follows Python's `math.fsum`. Where a partial would overflow, 2^1024 is taken from it and counted, so that a
 * sum within the doubles is found in whatever order it is added up.
 */
export class ExactSum {
  readonly #partials: number[] = listOfDoubles();
  #turns = 0;

  add(value: number): void {
    const partials = this.#partials;
    let x = value;
    let kept = 0;
    for (const partial of partials) {
      let larger = Math.abs(x) < Math.abs(partial) ? partial : x;
      let smaller = larger === x ? partial : x;
      let high = larger + smaller;
      if (high - high !== 0) {
        const rest = this.#turn(larger);
        larger = Math.abs(rest) < Math.abs(smaller) ? smaller : rest;
        smaller = larger === rest ? smaller : rest;
        high = larger + smaller;
      }
      const low = smaller - (high - larger);
      if (low !== 0) partials[kept++] = low;
      x = high;
    }
    partials.length = kept;
    partials.push(x);
  }

  /** Takes 2^1024 away from what would overflow: exact, as it is at least half of that. */
  #turn(value: number): number {
    const sign = Math.sign(value);
    this.#turns += sign;
    return value - sign * halfTurn - sign * halfTurn;
  }

  /**
   * Adds the first `count` of the values, 1,024 of them at a time by splitting each at two powers of two, so that doubles add
   * up exactly (see `forecast/kernel/assembly/split.ts`): 2 ns a value. What cannot be split is added one by one.
   */
  addAll(values: Float64Array, count: number): void {
    for (let from = 0; from < count; from += mostSplit) {
      const to = Math.min(count, from + mostSplit);
      if (splitSum(values, from, to)) for (const part of parts) this.add(part);
      else for (let at = from; at < to; at++) this.add(values[at] ?? 0);
    }
  }

  export(): ExactSumState {
    return { partials: [...this.#partials], turns: this.#turns };
  }

  merge({ partials, turns }: ExactSumState): void {
    this.#turns += turns;
    for (const partial of partials) this.add(partial);
  }

  /** The sum, rounded once to the nearest (ties to even); infinite beyond the doubles. */
  round(): number {
    if (this.#turns === 0) return roundPartials(this.#partials);
    if (Math.abs(this.#turns) > 1) return this.#turns * Number.POSITIVE_INFINITY;
    // half of it, which cannot overflow; what is too small to be halved decides a tie by its sign alone
    const half = new ExactSum();
    for (const partial of this.#partials) half.add(partial / 2 || partial);
    half.add(this.#turns * halfTurn);
    return 2 * half.round();
  }
}

/** Half of 2^1024, which is no double itself. */
const halfTurn = 2 ** 1023;
const mostSplit = 1024;
/** Below that splitting does not pay. */
const fewestSplit = 4;
/** The sums of the values' high and low parts. */
const parts = new Float64Array(2);

/** Writes two `parts` whose exact sum is that of the values; false where a value has bits below the second split, or one is out of reach. */
function splitSum(values: Float64Array, from: number, to: number): boolean {
  if (to - from < fewestSplit) return false;
  double[0] = mostMagnitude(values, from, to);
  const exponent = (doubleWords[1] ?? 0) >>> 20;
  if (exponent < 64 || exponent >= 1964) return false;
  return addParts(values, from, to, splitAt(exponent + 11), splitAt(exponent - 31));
}

function mostMagnitude(values: Float64Array, from: number, to: number): number {
  let most = 0;
  for (let at = from; at < to; at++) most = Math.max(most, Math.abs(values[at] ?? 0));
  return most;
}

function addParts(values: Float64Array, from: number, to: number, first: number, second: number): boolean {
  let highs = 0;
  let lows = 0;
  for (let at = from; at < to; at++) {
    const value = values[at] ?? 0;
    const high = value + first - first;
    const rest = value - high;
    const low = rest + second - second;
    if (low !== rest) return false;
    highs += high;
    lows += low;
  }
  parts[0] = highs;
  parts[1] = lows;
  return true;
}

const double = new Float64Array(1);
/** Of `double`, low before high: typed arrays are little-endian wherever this runs. */
const doubleWords = new Uint32Array(double.buffer);

/** 1.5 times the power of two with that exponent field: adding and subtracting it rounds to multiples of its last bit. */
function splitAt(exponent: number): number {
  doubleWords[0] = 0;
  doubleWords[1] = (exponent << 20) | 0x8_0000;
  return double[0] ?? 0;
}

/** The top partial is the rounded sum except for a tie, which the lower ones decide. */
function roundPartials(partials: readonly number[]): number {
  let index = partials.length - 1;
  let high = partials[index] ?? 0;
  let low = 0;
  while (index > 0 && low === 0) {
    const x = high;
    const y = partials[--index] ?? 0;
    high = x + y;
    low = y - (high - x);
  }
  // signs are compared, as a product may be too small for a double
  if (index > 0 && Math.sign(low) === Math.sign(partials[index - 1] ?? 0)) {
    const doubled = low * 2;
    const rounded = high + doubled;
    if (doubled === rounded - high) return rounded;
  }
  return high;
}
