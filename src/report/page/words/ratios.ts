import type { Figure, WindowSummary } from '../../../metrics/base/summary.ts';
import type { Report } from '../../base/report.ts';
import { isFigure } from './measures.ts';

/** The figures of a window that say how large its actuals are. */
type Window = Pick<WindowSummary, 'counts' | 'metrics'>;

/**
 * Whether ratios to the actuals, such as WAPE and wQL, are ratios in this window. Where every actual is 0 they are the numerator
 * alone, as in the service, in the unit of the target.
 */
export function hasRatios({ counts }: Pick<Window, 'counts'>): boolean {
  return counts.actuals > 0 && counts.zeroActuals < counts.actuals;
}

/** Says in how many windows with actuals they are no ratios, and so the mean of windows is none; undefined for none. */
export function readNoRatios({ windows }: Pick<Report, 'windows'>): string | undefined {
  const measured = windows.filter(({ counts }) => counts.actuals > 0);
  const zero = measured.filter((window) => !hasRatios(window)).length;
  if (zero === 0) return undefined;
  return zero === measured.length
    ? 'every actual is 0, so it is the plain sum of errors and no ratio'
    : `in ${zero} of ${measured.length} windows every actual is 0, and there it is the plain sum of errors`;
}

/** Bias as a share of the actuals: Σ(m−y) / Σ|y| in a window; null where it cannot be known from its figures. */
export function biasShare(window: Window): Figure {
  const { bias, MAE, WAPE } = window.metrics;
  if (!hasRatios(window) || !isFigure(bias) || !isFigure(MAE) || !isFigure(WAPE)) return null;
  if (MAE === 0) return 0;
  return finite((bias / MAE) * WAPE);
}

/** The same over all windows: the sum of errors / the sum of actuals. */
export function overallBiasShare({ windows }: Pick<Report, 'windows'>): Figure {
  let [errors, actuals] = [0, 0];
  for (const { counts, metrics } of windows) {
    const { bias, MAE, WAPE, WAPESum } = metrics;
    if (counts.actuals === 0) continue;
    if (!isFigure(bias) || !isFigure(MAE) || !isFigure(WAPE) || !isFigure(WAPESum)) return null;
    const isRatio = hasRatios({ counts });
    if (MAE === 0 && isRatio) return null; // its actuals are unknown
    errors += MAE === 0 ? 0 : bias * (WAPESum / MAE);
    actuals += isRatio ? WAPESum / WAPE : 0;
  }
  return actuals === 0 ? null : finite(errors / actuals);
}

function finite(value: number): Figure {
  return Number.isFinite(value) ? value : null;
}
