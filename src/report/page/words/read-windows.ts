import type { WindowSummary } from '../../../metrics/base/summary.ts';
import { showFigure } from '../../../show/values/show-value.ts';
import type { Report } from '../../base/report.ts';
import { isFigure, showInText, showPercent, windowTime } from './measures.ts';
import { biasShare, hasRatios, overallBiasShare } from './ratios.ts';
import { pointWord } from './read-metrics.ts';
import { thresholds } from './thresholds.ts';

/** How much windows differ. */
export interface WindowRange {
  readonly metric: 'WAPE' | 'average wQL';
  readonly best: MeasuredWindow;
  readonly worst: MeasuredWindow;
  /** The worst error / the best one. */
  readonly ratio: number;
}

interface MeasuredWindow {
  readonly start: string;
  readonly value: number;
}

/** The best and the worst window by WAPE, or by the average wQL without it; undefined with fewer than two. */
export function windowRange({ windows }: Report): WindowRange | undefined {
  const measured = windows.filter(hasRatios);
  const byWape = valuesOf(measured, ({ metrics }) => metrics.WAPE);
  const isWape = byWape.length > 1;
  const values = isWape ? byWape : valuesOf(measured, ({ metrics }) => metrics.averageWQL);
  const [first, ...others] = values;
  if (first === undefined || others.length === 0) return undefined;
  let [best, worst] = [first, first];
  for (const window of others) {
    if (window.value < best.value) best = window;
    if (window.value > worst.value) worst = window;
  }
  const ratio = best.value === worst.value ? 1 : worst.value / best.value;
  return { metric: isWape ? 'WAPE' : 'average wQL', best, worst, ratio };
}

function valuesOf(windows: readonly WindowSummary[], read: (window: WindowSummary) => number | null): MeasuredWindow[] {
  return windows.flatMap((window) => {
    const value = read(window);
    return value === null ? [] : [{ start: window.start, value }];
  });
}

/** How stable the error is over windows. */
export function readStability(report: Report): string | undefined {
  const range = windowRange(report);
  if (range === undefined) return undefined;
  const { metric, best, worst, ratio } = range;
  const judged =
    ratio <= thresholds.windowsAlike
      ? 'much the same in all windows'
      : ratio < thresholds.windowsFar
        ? 'different from window to window'
        : 'very different from window to window';
  const time = windowTime(report);
  const [low, high] = [best, worst].map(({ value, start }) => `${showFigure(value)} (window from ${time(start)})`);
  return `The error is ${judged}: ${metric} goes from ${low ?? ''} to ${high ?? ''}.`;
}

/** Whether the point forecast is too high or too low, and in how many windows. */
export function readBias(report: Report): string | undefined {
  const { bias } = report.summary.metrics;
  if (!isFigure(bias)) return undefined;
  const share = overallBiasShare(report);
  const point = pointWord(report);
  if (bias === 0) return `On average the ${point} is neither above nor below actuals.`;
  const side = bias > 0 ? 'above' : 'below';
  const each = `${showInText(Math.abs(bias))} a row`;
  if (share === null || share === 0 || share > 0 !== bias > 0) {
    return `The ${point} is ${each} ${side} actuals, on average over windows.${sides(report)}`;
  }
  const judged = biasWord(share);
  return `Overall, the ${point} is ${showPercent(Math.abs(share))} ${side} actuals (${each}): a ${judged} bias.${sides(report)}`;
}

/** `small`, `moderate` or `large`. */
export function biasWord(share: number): 'small' | 'moderate' | 'large' {
  const size = Math.abs(share);
  return size <= thresholds.biasSmall ? 'small' : size < thresholds.biasLarge ? 'moderate' : 'large';
}

function sides({ windows }: Report): string {
  const known = windows.flatMap(({ metrics: { bias } }) => (isFigure(bias) ? [bias] : []));
  if (known.length < 2) return '';
  const above = known.filter((bias) => bias > 0).length;
  const below = known.filter((bias) => bias < 0).length;
  if (above === known.length) return ' It is too high in every window.';
  if (below === known.length) return ' It is too low in every window.';
  return ` It is too high in ${above} and too low in ${below} of ${known.length} windows.`;
}

/** Bias of a window as a percentage of its actuals. */
export function showBiasShare(window: Pick<WindowSummary, 'counts' | 'metrics'>): string {
  return showPercent(biasShare(window));
}
