import { emptyFigures, type Figures, type FiguresPlan } from './figures.ts';
import { map } from './kernel/map.generated.ts';
import { stagingRows, type MetricsKernel } from './kernel/kernel.ts';

/** What the kernel found of a group: copies, for the next one as well. */
export interface Measured {
  windowCount: number;
  readonly counts: Float64Array;
  /** The sums over all rows, each rounded once, as the shape numbers them; infinite where one overflows. */
  readonly sums: Float64Array;
  /** Over all rows. */
  readonly pooled: Figures;
  /** The mean of the figures of its windows; only written where there are several. */
  readonly averaged: Figures;
}

/** A place for what is found of a group. */
export function emptyMeasured(plan: FiguresPlan): Measured {
  return {
    windowCount: 0,
    counts: new Float64Array(plan.shape.counts),
    sums: new Float64Array(plan.shape.outputs),
    pooled: emptyFigures(plan),
    averaged: emptyFigures(plan),
  };
}

/** The figures averaged over windows; those over all rows where there is one window. */
export function averagedOf({ windowCount, pooled, averaged }: Measured): Figures {
  return windowCount > 1 ? averaged : pooled;
}

/** Records in a block: few enough that it takes some 0.2 ms, and its figures stay in the cache. */
const mostRecords = 512;

/**
 * Groups whose records are listed one after another and then finished in one call of the kernel, in its staging area. Nothing
 * is allocated for a group, but where one has thousands of records.
 */
export class FinishBlock {
  readonly #kernel: MetricsKernel;
  readonly #figures: number;
  readonly #counts: number;
  readonly #sums: number;
  readonly #numerator: boolean;
  readonly #mostGroups: number;
  /** Address of the list, and what is given back after it where it is not in the staging area. */
  #list: number;
  #mark: number | undefined;
  #groups = 0;
  #records = 0;

  /** With `numerator` ratios to 0 are their numerators: see `MetricsKernel.finishGroups`. */
  constructor(kernel: MetricsKernel, plan: FiguresPlan, numerator = false) {
    const { staging, finishedBytes } = kernel;
    this.#kernel = kernel;
    this.#figures = plan.metrics.length;
    this.#counts = plan.shape.counts;
    this.#sums = plan.shape.outputs;
    this.#numerator = numerator;
    this.#mostGroups = Math.floor((staging.states - staging.values) / finishedBytes);
    this.#list = staging.runs;
  }

  /** Records listed. */
  get records(): number {
    return this.#records;
  }

  /** Makes room for a group of so many records; false where the block must be finished first. */
  makeRoom(records: number): boolean {
    if (this.#groups === 0 && records > stagingRows) {
      this.#mark = this.#kernel.mark();
      this.#list = this.#kernel.allocate(4 * records);
      return true;
    }
    return this.#groups === 0 || (this.#groups < this.#mostGroups && this.#records + records <= mostRecords);
  }

  /** Lists the next record of a group: the records of a window one after another, in the order of windows. */
  add(record: number, isLastOfWindow: boolean, isLastOfGroup: boolean): void {
    let flags = 0;
    if (isLastOfGroup) {
      flags = map.LAST_OF_GROUP | map.LAST_OF_WINDOW;
      this.#groups++;
    } else if (isLastOfWindow) flags = map.LAST_OF_WINDOW;
    this.#kernel.u32[(this.#list >>> 2) + this.#records++] = record | flags;
  }

  /** Finishes all groups, calls with the number of each, for which {@link read} reads it, and forgets them. */
  finish(call: (group: number) => void): void {
    this.#kernel.finishGroups(this.#list, this.#groups, this.#kernel.staging.values, this.#numerator);
    for (let group = 0; group < this.#groups; group++) call(group);
    if (this.#mark !== undefined) this.#kernel.release(this.#mark);
    this.#mark = undefined;
    this.#list = this.#kernel.staging.runs;
    this.#groups = 0;
    this.#records = 0;
  }

  /** Copies what was found of a group. */
  read(group: number, to: Measured): void {
    const { u8, u32, f64, staging, finishedBytes } = this.#kernel;
    const figures = this.#figures;
    const at = staging.values + group * finishedBytes;
    const windows = u32[at >>> 2] ?? 0;
    to.windowCount = windows;
    const words = figures + ((figures + 7) >>> 3);
    const pooled = (at >>> 3) + 1;
    copy(f64, pooled, to.pooled.values, figures);
    copyBytes(u8, (pooled + figures) * 8, to.pooled.reasons, figures);
    if (windows > 1) {
      copy(f64, pooled + words, to.averaged.values, figures);
      copyBytes(u8, (pooled + words + figures) * 8, to.averaged.reasons, figures);
    }
    copy(f64, pooled + 2 * words, to.counts, this.#counts);
    copy(f64, pooled + 2 * words + this.#counts, to.sums, this.#sums);
  }
}

/** In loops: `set` of a view costs more for so few. */
function copy(from: Float64Array, at: number, to: Float64Array, count: number): void {
  for (let index = 0; index < count; index++) to[index] = from[at + index] ?? 0;
}

function copyBytes(from: Uint8Array, at: number, to: Uint8Array, count: number): void {
  for (let index = 0; index < count; index++) to[index] = from[at + index] ?? 0;
}
