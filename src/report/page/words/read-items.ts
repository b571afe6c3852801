import type { ParetoPoint, Report } from '../../base/report.ts';
import { countOf, isFigure, itemWords, showPercent, showWhole } from './measures.ts';
import { thresholds } from './thresholds.ts';

/** The smallest share of items in the report that holds at least half of the error; undefined where it is not known. */
function halfOfError({ items: { pareto } }: Report): ParetoPoint | undefined {
  return pareto.find(({ items, error }) => items > 0 && error >= 0.5);
}

/** Whether few items hold most of the error. */
export function isConcentrated(report: Report): boolean {
  const half = halfOfError(report);
  return half !== undefined && report.items.count >= 10 && half.items <= thresholds.concentrated;
}

/** How the error is spread over items. */
export function readItems(report: Report): string | undefined {
  const half = halfOfError(report);
  const [one, many] = itemWords(report);
  const listed = report.items.costliest.filter(({ errorShare }) => isFigure(errorShare));
  const sum = listed.reduce((total, { errorShare }) => total + (errorShare ?? 0), 0);
  if (half !== undefined)
    return `${showPercent(half.items)} of the ${whose(report, many)} hold ${showPercent(half.error)} of the total error${withActuals(report, half)}.`;
  if (listed.length === 0) return undefined;
  return `The costliest ${countOf(listed.length, one, many)} ${listed.length === 1 ? 'holds' : 'hold'} ${showPercent(Math.min(1, sum))} of the total error.`;
}

/** What of the actuals they hold, where all of them are listed: items with as much of the one as of the other are only large. */
function withActuals({ items }: Report, half: ParetoPoint): string {
  const count = Math.round(half.items * knownItems(items));
  const first = items.costliest.slice(0, count);
  if (first.length < count || first.some(({ actualShare }) => !isFigure(actualShare))) return '';
  const share = first.reduce((sum, { actualShare }) => sum + (actualShare ?? 0), 0);
  return `, with ${showPercent(Math.min(1, share))} of the actuals`;
}

function knownItems({ spread, count }: Report['items']): number {
  return spread.find(({ metric }) => metric === 'WAPESum')?.distribution.count ?? count;
}

/** Shares are of the items whose error is known: not of those without any actual. */
function whose({ items }: Report, many: string): string {
  const known = knownItems(items);
  return known === items.count ? many : `${showWhole(known)} ${many} with actuals`;
}
