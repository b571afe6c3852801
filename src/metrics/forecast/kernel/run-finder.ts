import { stagingRows, type MetricsKernel } from './kernel.ts';

/** Finds the runs of rows with equal keys, which take their place in the staging area of the kernel. */
export class RunFinder {
  readonly #kernel: MetricsKernel;
  readonly #times: number;
  readonly #codes: number;
  readonly #keys: number;

  /** For keys of so many columns of times and of codes; their memory is held for as long as the kernel. */
  constructor(kernel: MetricsKernel, times: number, codes: number) {
    this.#kernel = kernel;
    this.#times = times;
    this.#codes = codes;
    this.#keys = kernel.allocate(stagingRows * (8 * times + 4 * codes));
  }

  /** Writes the runs of rows `from` to `to` to the staging area, for {@link MetricsKernel.accumulate}; returns how many. */
  find(times: readonly Float64Array[], codes: readonly Int32Array[], from: number, to: number): number {
    const kernel = this.#kernel;
    let at = this.#keys;
    for (const values of times) {
      kernel.f64.set(values.subarray(from, to), at >>> 3);
      at += stagingRows * 8;
    }
    for (const values of codes) {
      kernel.i32.set(values.subarray(from, to), at >>> 2);
      at += stagingRows * 4;
    }
    return kernel.findRuns(this.#keys, this.#times, this.#codes, to - from);
  }
}
