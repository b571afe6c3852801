import { exactMean } from '../base/exact-sum.ts';
import type { Figures, FiguresPlan } from './figures.ts';
import type { NoteCode } from '../base/notes.ts';

/**
 * The mean over windows of each figure. Windows where a figure is null do not enter its mean (`WINDOW_LEFT_OUT`); where
 * it is null in all, so is the mean, for the reason of the first.
 */
export function averageFigures(plan: FiguresPlan, windows: readonly Figures[]): Figures {
  const [first] = windows;
  if (windows.length === 1 && first !== undefined) return first;
  const values = new Float64Array(plan.metrics.length).fill(Number.NaN);
  const reasons = plan.metrics.map((_, index): NoteCode | undefined => {
    if (first === undefined) return 'NO_ROWS';
    const defined = windows
      .map((figures) => figures.values[index] ?? Number.NaN)
      .filter((value) => !Number.isNaN(value));
    if (defined.length === 0) return first.reasons[index];
    const mean = exactMean(defined);
    if (!Number.isFinite(mean)) return 'FIGURE_OVERFLOW';
    values[index] = mean;
    if (defined.length < windows.length) return 'WINDOW_LEFT_OUT';
    return windows.find((figures) => figures.reasons[index] !== undefined)?.reasons[index];
  });
  return { values, reasons };
}
