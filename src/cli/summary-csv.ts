import type { ExportSummary } from '../metrics/summarize.ts';
import { keyColumns, quantilesOf, summaryRows, type SummaryRow } from './summary-rows.ts';

/** A column of the CSV: its name, and its value in a row. */
interface CsvColumn {
  readonly name: string;
  readonly value: (row: SummaryRow) => string | number | null;
}

/**
 * A summary as CSV after RFC 4180 (CRLF, quotes where needed): the overall row, then windows or groups. Numbers in full
 * precision, in the fewest digits that read back to the same double; a figure that cannot be computed is empty.
 */
export function* csvPieces(result: ExportSummary): Generator<string, void, undefined> {
  const columns = csvColumns(result);
  yield csvLine(columns.map((column) => column.name));
  for (const row of summaryRows(result)) yield csvLine(columns.map((column) => cellText(column.value(row))));
}

function csvColumns(result: ExportSummary): CsvColumn[] {
  const types = result.forecastTypes;
  const quantiles = quantilesOf(result);
  const intervals = result.summary.metrics.intervals;
  const perType = (name: string, pick: (row: SummaryRow, type: string) => number | null | undefined): CsvColumn[] =>
    types.map((type) => ({ name: `${name}[${type}]`, value: (row) => pick(row, type) ?? null }));
  return [
    { name: 'scope', value: (row) => row.scope },
    ...keyColumns(result).map((name): CsvColumn => ({ name, value: (row) => row.key.get(name) ?? null })),
    { name: 'item_count', value: (row) => row.itemCount },
    { name: 'window_count', value: (row) => row.windowCount },
    { name: 'count', value: (row) => row.count },
    ...quantiles.map((type): CsvColumn => ({ name: `wQL[${type}]`, value: (row) => row.metrics.wQL[type] ?? null })),
    ...figureNames.map((name): CsvColumn => ({ name, value: (row) => row.metrics[name] })),
    ...quantiles.map((type): CsvColumn => ({
      name: `coverage[${type}]`,
      value: (row) => row.metrics.coverage[type] ?? null,
    })),
    ...intervals.flatMap(({ lower, upper }, index): CsvColumn[] => [
      { name: `interval_coverage[${lower}-${upper}]`, value: (row) => row.metrics.intervals[index]?.coverage ?? null },
      { name: `interval_width[${lower}-${upper}]`, value: (row) => row.metrics.intervals[index]?.meanWidth ?? null },
    ]),
    ...countNames.map(([name, member]): CsvColumn => ({ name, value: (row) => row.counts[member] })),
    ...perType('negative_forecasts', (row, type) => row.counts.negativeForecasts[type]),
    ...perType('missing_forecasts', (row, type) => row.counts.missingForecasts[type]),
    { name: 'skipped_parts', value: () => result.skippedParts.length },
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
