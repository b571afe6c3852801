import type { Counts } from '../../../metrics/base/summary.ts';
import type { Report } from '../../base/report.ts';
import { thresholds } from './thresholds.ts';
import { countOf, joinWords, showPercent, showWhole } from './measures.ts';

/** What is odd about the rows, as counts; or that nothing is. */
export function readQuality({ summary: { counts } }: Report): string | undefined {
  if (counts.rows === 0) return undefined;
  const odd = oddities(counts);
  const rows = countOf(counts.rows, 'row');
  if (odd.length === 0) {
    return `Every one of ${rows} has a finite actual and finite forecasts, none below 0, with quantiles in order.`;
  }
  return `Of ${rows}, ${joinWords(odd)}.`;
}

/** Whether many rows are odd. */
export function qualityStandsOut({ summary: { counts } }: Report): boolean {
  const { rows, missingActuals, nonFiniteActuals, crossedQuantiles } = counts;
  const byTypes = [counts.negativeForecasts, counts.missingForecasts, counts.nonFiniteForecasts].flatMap((byEach) =>
    Object.values(byEach),
  );
  return [missingActuals, nonFiniteActuals, crossedQuantiles, ...byTypes].some(
    (count) => count > 0 && count >= thresholds.oddRows * rows,
  );
}

function oddities(counts: Counts): string[] {
  const say = (count: number, text: string, one = text): string[] =>
    count === 0 ? [] : [`${showWhole(count)} (${showPercent(count / counts.rows)}) ${count === 1 ? one : text}`];
  return [
    ...say(counts.missingActuals, 'have no actual', 'has no actual'),
    ...say(counts.nonFiniteActuals, 'have an actual that is NaN or infinite', 'has an actual that is NaN or infinite'),
    ...say(counts.crossedQuantiles, 'have crossed quantiles', 'has crossed quantiles'),
    ...byType(counts.negativeForecasts, counts.rows, 'below 0'),
    ...byType(counts.missingForecasts, counts.rows, 'missing'),
    ...byType(counts.nonFiniteForecasts, counts.rows, 'NaN or infinite'),
  ];
}

/** The largest count over forecast types: rows where several are odd are not counted together. */
function byType(counts: Readonly<Record<string, number>>, rows: number, what: string): string[] {
  const most = Object.values(counts).reduce((largest, count) => Math.max(largest, count), 0);
  return most === 0
    ? []
    : [
        `up to ${countOf(most, 'row')} (${showPercent(most / rows)}) of a forecast type ${most === 1 ? 'is' : 'are'} ${what}`,
      ];
}
