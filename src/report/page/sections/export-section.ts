import { boundMessage } from '../../../quote-text.ts';
import type { Finding, FindingPlace } from '../../../verify/base/report.ts';
import { showBytes, showNames, showPlace, showText, showTime } from '../../../show/values/show-value.ts';
import type { PageSection } from '../model.ts';
import { numbers, pageTable, prose, texts } from '../page-table.ts';
import { countOf, sentence, showWhole, typeName, windowTime } from '../words/measures.ts';
import { present, type SectionContext } from './context.ts';

/** What was read, and whether it can be trusted: facts, what `verify` found, what was not checked, parts left out. */
export function exportSection({ report, most }: SectionContext): PageSection {
  const { verification, skippedParts } = report;
  const findings = pageTable<Finding>(
    verification.findings,
    [
      texts('severity', ({ severity }) => (severity === 'error' ? 'error' : 'warning')),
      texts('code', ({ code }) => code),
      prose('what', ({ message }) => message),
      numbers('count', ({ count }) => showWhole(count)),
      prose('first place', ({ places: [place] }) => (place === undefined ? '' : describePlace(place))),
    ],
    { caption: 'Findings of the verification', most, drop: 0 },
  );
  const notChecked = verification.notChecked.map(
    ({ code, reason, count }) => `${code}: ${reason}${count === 0 ? '' : ` (${count})`}`,
  );
  const skipped = skippedParts
    .slice(0, most)
    .map(({ file, code, message }) => `${showText(file)}: ${code}: ${boundMessage(message)}`);
  return {
    id: 'export',
    title: 'The export and its verification',
    reading: describeCheck(verification),
    blocks: present([
      { kind: 'facts', facts: factsOf(report), drop: 0 },
      findings,
      notesOf('Not checked', notChecked),
      notesOf('Parts left out of every figure', skipped),
      notesOf(repeatedTitle, report.repeatedParts.slice(0, most).map(showText)),
    ]),
  };
}

const repeatedTitle =
  'Parts with the same rows as another part: figures count these rows again, as summarize does; the verification does not';

function notesOf(title: string, notes: readonly string[]) {
  return notes.length === 0 ? undefined : ({ kind: 'notes', title, notes, drop: 0 } as const);
}

function describeCheck({ checked, findings, tolerance }: SectionContext['report']['verification']): string {
  const rules = countOf(checked.length, 'rule');
  const found =
    findings.length === 0 ? 'none was broken' : `${findings.length} ${findings.length === 1 ? 'was' : 'were'} broken`;
  return sentence(`${rules} were checked, arithmetic within a relative tolerance of ${tolerance}: ${found}`);
}

function factsOf(report: SectionContext['report']): (readonly [string, string])[] {
  const { jobName, exportedAt, location, format, complete, parts, rows, bytes, itemColumn, dimensions } = report.export;
  const { windowCount, itemCount, counts } = report.summary;
  const span = [report.windows[0]?.start, report.windows.at(-1)?.end].filter((time) => time !== undefined);
  const other = report.accuracyMetrics;
  return [
    ['Job', jobName === null ? 'not named by its files' : showText(jobName)],
    ['Exported', exportedAt === null ? 'not named by its files' : showTime(exportedAt)],
    ['Location', showText(location)],
    ['Forecasts', `${countOf(rows, 'row')} in ${countOf(parts, `${format} part`)}, ${showBytes(bytes)}`],
    ...(other === null
      ? []
      : [
          [
            'Accuracy metrics',
            `${countOf(other.rows, 'row')} in ${countOf(other.parts, `${format} part`)}, ${showBytes(other.bytes)}`,
          ] as const,
        ]),
    [
      'Items',
      `${countOf(itemCount, 'item')}${dimensions.length === 0 ? '' : `, ${countOf(report.items.count, 'time series', 'time series')}`}`,
    ],
    ['Key columns', showNames([itemColumn, ...dimensions], 10)],
    [
      'Windows',
      `${countOf(windowCount, 'window')}${span.length < 2 ? '' : `, ${span.map(windowTime(report)).join(' to ')}`}`,
    ],
    ['Frequency', report.frequency === null ? 'unknown' : showText(report.frequency)],
    ['Forecast types', showNames(report.forecastTypes.map(typeName), 99)],
    [
      'Point forecast',
      report.point === null ? 'none' : `${typeName(report.point)}: WAPE, RMSE, MAPE, MAE and bias are of it`,
    ],
    ['Actuals', `${countOf(counts.actuals, 'row')} with one`],
    ['Complete', complete ? 'yes: it has its _SUCCESS marker' : 'unknown: it has no _SUCCESS marker'],
  ];
}

/** Where a finding is, and what of it. */
function describePlace(place: FindingPlace): string {
  const { item, timestamp, column, detail } = place;
  return [
    showPlace(place),
    ...(item === undefined ? [] : [showText(item)]),
    ...(timestamp === undefined ? [] : [showTime(timestamp)]),
    ...(column === undefined ? [] : [showText(column)]),
    ...(detail === undefined ? [] : [showText(detail)]),
  ].join(' · ');
}
