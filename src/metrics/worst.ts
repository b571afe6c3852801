import { BacktestExportError, quoteText } from '../errors.ts';
import type { Figures, FiguresPlan } from './figures.ts';
import type { Worst } from './summary.ts';

/** How bad figures are by the asked-for metric, larger is worse; NaN where it is null. */
export type Badness = (figures: Figures) => number;

/** Checks the choice; throws `OPTION_INVALID` naming the metrics there are. */
export function planWorst(plan: FiguresPlan, worst: Worst): Badness {
  if (!Number.isSafeInteger(worst.count) || worst.count < 1) {
    throw new BacktestExportError(
      'OPTION_INVALID',
      `expected worst.count to be a whole number from 1, found ${worst.count}`,
    );
  }
  const index = plan.names.indexOf(worst.metric);
  if (index < 0 || worst.metric.startsWith('interval')) {
    const known = plan.names.filter((name) => !name.startsWith('interval')).join(', ');
    throw new BacktestExportError(
      'OPTION_INVALID',
      `expected worst.metric to be one of ${known}, found ${quoteText(worst.metric)}`,
    );
  }
  const aim = /^coverage\[(.*)\]$/.exec(worst.metric)?.[1];
  const target = aim === undefined ? 0 : Number(aim);
  const twoSided = aim !== undefined || worst.metric === 'bias';
  return (figures) => {
    const value = figures.values[index] ?? Number.NaN;
    return twoSided ? Math.abs(value - target) : value;
  };
}

/** Keeps the worst few of many, ties and nulls (last) in the order of adding. Memory: twice what it keeps. */
export class WorstList<Value> {
  readonly #count: number;
  #kept: { readonly badness: number; readonly order: number; readonly value: Value }[] = [];
  #order = 0;

  constructor(count: number) {
    this.#count = count;
  }

  add(badness: number, value: Value): void {
    this.#kept.push({
      badness: Number.isNaN(badness) ? Number.NEGATIVE_INFINITY : badness,
      order: this.#order++,
      value,
    });
    if (this.#kept.length > 2 * this.#count + 16) this.#trim();
  }

  /** Worst first. */
  list(): Value[] {
    this.#trim();
    return this.#kept.map(({ value }) => value);
  }

  #trim(): void {
    // Not a difference: that of two infinities is NaN.
    this.#kept.sort((a, b) => (a.badness === b.badness ? a.order - b.order : a.badness < b.badness ? 1 : -1));
    this.#kept.length = Math.min(this.#kept.length, this.#count);
  }
}
