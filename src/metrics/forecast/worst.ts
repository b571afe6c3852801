import { BacktestExportError, quoteText } from '../../errors.ts';
import { rankableNames, type Figures, type FiguresPlan } from './figures.ts';
import { nameList } from '../../quote-text.ts';
import type { Worst } from '../base/summary.ts';

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
  const known = rankableNames(plan);
  if (!known.includes(worst.metric)) {
    const problem = `expected worst.metric to be one of ${nameList(known)}, found ${quoteText(worst.metric)}`;
    throw new BacktestExportError('OPTION_INVALID', problem + whyNot(plan, worst.metric));
  }
  const index = plan.names.indexOf(worst.metric);
  const aim = /^coverage\[(.*)\]$/.exec(worst.metric)?.[1];
  const target = aim === undefined ? 0 : Number(aim);
  const twoSided = aim !== undefined || worst.metric === 'bias';
  return (figures) => {
    const value = figures.values[index] ?? Number.NaN;
    return twoSided ? Math.abs(value - target) : value;
  };
}

/** Why an export does not have a metric that there is. */
function whyNot({ names, layout }: FiguresPlan, metric: string): string {
  if (!names.includes(metric) || metric.startsWith('interval')) return '';
  if (metric === 'averageWQL') return ': the export has no quantile column';
  return layout.point < 0 ? ': the export has neither a mean nor a p50 column, and no other was chosen' : '';
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
