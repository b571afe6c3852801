import { join } from 'node:path';
import { createReport, type Report } from '#src/index.js';
import type { ReportedSeries } from '#src/report/base/report.js';

const retail = join(import.meta.dirname, '../../../fixtures/retail/export');
let made: Promise<Report> | undefined;

/** A report of the retail fixture with costs, a comparison and a series that are made up, so that every section has something. */
export async function sampleReport(): Promise<Report> {
  made ??= createReport(retail, { threads: 1 });
  const report = await made;
  const { jobName, exportedAt, location, format, rows } = report.export;
  const measured = { jobName, exportedAt, location, format, rows, leftOut: 0, otherActuals: 0 };
  return {
    ...report,
    series: [seriesOf('item_0019'), seriesOf('item_0003')],
    costs: {
      under: 3,
      over: 1,
      criticalRatio: 0.75,
      nearest: '0.9',
      byType: [
        { forecastType: 'mean', rows: 1624, unitsShort: 18000, unitsOver: 21000, cost: 75000 },
        { forecastType: '0.9', rows: 1624, unitsShort: 5000, unitsOver: 45000, cost: 60000 },
      ],
      cheapest: '0.9',
      saved: 15000,
      windows: [],
    },
    comparison: {
      exports: [
        { ...measured, label: 'A' },
        { ...measured, label: 'B', leftOut: 7, otherActuals: 2 },
      ],
      common: 1617,
      metrics: [
        {
          metric: 'averageWQL',
          values: [0.1693, 0.1541],
          differences: [
            null,
            {
              export: 'B',
              difference: -0.0152,
              interval: { lower: -0.024, upper: -0.0061 },
              won: 27,
              lost: 12,
              tied: 1,
            },
          ],
        },
      ],
    },
  };
}

/** A series of one window, as long as asked for. */
export function seriesOf(item: string, length = 14): ReportedSeries {
  const timestamps = Array.from({ length }, (_, step) => new Date(Date.UTC(2021, 10, 1 + step)).toISOString());
  const values = (shift: number): number[] => timestamps.map((_, step) => 100 + shift + (step % 7));
  return {
    item,
    dimensions: { region: 'region_0000' },
    reasons: ['costliest', 'worst'],
    metrics: {
      wQL: { '0.1': 0.1, '0.5': 0.2, '0.9': 0.1 },
      averageWQL: 0.1333,
      WAPE: 0.25,
      WAPESum: 90,
      RMSE: 9,
      MAPE: 0.2,
      MASE: null,
      MAE: 7,
      bias: 1.5,
      coverage: { '0.1': 0.1, '0.5': 0.5, '0.9': 0.9 },
      intervals: [{ lower: '0.1', upper: '0.9', nominal: 0.8, coverage: 0.8, meanWidth: 40 }],
    },
    windows: [
      {
        start: timestamps[0] ?? '',
        end: timestamps.at(-1) ?? '',
        timestamps,
        actuals: values(0),
        forecasts: { mean: values(3), '0.1': values(-20), '0.5': values(2), '0.9': values(20) },
      },
    ],
    windowsLeftOut: 2,
    rowsLeftOut: 28,
    history: [],
  };
}

/** A report whose every text of the data is this one. */
export function withText(report: Report, text: string): Report {
  const item = <Item extends { readonly item: string; readonly dimensions: Readonly<Record<string, string>> }>(
    given: Item,
  ): Item => ({ ...given, item: text, dimensions: { [text]: text } });
  const identity = { jobName: text, location: text };
  const { items, verification, comparison } = report;
  return {
    ...report,
    frequency: text,
    export: { ...report.export, ...identity, itemColumn: text, dimensions: [text] },
    items: {
      ...items,
      costliest: items.costliest.map(item),
      worst: items.worst.map(item),
      best: items.best.map(item),
      notFound: [text],
    },
    series: report.series.map(item),
    verification: {
      ...verification,
      findings: verification.findings.map((finding) => ({
        ...finding,
        places: finding.places.map((place) => ({
          ...place,
          file: text,
          item: text,
          dimensions: { [text]: text },
          column: text,
          timestamp: text,
          detail: text,
        })),
      })),
    },
    comparison: comparison && {
      ...comparison,
      exports: comparison.exports.map((each) => ({ ...each, ...identity })),
    },
    skippedParts: [{ table: 'forecasted-values', file: text, code: 'CSV_FIELD_COUNT', message: text }],
    repeatedParts: [text],
    readingNotes: [{ code: 'BLANK_LINES', message: text, count: 1, files: [text] }],
  };
}
