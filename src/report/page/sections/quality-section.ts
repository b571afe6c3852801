import type { Counts } from '../../../metrics/base/summary.ts';
import { showNames, showText } from '../../../show/values/show-value.ts';
import type { ForecastType } from '../../../schema/schema.ts';
import type { PageSection } from '../model.ts';
import { numbers, pageTable, texts } from '../page-table.ts';
import { showPercent, showWhole, typeName } from '../words/measures.ts';
import { readQuality } from '../words/read-quality.ts';
import { present, type SectionContext } from './context.ts';

/** What is odd about the rows and their text: counts, `not defined`, reading notes. */
export function qualitySection({ report, most }: SectionContext): PageSection {
  const { counts } = report.summary;
  const rows: readonly (readonly [string, number])[] = [
    ['read in windows', counts.rows],
    ['with a finite actual', counts.actuals],
    ['without an actual: left out of every metric', counts.missingActuals],
    ['whose actual is NaN or infinite: left out of every metric', counts.nonFiniteActuals],
    ["whose actual is 0: add nothing to MAPE's sum", counts.zeroActuals],
    ['with crossed quantiles: used unchanged', counts.crossedQuantiles],
  ];
  const types = pageTable<ForecastType>(
    report.forecastTypes,
    [
      texts('forecast type', typeName),
      numbers('below 0', (type) => showWhole(counts.negativeForecasts[type] ?? 0)),
      numbers('missing', (type) => showWhole(counts.missingForecasts[type] ?? 0)),
      numbers('NaN or infinite', (type) => showWhole(counts.nonFiniteForecasts[type] ?? 0)),
    ],
    { caption: 'Unusual forecasts, by forecast type', most, drop: 2 },
  );
  const notes = [...accuracyNotes(report), ...readingNotes(report)];
  return {
    id: 'quality',
    title: 'Data quality',
    reading: readQuality(report),
    blocks: present([
      rowTable(rows, counts),
      types,
      notes.length === 0 ? undefined : { kind: 'notes', title: 'Notes on reading', notes, drop: 0 },
    ]),
  };
}

function rowTable(rows: readonly (readonly [string, number])[], counts: Counts) {
  if (counts.rows === 0) return undefined;
  return pageTable<readonly [string, number]>(
    rows,
    [
      texts('rows', ([name]) => name),
      numbers('count', ([, count]) => showWhole(count)),
      numbers('share', ([, count]) => showPercent(count / counts.rows)),
    ],
    { caption: 'Rows of forecasted-values', most: rows.length, drop: 1 },
  );
}

function accuracyNotes({ accuracyMetrics }: SectionContext['report']): string[] {
  return (accuracyMetrics?.notes ?? []).map(
    ({ message, count }) => `accuracy-metrics-values: ${message}${count === 0 ? '' : ` (${count})`}`,
  );
}

function readingNotes({ readingNotes: notes }: SectionContext['report']): string[] {
  return notes.map(({ message, count, files }) => `${showText(message)} (${count}): ${showNames(files, 3)}`);
}
