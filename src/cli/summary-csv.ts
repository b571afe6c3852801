import type { ExportSummary } from '../metrics/summarize.ts';
import type { Metrics } from '../metrics/summary.ts';
import { keyColumns, metricsOf, quantilesOf, summaryRows, type SummaryRow } from './summary-rows.ts';

/** A column of the CSV: its name, and its value in a row. */
interface CsvColumn {
  readonly name: string;
  readonly value: (row: SummaryRow) => string | number | null;
}

/**
 * A summary as CSV after RFC 4180 (CRLF, quotes where needed): the overall row, then windows or groups. Numbers in full
 * precision, in the fewest digits that read back to the same double; a figure that cannot be computed is empty. With groups
 * each figure has two columns, `pooled.WAPE` and `averaged.WAPE`.
 */
export function* csvPieces(result: ExportSummary): Generator<string, void, undefined> {
  const columns = csvColumns(result);
  yield csvLine(columns.map((column) => column.name));
  for (const row of summaryRows(result)) yield csvLine(columns.map((column) => cellText(column.value(row))));
}

function csvColumns(result: ExportSummary): CsvColumn[] {
  const types = result.forecastTypes;
  const perType = (name: string, pick: (row: SummaryRow, type: string) => number | null | undefined): CsvColumn[] =>
    types.map((type) => ({ name: `${name}[${type}]`, value: (row) => pick(row, type) ?? null }));
  return [
    { name: 'scope', value: (row) => row.scope },
    ...keyColumns(result).map((name): CsvColumn => ({ name, value: (row) => row.key.get(name) ?? null })),
    { name: 'item_count', value: (row) => row.itemCount },
    { name: 'window_count', value: (row) => row.windowCount },
    { name: 'count', value: (row) => row.count },
    { name: 'point', value: () => result.point },
    ...(result.by.length === 0
      ? figureColumns(result, '', (row) => metricsOf(row, 'pooled'))
      : [
          ...figureColumns(result, 'pooled.', ({ pooled }) => pooled),
          ...figureColumns(result, 'averaged.', ({ averaged }) => averaged),
        ]),
    ...countNames.map(([name, member]): CsvColumn => ({ name, value: (row) => row.counts[member] })),
    ...perType('negative_forecasts', (row, type) => row.counts.negativeForecasts[type]),
    ...perType('missing_forecasts', (row, type) => row.counts.missingForecasts[type]),
    { name: 'skipped_parts', value: () => result.skippedParts.length },
  ];
}

/** A column for each figure of one reading; empty cells where a row does not have the reading. */
function figureColumns(
  result: ExportSummary,
  prefix: string,
  metricsIn: (row: SummaryRow) => Metrics | null,
): CsvColumn[] {
  const quantiles = quantilesOf(result);
  const column = (name: string, pick: (metrics: Metrics) => number | null | undefined): CsvColumn => ({
    name: prefix + name,
    value: (row) => {
      const metrics = metricsIn(row);
      return metrics === null ? null : (pick(metrics) ?? null);
    },
  });
  return [
    ...quantiles.map((type) => column(`wQL[${type}]`, ({ wQL }) => wQL[type])),
    ...figureNames.map((name) => column(name, (metrics) => metrics[name])),
    ...quantiles.map((type) => column(`coverage[${type}]`, ({ coverage }) => coverage[type])),
    ...result.summary.metrics.intervals.flatMap(({ lower, upper }, index) => [
      column(`interval_coverage[${lower}-${upper}]`, ({ intervals }) => intervals[index]?.coverage),
      column(`interval_width[${lower}-${upper}]`, ({ intervals }) => intervals[index]?.meanWidth),
    ]),
  ];
}

const figureNames = ['averageWQL', 'WAPE', 'WAPESum', 'RMSE', 'MAPE', 'MASE', 'MAE', 'bias'] as const;
const countNames = [
  ['rows', 'rows'],
  ['missing_actuals', 'missingActuals'],
  ['non_finite_actuals', 'nonFiniteActuals'],
  ['zero_actuals', 'zeroActuals'],
  ['crossed_quantiles', 'crossedQuantiles'],
] as const;

function cellText(value: string | number | null): string {
  if (value === null) return '';
  return Object.is(value, -0) ? '-0' : String(value);
}

/** One record of RFC 4180. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}
