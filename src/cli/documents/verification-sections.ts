import type { Finding, FindingPlace, MetricCheck, VerificationReport } from '../../verify/base/report.ts';
import { shortPartName } from '../../naming/short-part-name.ts';
import { joinNames } from '../print/sections.ts';
import { noFigure, showCount, showText, showTime } from '../print/show-value.ts';
import type { TableColumn } from '../print/table.ts';
import type { Section } from '../print/text-sections.ts';

/** A verification for people: the verdict, each finding with its first places, the arithmetic, what was not checked. */
export function verificationSections(report: VerificationReport): Section[] {
  const sections = [
    headSection(report),
    ...report.findings.map(findingSection),
    arithmeticSection(report),
    uncheckedSection(report),
  ];
  return sections.filter(({ rows, remarks }) => rows.length + remarks.length > 0);
}

function headSection(report: VerificationReport): Section {
  const { jobName, exportedAt, format, location, dimensions, itemColumn, forecastTypes } = report.export;
  const job = jobName === null ? [] : [['job', `${showText(jobName)}, exported ${showInstant(exportedAt ?? '')}`]];
  const rows = Object.entries(report.rows).map(([table, count]) => `${showCount(count, 'row')} of ${table}`);
  return {
    title: verdict(report),
    columns: [{ header: 'location', whole: true }, { header: showText(location) }],
    rows: [
      ...job,
      ['read', `${rows.join(', ')} in ${format}`],
      ['keys', `${showCount(report.items, 'item')}, ${showCount(report.series, 'time series', 'time series')}`],
      ['columns', joinNames([itemColumn, ...dimensions, ...forecastTypes].map(showText))],
      [
        'windows',
        joinNames(
          report.windows.map(({ start, end }) => `${showInstant(start)} to ${showInstant(end)}`),
          3,
        ),
      ],
      ['frequency', report.frequency ?? 'unknown'],
      ['rules', `${report.checked.length} looked at`],
    ],
    remarks: [],
  };
}

function verdict({ ok, findings }: VerificationReport): string {
  const countOf = (severity: string): number => findings.filter((finding) => finding.severity === severity).length;
  const warnings = countOf('warn');
  if (findings.length === 0) return 'Sound: nothing was found';
  const warned = warnings === 0 ? '' : showCount(warnings, 'kind of warning', 'kinds of warnings');
  if (ok) return `Sound, with ${warned}`;
  const errors = showCount(countOf('error'), 'kind of error', 'kinds of errors');
  return `Not sound: ${errors}${warned === '' ? '' : `, ${warned}`}`;
}

/** One finding with its places. */
export function findingSection({ code, severity, count, message, places, greatestDifference }: Finding): Section {
  const fields = placeFields.filter(({ of }) => places.some((place) => of(place) !== ''));
  const more = count - places.length;
  const greatest =
    greatestDifference === undefined
      ? []
      : [`greatest difference ${greatestDifference.difference.toExponential(2)} at ${where(greatestDifference.place)}`];
  return {
    title: `${severity === 'error' ? 'Error' : 'Warning'} ${code}: ${message} (${count})`,
    columns: fields.map(({ column }) => column),
    rows: places.map((place) => fields.map(({ of }) => of(place))),
    remarks: [...greatest, ...(more > 0 ? [places.length === 0 ? `${more} in all` : `and ${more} more`] : [])],
  };
}

/** What a place can say, in the order of the table. */
const placeFields: readonly { readonly column: TableColumn; readonly of: (place: FindingPlace) => string }[] = [
  { column: { header: 'where', whole: true }, of: where },
  { column: { header: 'column', whole: true }, of: ({ column }) => showText(column ?? '') },
  { column: { header: 'expected', align: 'right' }, of: ({ expected }) => showMetric(expected) },
  { column: { header: 'found', align: 'right' }, of: ({ found }) => showMetric(found) },
  { column: { header: 'repeats', whole: true }, of: ({ of }) => (of === undefined ? '' : where(of)) },
  { column: { header: 'item' }, of: ({ item }) => showText(item ?? '') },
  {
    column: { header: 'dimensions', drop: 1 },
    of: ({ dimensions }) =>
      Object.values(dimensions ?? {})
        .map(showText)
        .join(', '),
  },
  { column: { header: 'timestamp', whole: true, drop: 2 }, of: ({ timestamp }) => showInstant(timestamp ?? '') },
  {
    column: { header: 'window', whole: true, drop: 3 },
    of: ({ window }) => (window === undefined ? '' : showInstant(window.start)),
  },
  { column: { header: 'what' }, of: ({ detail }) => showText(detail ?? '') },
];

/** `forecasted-values/part0.csv:12`: job and time are the same for all parts, and are left out. */
function where({ file, record, line }: Pick<FindingPlace, 'file' | 'record' | 'line'>): string {
  const cut = file.lastIndexOf('/') + 1;
  const short = shortPartName(file.slice(cut), file.slice(0, Math.max(0, cut - 1)));
  const name = showText(file.slice(0, cut) + short);
  if (line !== undefined) return `${name}:${line}`;
  return record === undefined ? name : `${name}, record ${record}`;
}

function showMetric(value: number | null | undefined): string {
  if (value === undefined) return '';
  return value === null ? 'not defined' : String(value);
}

function showInstant(instant: string): string {
  return instant === '' ? '' : showTime(instant.replace('.000Z', 'Z'));
}

function arithmeticSection({ computed, summary, tolerance, wapeMeaning, season }: VerificationReport): Section {
  const right = (header: string, extra = false): TableColumn => ({ header, align: 'right', extra });
  const meaning = {
    sum: 'the plain sum of errors',
    ratio: 'the sum of errors / the sum of actuals',
    unknown: 'not known: plain sum or ratio',
  };
  return {
    title: `Arithmetic, within a relative ${tolerance}`,
    columns: [
      { header: 'metric', whole: true },
      right('Computed rows'),
      right('differ'),
      right('greatest', true),
      right('Summary rows'),
      right('differ'),
      right('greatest', true),
    ],
    rows: computed.map((check, index) => [showText(check.column), ...showCheck(check), ...showCheck(summary[index])]),
    remarks: [
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

function uncheckedSection({ notChecked }: VerificationReport): Section {
  return {
    title: 'Not checked',
    columns: [],
    rows: [],
    remarks: notChecked.map(({ code, reason, count }) => `${code}: ${reason}${count === 0 ? '' : ` (${count})`}`),
  };
}
