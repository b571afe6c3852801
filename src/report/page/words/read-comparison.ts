import { findMetric } from '../../../metrics/base/metric.ts';
import { showFigure } from '../../../show/values/show-value.ts';
import { shownText } from '../../charts/shown-text.ts';
import type { PairedDifference, PairedMetric, Report, ReportedComparison } from '../../base/report.ts';
import { countOf, isFigure, joinWords, showWhole } from './measures.ts';

/** How each other export does against the first, by the average wQL or else WAPE; one sentence for each, at most three. */
export function readComparison({ comparison }: Report): string | undefined {
  if (comparison === null) return undefined;
  if (comparison.common === 0) return 'No row is in all of the exports: there is nothing to compare them by.';
  const pair = mainMetric(comparison);
  if (pair === undefined) return undefined;
  const sentences = pair.differences.slice(1, 4).flatMap((difference, index) => {
    const [own, other] = [pair.values[0], pair.values[index + 1]];
    if (difference === null || !isFigure(own) || !isFigure(other)) return [];
    return [describePaired(pair.metric, own, other, difference, labelOf(comparison, index + 1))];
  });
  const [first, ...others] = sentences;
  if (first === undefined) return undefined;
  const lead = `On ${countOf(comparison.common, 'common row')}: ${first}`;
  return [lead, ...others, ...readOtherActuals(comparison)].join(' ');
}

/** Errors against other actuals tell less of the predictors. */
function readOtherActuals({ exports }: ReportedComparison): string[] {
  const differ = exports.filter(({ otherActuals }) => otherActuals > 0);
  if (differ.length === 0) return [];
  const named = differ.slice(0, 3).map(({ label, otherActuals }) => `in ${countOf(otherActuals, 'row')} of ${label}`);
  const shown = differ.length > 3 ? [...named, 'of others'] : named;
  return [`Actuals are not those of this export ${joinWords(shown)}: they were made from different data.`];
}

function mainMetric({ metrics }: ReportedComparison): PairedMetric | undefined {
  return ['averageWQL', 'WAPE']
    .map((name) => metrics.find(({ metric, values }) => metric === name && values.filter(isFigure).length > 1))
    .find((pair) => pair !== undefined);
}

/** `B (bike_2)`, or `B` where all are of one job. */
function labelOf({ exports }: ReportedComparison, at: number): string {
  const { label = '', jobName = null } = exports[at] ?? {};
  return jobName === null || jobName === exports[0]?.jobName ? label : `${label} (${shownText(jobName, 40)})`;
}

function describePaired(name: string, own: number, other: number, difference: PairedDifference, label: string): string {
  const { interval } = difference;
  const title = name === 'WAPE' ? 'WAPE' : 'average wQL';
  const errorOf = findMetric(name)?.errorOf ?? ((value: number) => value);
  const [before, after] = [errorOf(own), errorOf(other)];
  const figures = `${title} ${showFigure(other)} against ${showFigure(own)}`;
  if (before === after) return `${label} is as good as this export (${figures}).`;
  const word = after < before ? 'better' : 'worse';
  const sure =
    interval === null
      ? ', without a confidence interval'
      : interval.lower > 0 || interval.upper < 0
        ? `; the 95% interval of the difference, ${showFigure(interval.lower)} to ${showFigure(interval.upper)}, excludes 0`
        : `, but the 95% interval of the difference, ${showFigure(interval.lower)} to ${showFigure(interval.upper)}, includes 0: it could be chance`;
  return `${label} is ${word} than this export (${figures})${sure}.${readItems(difference)}`;
}

/** How many items are better in the other export; nothing where no item has the figure. */
function readItems({ won, lost, tied }: PairedDifference): string {
  const items = won + lost + tied;
  return items === 0 ? '' : ` It is better for ${showWhole(won)} of ${countOf(items, 'item')}.`;
}
