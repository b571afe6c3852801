import type { MetricComparison, RowComparison } from '../../compare/comparison.ts';
import { metricSections } from './metric-sections.ts';
import { rowSections } from './row-sections.ts';
import { showText, showTime } from '../print/show-value.ts';
import type { Section } from '../print/text-sections.ts';

/** A comparison for people: the verdict and the exports first, then what differs. */
export function comparisonSections(result: RowComparison | MetricComparison): Section[] {
  return [headSection(result), ...(result.on === 'rows' ? rowSections(result) : metricSections(result))];
}

function headSection(result: RowComparison | MetricComparison): Section {
  const verdict = result.equal ? 'Equal' : 'Different';
  const precision = result.tolerance === 0 ? 'bit by bit' : `within a relative ${result.tolerance}`;
  return {
    title: `${verdict}, compared by ${result.on} ${precision}`,
    columns: [
      { header: '' },
      { header: 'job' },
      { header: 'exported', whole: true },
      { header: 'format', extra: true },
      { header: 'location' },
    ],
    rows: result.exports.map(({ label, jobName, exportedAt, format, location }) => [
      label,
      jobName === null ? '' : showText(jobName),
      exportedAt === null ? '' : showTime(exportedAt.replace('.000Z', 'Z')),
      format,
      showText(location),
    ]),
    remarks: [],
  };
}
