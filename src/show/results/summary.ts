import type { ShownSummary } from './shown-summary.ts';
import type { Document, DrawnSection, Section } from '../layout/document.ts';
import { plainSections } from '../layout/plain-sections.ts';
import { showBytes, showCount, showExport, showNames, showText } from '../values/show-value.ts';
import { costTables } from './cost-tables.ts';
import { figureRecords } from './figure-records.ts';
import { flatTable, groupTable, windowTable } from './figure-tables.ts';
import { itemSpread } from './item-spread.ts';
import { noteTexts, lacksForecasts } from './note-texts.ts';
import { overallTables } from './overall-tables.ts';
import { stepSparks } from './step-sparks.ts';
import { describePoint, hasTwoReadings, readingTexts } from './shown-figures.ts';

/** A summary: the export's facts, the figures from coarse to fine, the notes at the end; in Markdown one flat table. */
export function describeSummary(result: ShownSummary): Document {
  return {
    sections: () => plainSections(summarySections(result)),
    drawn: () => summarySections(result),
    markdown: () => markdownSections(result),
    records: () => figureRecords(result),
    data: result,
  };
}

function summarySections(result: ShownSummary): DrawnSection[] {
  const forecasts = lacksForecasts(result)
    ? []
    : [
        ...overallTables(result),
        ...costTables(result),
        windowTable(result),
        ...(result.by.length === 0 ? [] : [...stepSparks(result), groupTable(result)]),
      ];
  return [headSection(result), ...forecasts, ...itemSpread(result), ...notesSection(noteTexts(result))];
}

function markdownSections(result: ShownSummary): Section[] {
  const point = lacksForecasts(result) ? [] : [`point forecast: ${describePoint(result)}`];
  const readings = hasTwoReadings(result)
    ? [`groups are ${readingTexts[result.reading]}, overall is the mean of the windows`]
    : [];
  const notes = [...point, ...readings, ...noteTexts(result)];
  return [
    { ...flatTable(result), title: titleOf(result) },
    ...costTables(result),
    ...plainSections(itemSpread(result)),
    ...notesSection(notes),
  ];
}

function notesSection(notes: readonly string[]): Section[] {
  return notes.length === 0 ? [] : [{ title: 'Notes', notes }];
}

function titleOf({ export: { jobName, exportedAt, location } }: ShownSummary): string {
  return showExport({ jobName, exportedAt }, location);
}

function headSection(result: ShownSummary): Section {
  const { format, complete, itemColumn, dimensions, location } = result.export;
  const sizes = [
    describeSize('', result.export, format),
    ...(result.accuracyMetrics === null ? [] : [describeSize(' of accuracy metrics', result.accuracyMetrics, format)]),
  ];
  const left = result.skippedParts.length;
  return {
    title: titleOf(result),
    facts: [
      ['location', showText(location)],
      ['read', sizes.filter((size) => size !== '').join('; ')],
      ['item column', showText(itemColumn)],
      ['dimensions', showNames(dimensions)],
      ['forecast types', showNames(result.forecastTypes)],
      ...(lacksForecasts(result) ? [] : [['point forecast', describePoint(result)] as const]),
      ...(result.frequency === null ? [] : [['frequency', result.frequency.text] as const]),
      ...(complete ? [] : [['complete', 'unknown: no _SUCCESS marker'] as const]),
      ...(left === 0 ? [] : [['left out', showCount(left, 'bad part')] as const]),
    ],
  };
}

/** The size of a table; `''` for one without parts. */
function describeSize(
  of: string,
  { rows, parts, bytes }: { readonly rows: number; readonly parts: number; readonly bytes: number },
  format: string,
): string {
  if (parts === 0) return '';
  return `${showCount(rows, 'row')}${of} in ${showCount(parts, `${format} part`)}, ${showBytes(bytes)}`;
}
