import { guardText } from '../../batch/guard-formulas.ts';
import type { ExportSummary } from '../../metrics/summarize.ts';
import type { Metrics } from '../../metrics/base/summary.ts';
import { escapeUnsafe } from '../../quote-text.ts';
import { keyColumns, metricsOf, quantilesOf, summaryRows, type SummaryRow } from './summary-rows.ts';

/** A column of the CSV: its name, and its value in a row. */
interface CsvColumn {
  readonly name: string;
  readonly value: (row: SummaryRow) => string | number | null;
}

/**
 * A summary as CSV after RFC 4180 (CRLF, quotes where needed): the overall row, then windows or groups. Numbers in full
 * precision, in the fewest digits that read back to the same double; a figure that cannot be computed is empty. With groups
 * each figure has two columns, `pooled.WAPE` and `averaged.WAPE`. Text stands as it is in the data, but for what `options`
 * say.
 */
export function* csvPieces(result: ExportSummary, options: CsvOptions = {}): Generator<string, void, undefined> {
  const columns = csvColumns(result);
  yield csvLine(columns.map((column) => textCell(column.name, options)));
  for (const row of summaryRows(result)) {
    yield csvLine(columns.map((column) => cellText(column.value(row), options)));
  }
}

/** How the texts of a CSV differ from those of the data. */
export interface CsvOptions {
  /** A quote mark before texts that a spreadsheet would run as a formula; numbers are never touched. */
  readonly guardFormulas?: boolean;
  /** For a terminal: characters that would steer it are escaped. */
  readonly terminal?: boolean;
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

function cellText(value: string | number | null, options: CsvOptions): string {
  if (value === null) return '';
  if (typeof value === 'string') return textCell(value, options);
  return Object.is(value, -0) ? '-0' : String(value);
}

function textCell(text: string, { guardFormulas = false, terminal = false }: CsvOptions): string {
  const guarded = guardFormulas ? guardText(text) : text;
  return terminal ? escapeUnsafe(guarded) : guarded;
}

/** One record of RFC 4180. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}
