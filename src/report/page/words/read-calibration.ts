import { nominalShare } from '../../../metrics/base/metric.ts';
import { quantilesOf } from '../../../schema/forecast-type.ts';
import type { Counts } from '../../../metrics/base/summary.ts';
import type { ForecastType } from '../../../schema/schema.ts';
import type { Report } from '../../base/report.ts';
import { judgeCoverage, type CoverageVerdict } from './judge-coverage.ts';
import { countOf, showPercent, typeName } from './measures.ts';

/** A quantile or interval whose coverage was judged. */
interface Judged {
  readonly name: string;
  readonly coverage: number;
  readonly nominal: number;
  readonly counts: Counts;
  readonly verdict: CoverageVerdict;
  /** What covering too little, or too much, is called. */
  readonly words: readonly [less: string, more: string];
}

/** What can be said about the widest interval; undefined without one that has a coverage. */
export function readInterval(report: Report): string | undefined {
  const judged = judgeWidest(report);
  return judged === undefined ? undefined : describe(judged, 'holds');
}

/** Whether the widest interval is clearly off. */
export function intervalStandsOut(report: Report): boolean {
  const verdict = judgeWidest(report)?.verdict;
  return verdict !== undefined && verdict.level !== 'close' && !verdict.byChance && !verdict.byZeros;
}

/** What can be said about the quantile that is farthest from its nominal share. */
function readQuantile(report: Report): string | undefined {
  const judged = judgeQuantiles(report);
  const [first, ...others] = judged;
  if (first === undefined) return undefined;
  let worst = first;
  for (const each of others) if (Math.abs(each.verdict.off) > Math.abs(worst.verdict.off)) worst = each;
  const reading = describe(worst, 'covers');
  if (others.length === 0) return reading;
  if (worst.verdict.level === 'close') {
    return `All ${judged.length} quantiles are close to what they promise; farthest off is ${worst.name}, which covers ${showPercent(worst.coverage)} of actuals.`;
  }
  return `Farthest off of ${judged.length} quantiles: ${reading}`;
}

/** What can be said about calibration. */
export function readCalibration(report: Report): string | undefined {
  const sentences = [readInterval(report), readQuantile(report)].filter((text) => text !== undefined);
  return sentences.length === 0 ? undefined : sentences.join(' ');
}

/** A word for how far a coverage is off, for tables. */
export function coverageWord(coverage: number | null, nominal: number, counts: Counts, words: Judged['words']): string {
  const verdict = judgeCoverage(coverage, nominal, counts);
  return verdict === undefined ? '' : judgement(verdict, words);
}

/** How a quantile is off. */
export const quantileWords: Judged['words'] = ['too low', 'too high'];
/** How an interval is off. */
export const intervalWords: Judged['words'] = ['too narrow', 'too wide'];

function judgeWidest({ summary: { metrics, counts } }: Report): Judged | undefined {
  const [widest] = metrics.intervals;
  if (widest === undefined || widest.coverage === null) return undefined;
  const { lower, upper, nominal, coverage } = widest;
  const verdict = judgeCoverage(coverage, nominal, counts);
  const name = `The interval from ${typeName(lower)} to ${typeName(upper)}`;
  return verdict && { name, coverage, nominal, counts, verdict, words: intervalWords };
}

function judgeQuantiles({ forecastTypes, summary: { metrics, counts } }: Report): Judged[] {
  return quantilesOf(forecastTypes).flatMap((type: ForecastType) => {
    const coverage = metrics.coverage[type] ?? null;
    const nominal = nominalShare([type]);
    const verdict = judgeCoverage(coverage, nominal, counts);
    if (coverage === null || verdict === undefined) return [];
    return [{ name: typeName(type), coverage, nominal, counts, verdict, words: quantileWords }];
  });
}

function describe({ name, coverage, nominal, counts, verdict, words }: Judged, verb: string): string {
  const promised = `${showPercent(coverage)} of actuals (${showNominal(nominal)} promised)`;
  const chance =
    verdict.level !== 'close' && verdict.byChance ? `, which could be chance in ${countOf(counts.actuals, 'row')}` : '';
  return `${name} ${verb} ${promised}: ${judgement(verdict, words)}${chance}.`;
}

/** Nominal shares are whole hundredths. */
export function showNominal(nominal: number): string {
  return `${Math.round(100 * nominal)}%`;
}

function judgement({ level, byZeros, off }: CoverageVerdict, [less, more]: Judged['words']): string {
  if (level === 'close') return 'close';
  if (byZeros) return 'more, as actuals of 0 can explain';
  return `${level === 'slight' ? 'slightly' : 'clearly'} ${off < 0 ? less : more}`;
}
