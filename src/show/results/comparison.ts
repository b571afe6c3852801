import type { MetricComparison, RowComparison } from '../../compare/result.ts';
import { tableSection, type Document, type DrawnSection, type Section } from '../layout/document.ts';
import { plainSections } from '../layout/plain-sections.ts';
import { showText, showTime } from '../values/show-value.ts';
import { left, whole } from '../layout/table.ts';
import { metricSections } from './compared-metrics.ts';
import { rowSections } from './compared-rows.ts';

/** A comparison: the verdict and the exports first, then what differs. */
export function describeComparison(result: RowComparison | MetricComparison): Document {
  const sections = (): DrawnSection[] => [
    headSection(result),
    ...(result.on === 'rows' ? rowSections(result) : metricSections(result)),
  ];
  return { sections: () => plainSections(sections()), drawn: sections, data: result };
}

function headSection({ equal, on, tolerance, exports }: RowComparison | MetricComparison): Section {
  const precision = tolerance === 0 ? 'bit by bit' : `within a relative ${tolerance}`;
  return {
    title: `${equal ? 'Equal' : 'Different'}, compared by ${on} ${precision}`,
    ...tableSection(exports, [
      [left(''), ({ label }) => label],
      [left('job'), ({ jobName }) => showText(jobName ?? '')],
      [whole('exported'), ({ exportedAt }) => showTime(exportedAt ?? '')],
      [left('format', { extra: true }), ({ format }) => format],
      [left('location'), ({ location }) => showText(location)],
    ]),
  };
}
