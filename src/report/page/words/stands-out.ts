import type { Report } from '../../base/report.ts';
import { countOf } from './measures.ts';
import { overallBiasShare } from './ratios.ts';
import { intervalStandsOut, readInterval } from './read-calibration.ts';
import { readComparison } from './read-comparison.ts';
import { readCosts } from './read-costs.ts';
import { isConcentrated, readItems } from './read-items.ts';
import { readAccuracy } from './read-metrics.ts';
import { qualityStandsOut, readQuality } from './read-quality.ts';
import { readSteps, stepTrend } from './read-steps.ts';
import { biasWord, readBias, readStability, windowRange } from './read-windows.ts';
import { thresholds } from './thresholds.ts';

const mostFindings = 5;

/** What stands out, at most five sentences: faults first, then how accurate it is, then where it fails. */
export function standsOut(report: Report): string[] {
  const share = overallBiasShare(report);
  const trend = stepTrend(report);
  const range = windowRange(report);
  const candidates = [
    readFaults(report),
    readAccuracy(report),
    when(share !== null && biasWord(share) !== 'small', () => readBias(report)),
    when(intervalStandsOut(report), () => readInterval(report)),
    readComparison(report),
    when((report.costs?.saved ?? 0) > 0, () => readCosts(report)),
    when(qualityStandsOut(report), () => readQuality(report)),
    when(isConcentrated(report), () => readItems(report)),
    when(range !== undefined && range.ratio >= thresholds.windowsFar, () => readStability(report)),
    when(trend !== undefined && trend.ratio >= thresholds.stepsStandOut, () => readSteps(report)),
  ].filter((text) => text !== undefined);
  const found = candidates.slice(0, mostFindings);
  if (candidates.length > 1 || report.summary.count === 0) return found;
  // nothing but the accuracy: what was looked at, as far as it is known
  const calm = [readInterval(report), readBias(report), readSteps(report)].filter((text) => text !== undefined);
  return [...found, ...calm].slice(0, mostFindings);
}

function when(holds: boolean, read: () => string | undefined): string | undefined {
  return holds ? read() : undefined;
}

/** What makes the figures doubtful; warnings are not among it. */
function readFaults({ verification, export: { complete }, skippedParts }: Report): string | undefined {
  const errors = verification.findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const more =
    errors.length > 1 ? `, and ${countOf(errors.length - 1, 'other kind of error', 'other kinds of errors')}` : '';
  if (first !== undefined) return `The export has errors: ${first.message} (${first.count})${more}.`;
  if (skippedParts.length > 0)
    return `${countOf(skippedParts.length, 'part')} could not be read: rows are missing from every figure.`;
  return complete ? undefined : 'The export has no _SUCCESS marker, so it may be incomplete.';
}
