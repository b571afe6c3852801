/**
 * Runs of one series and window that share timestamps without being identical: their rows must be read again.
 * Memory: 16 bytes a run.
 */
export class SuspectRuns {
  readonly #byFile = new Map<number, number[]>();

  add(file: number, record: number, count: number): void {
    const known = this.#byFile.get(file);
    if (known === undefined) this.#byFile.set(file, [record, count]);
    else known.push(record, count);
  }

  /** By part the first record and the number of rows of each run, in pairs, by rising record. */
  list(): { readonly file: number; readonly runs: Float64Array }[] {
    return [...this.#byFile].sort(([a], [b]) => a - b).map(([file, flat]) => ({ file, runs: sortPairs(flat) }));
  }
}

function sortPairs(flat: readonly number[]): Float64Array {
  const order = Array.from({ length: flat.length / 2 }, (_, index) => 2 * index);
  order.sort((a, b) => (flat[a] ?? 0) - (flat[b] ?? 0));
  return Float64Array.from(order.flatMap((at) => [flat[at] ?? 0, flat[at + 1] ?? 0]));
}
