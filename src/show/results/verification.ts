import type { Finding, FindingPlace, MetricCheck, VerificationReport } from '../../verify/base/report.ts';
import {
  drawnTable,
  tableSection,
  type Document,
  type DrawnSection,
  type Section,
  type Field,
} from '../layout/document.ts';
import { plainSections } from '../layout/plain-sections.ts';
import { noFigure, showCount, showExport, showNames, showPlace, showText, showTime } from '../values/show-value.ts';
import { drawn, left, right, whole } from '../layout/table.ts';

/** A verification: the verdict, each finding with its first places, the arithmetic, what was not checked. */
export function describeVerification(report: VerificationReport): Document {
  return {
    sections: () => plainSections(verificationSections(report)),
    drawn: () => verificationSections(report),
    data: report,
  };
}

function* verificationSections(report: VerificationReport): Generator<DrawnSection, void, undefined> {
  yield headSection(report);
  if (report.findings.length > 2) yield countSection(report);
  yield* report.findings.map(findingSection);
  if (report.computed.length > 0) yield arithmeticSection(report);
  const notChecked = report.notChecked.map(
    ({ code, reason, count }) => `${code}: ${reason}${count === 0 ? '' : ` (${count})`}`,
  );
  if (notChecked.length > 0) yield { title: 'Not checked', notes: notChecked };
}

function headSection(report: VerificationReport): Section {
  const { jobName, exportedAt, format, location, dimensions, itemColumn, forecastTypes } = report.export;
  const rows = Object.entries(report.rows).map(([table, count]) => `${showCount(count, 'row')} of ${table}`);
  const windows = report.windows.map(({ start, end }) => `${showTime(start)} to ${showTime(end)}`);
  return {
    title: verdictOf(report),
    facts: [
      ['location', showText(location)],
      ...(jobName === null ? [] : [['job', showExport({ jobName, exportedAt }, '')] as const]),
      ['read', `${rows.join(', ')} in ${format}`],
      ['keys', `${showCount(report.items, 'item')}, ${showCount(report.series, 'time series', 'time series')}`],
      ['columns', showNames([itemColumn, ...dimensions, ...forecastTypes])],
      ['windows', showNames(windows, 3)],
      ['frequency', report.frequency ?? 'unknown'],
      ['rules', `${report.checked.length} checked`],
    ],
  };
}

/** What was found, in a line. */
export function verdictOf({ ok, findings }: Pick<VerificationReport, 'ok' | 'findings'>): string {
  const countOf = (severity: string): number => findings.filter((finding) => finding.severity === severity).length;
  const warnings = countOf('warn');
  if (findings.length === 0) return 'Sound: nothing was found';
  const warned = warnings === 0 ? '' : showCount(warnings, 'kind of warning', 'kinds of warnings');
  if (ok) return `Sound, with ${warned}`;
  const errors = showCount(countOf('error'), 'kind of error', 'kinds of errors');
  return `Not sound: ${errors}${warned === '' ? '' : `, ${warned}`}`;
}

/** The findings by how often they were met, before their places. */
function countSection({ findings }: VerificationReport): DrawnSection {
  return {
    title: 'Findings',
    ...drawnTable(findings, [
      [whole('rule'), ({ code }) => code],
      [left(''), ({ severity }) => (severity === 'error' ? 'error' : 'warning')],
      [right('places'), ({ count }) => String(count)],
      [drawn(6, 30), ({ count }) => ({ kind: 'bar', value: count })],
    ]),
    onlyDrawn: true,
  };
}

/** One finding with its places. */
export function findingSection({ code, severity, count, message, places, greatestDifference }: Finding): Section {
  const fields = placeFields.filter(([, text]) => places.some((place) => text(place) !== ''));
  const more = count - places.length;
  const notes = more > 0 ? [places.length === 0 ? `${more} in all` : `and ${more} more`] : [];
  if (greatestDifference !== undefined) {
    const { difference, place } = greatestDifference;
    notes.unshift(`greatest difference ${difference.toExponential(2)} at ${showPlace(place)}`);
  }
  return {
    title: `${severity === 'error' ? 'Error' : 'Warning'} ${code}: ${message} (${count})`,
    ...tableSection(places, fields),
    notes,
  };
}

/** What a place can say, in the order of the table. */
const placeFields: readonly Field<FindingPlace>[] = [
  [whole('where'), (place) => showPlace(place)],
  [whole('column'), ({ column }) => showText(column ?? '')],
  [right('expected'), ({ expected }) => showMetric(expected)],
  [right('found'), ({ found }) => showMetric(found)],
  [whole('repeats'), ({ of }) => (of === undefined ? '' : showPlace(of))],
  [left('item'), ({ item }) => showText(item ?? '')],
  [
    left('dimensions', { drop: 1, extra: true }),
    ({ dimensions = {} }) => Object.values(dimensions).map(showText).join(', '),
  ],
  [whole('timestamp', { drop: 2 }), ({ timestamp }) => showTime(timestamp ?? '')],
  [whole('window', { drop: 3 }), ({ window }) => showTime(window?.start ?? '')],
  [left('what'), ({ detail }) => showText(detail ?? '')],
];

function showMetric(value: number | null | undefined): string {
  if (value === undefined) return '';
  return value === null ? 'not defined' : String(value);
}

function arithmeticSection({ computed, summary, tolerance, wapeMeaning, season }: VerificationReport): Section {
  const meaning = {
    sum: 'the plain sum of errors',
    ratio: 'the sum of errors / the sum of actuals',
    unknown: 'not known: plain sum or ratio',
  };
  return {
    title: `Arithmetic, within a relative ${tolerance}`,
    columns: [
      whole('metric'),
      right('Computed rows'),
      right('differ'),
      right('greatest', { extra: true }),
      right('Summary rows'),
      right('differ'),
      right('greatest', { extra: true }),
    ],
    rows: computed.map((check, index) => [showText(check.column), ...showCheck(check), ...showCheck(summary[index])]),
    notes: [
      ...(wapeMeaning === null ? [] : [`WAPE is ${meaning[wapeMeaning]}`]),
      ...(season === null ? [] : [`MASE with a season of ${showCount(season, 'step')}`]),
    ],
  };
}

function showCheck(check: MetricCheck | undefined): string[] {
  if (check === undefined || check.checked === 0) return ['not checked', noFigure, noFigure];
  const greatest = check.greatest === null ? '0' : check.greatest.difference.toExponential(1);
  return [String(check.checked), String(check.differ), greatest];
}
