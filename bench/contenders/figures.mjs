/**
 * What every contender computes, by backtest window: rows with an actual, wQL of each quantile, WAPE, RMSE. The
 * contenders that work row by row share this accumulator of plain sums, so that they differ by their reading alone.
 */
export class WindowSums {
  #windows = new Map();

  constructor(taus) {
    this.taus = taus;
  }

  /** y, mean and the quantiles' forecasts as numbers, the window as its two texts. */
  add(start, end, y, mean, quantiles) {
    const key = `${start}/${end}`;
    let sums = this.#windows.get(key);
    if (sums === undefined) {
      sums = { count: 0, y: 0, absolute: 0, square: 0, losses: this.taus.map(() => 0) };
      this.#windows.set(key, sums);
    }
    sums.count++;
    sums.y += Math.abs(y);
    sums.absolute += Math.abs(y - mean);
    sums.square += (y - mean) * (y - mean);
    for (let index = 0; index < this.taus.length; index++) {
      const tau = this.taus[index];
      const d = y - quantiles[index];
      sums.losses[index] += d > 0 ? tau * d : (tau - 1) * d;
    }
  }

  finish() {
    return [...this.#windows]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, sums]) => ({
        count: sums.count,
        wQL: sums.losses.map((loss) => (2 * loss) / sums.y),
        WAPE: sums.absolute / sums.y,
        RMSE: Math.sqrt(sums.square / sums.count),
      }));
  }
}

/**
 * Fails unless two contenders' results are the same: checksums of what was written exactly, figures but for the rounding
 * of plain sums.
 */
export function assertSameResult(name, result, expected, tolerance = 1e-9) {
  if (typeof expected === 'string') {
    if (result !== expected) throw new Error(`${name}: wrote ${result}, expected ${expected}`);
    return;
  }
  const [found, wanted] = [flatten(result), flatten(expected)];
  if (found.length !== wanted.length) throw new Error(`${name}: ${found.length} figures, expected ${wanted.length}`);
  for (const [index, value] of found.entries()) {
    const difference = Math.abs(value - wanted[index]) / Math.max(Math.abs(wanted[index]), Number.MIN_VALUE);
    if (!(difference <= tolerance)) throw new Error(`${name}: figure ${index} is ${value}, expected ${wanted[index]}`);
  }
}

/** The figures by window, or the rows and sums of an import, one after another. */
function flatten(result) {
  if (Array.isArray(result)) return result.flatMap(({ count, wQL, WAPE, RMSE }) => [count, ...wQL, WAPE, RMSE]);
  if (result.groups !== undefined) return result.groups.flat();
  const names = Object.keys(result.sums).sort();
  return [result.rows, ...names.map((name) => result.sums[name])];
}
