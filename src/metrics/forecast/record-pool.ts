import type { Pause } from '../../pause.ts';
import { computeFigures, type ZeroRule } from './compute-figures.ts';
import { averageFigures, type Figures, type FiguresPlan } from './figures.ts';
import type { Tallies } from './tallies.ts';
import { map } from './kernel/map.generated.ts';

/** Figures and counts of one or several records. */
export interface Pooled {
  readonly figures: Figures;
  readonly counts: Float64Array;
}

/** Computes figures from the records of groups, one or several at a time. */
export class RecordPool {
  readonly #tallies: Tallies;
  readonly #plan: FiguresPlan;
  readonly #pause: Pause;

  constructor(tallies: Tallies, plan: FiguresPlan, pause: Pause) {
    this.#tallies = tallies;
    this.#plan = plan;
    this.#pause = pause;
  }

  /**
   * All rows of these groups together: their sums are added exactly, then rounded. Needs the memory of one record.
   * @throws the signal's reason
   */
  async pool(groups: Iterable<number>, zero: ZeroRule): Promise<Pooled> {
    const { kernel, groups: table } = this.#tallies;
    const mark = kernel.mark();
    let record = 0;
    let merged = false;
    for (const group of groups) {
      const address = table.addresses[group] ?? 0;
      if (record === 0) record = address;
      else {
        if (!merged) {
          const sum = kernel.allocate(kernel.recordBytes);
          kernel.mergeWhole(sum, record);
          record = sum;
          merged = true;
        }
        kernel.mergeWhole(record, address);
        if (this.#pause.isDue(8)) await this.#pause.take();
      }
    }
    const pooled = record === 0 ? this.average([]) : this.#finish(record, zero);
    if (merged) kernel.release(mark);
    return pooled;
  }

  /** The mean of each figure over windows, and the sum of each count. */
  average(windows: readonly Pooled[]): Pooled {
    const counts = new Float64Array(this.#plan.shape.counts);
    for (const window of windows) {
      for (let index = 0; index < counts.length; index++) {
        counts[index] = (counts[index] ?? 0) + (window.counts[index] ?? 0);
      }
    }
    const figures = averageFigures(
      this.#plan,
      windows.map((window) => window.figures),
    );
    return { figures, counts };
  }

  #finish(record: number, zero: ZeroRule): Pooled {
    const { kernel, plan } = this.#tallies;
    const sums = kernel.finish(record, plan.shape.outputs);
    const at = (record + map.COUNTS) >>> 3;
    const counts = kernel.f64.slice(at, at + plan.shape.counts);
    return { figures: computeFigures(this.#plan, counts, sums, zero), counts };
  }
}
