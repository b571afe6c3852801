import type { Report } from '../../base/report.ts';
import type { Verdict } from '../model.ts';
import { countOf, joinWords } from '../words/measures.ts';

/** Whether the figures can be trusted: what `verify` says, whether the export is complete, whether parts were left out. */
export function verdictOf(report: Report): Verdict {
  const { verification, skippedParts } = report;
  const countKinds = (severity: string): number =>
    verification.findings.filter((finding) => finding.severity === severity).length;
  const [errors, warnings] = [countKinds('error'), countKinds('warn')];
  const isWhole = report.export.complete && skippedParts.length === 0;
  const unchecked =
    verification.notChecked.length === 0
      ? ''
      : ` ${countOf(verification.notChecked.length, 'check')} could not be made.`;
  if (!verification.ok) {
    const kinds = [countOf(errors, 'kind of error', 'kinds of errors'), ...warned(warnings)];
    const missing = isWhole ? '' : ' It may also be incomplete.';
    return {
      kind: 'errors',
      title: `Not sound: ${joinWords(kinds)}`,
      meaning: `The figures below are of the rows that could be read, unchanged: do not rely on them until the errors are explained.${missing}${unchecked}`,
    };
  }
  if (!isWhole) {
    const why = [
      ...(report.export.complete ? [] : ['it has no _SUCCESS marker, which is written last']),
      ...(skippedParts.length === 0 ? [] : [`${countOf(skippedParts.length, 'part')} could not be read`]),
    ];
    return {
      kind: 'incomplete',
      title: 'May be incomplete',
      meaning: `Rows may be missing: ${joinWords(why)}. The figures below describe only what is there.${unchecked}`,
    };
  }
  if (warnings > 0) {
    return {
      kind: 'warnings',
      title: `Sound, with ${joinWords(warned(warnings))}`,
      meaning: `No error was found. The warnings are listed below; nothing was corrected, and the figures are of the rows as they are.${unchecked}`,
    };
  }
  return {
    kind: 'sound',
    title: 'Sound: nothing was found',
    meaning: `Nothing was found that casts doubt on the figures below.${unchecked}`,
  };
}

function warned(warnings: number): string[] {
  return warnings === 0 ? [] : [countOf(warnings, 'kind of warning', 'kinds of warnings')];
}
