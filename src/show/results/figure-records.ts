import { listMetrics } from '../../metrics/base/metric.ts';
import type { ForecastCost } from '../../metrics/base/costs.ts';
import type { Metrics } from '../../metrics/base/summary.ts';
import type { ShownSummary } from './shown-summary.ts';
import type { CsvRecords } from '../layout/document.ts';
import { flatKeys, flatRows, metricsOf, type FlatRow } from './flat-rows.ts';

/** A column of the CSV: its name, and its value in a row. */
interface Column {
  readonly name: string;
  readonly value: (row: FlatRow) => string | number | null | undefined;
}

/**
 * A summary as records: the overall row, then windows or groups. With groups each figure has two columns, `pooled.WAPE` and
 * `averaged.WAPE`. Null for a figure that cannot be computed.
 */
export function figureRecords(result: ShownSummary): CsvRecords {
  const columns = columnsOf(result);
  return {
    header: columns.map(({ name }) => name),
    rows: valuesOf(flatRows(result), columns),
  };
}

function* valuesOf(
  rows: Iterable<FlatRow>,
  columns: readonly Column[],
): Generator<(string | number | null)[], void, undefined> {
  for (const row of rows) yield columns.map(({ value }) => value(row) ?? null);
}

function columnsOf(result: ShownSummary): Column[] {
  const perType = (name: string, count: 'negativeForecasts' | 'missingForecasts'): Column[] =>
    result.forecastTypes.map((type) => ({ name: `${name}[${type}]`, value: ({ counts }) => counts[count][type] }));
  return [
    { name: 'scope', value: ({ scope }) => scope },
    ...flatKeys(result).map((name): Column => ({ name, value: ({ key }) => key.get(name) })),
    { name: 'item_count', value: ({ itemCount }) => itemCount },
    { name: 'window_count', value: ({ windowCount }) => windowCount },
    { name: 'count', value: ({ count }) => count },
    { name: 'point', value: () => result.point },
    ...(result.by.length === 0
      ? figureColumns(result, '', (row) => metricsOf(row, 'pooled'))
      : [
          ...figureColumns(result, 'pooled.', ({ pooled }) => pooled),
          ...figureColumns(result, 'averaged.', ({ averaged }) => averaged),
        ]),
    { name: 'rows', value: ({ counts }) => counts.rows },
    { name: 'missing_actuals', value: ({ counts }) => counts.missingActuals },
    { name: 'non_finite_actuals', value: ({ counts }) => counts.nonFiniteActuals },
    { name: 'zero_actuals', value: ({ counts }) => counts.zeroActuals },
    { name: 'crossed_quantiles', value: ({ counts }) => counts.crossedQuantiles },
    ...perType('negative_forecasts', 'negativeForecasts'),
    ...perType('missing_forecasts', 'missingForecasts'),
    { name: 'skipped_parts', value: () => result.skippedParts.length },
    ...(result.costs === null ? [] : costColumns(result)),
  ];
}

function costColumns({ forecastTypes }: ShownSummary): Column[] {
  const perType = (name: string, figure: 'unitsShort' | 'unitsOver' | 'cost'): Column[] =>
    forecastTypes.map((type) => ({ name: `${name}[${type}]`, value: (row) => costIn(row, type)?.[figure] }));
  return [
    ...perType('units_short', 'unitsShort'),
    ...perType('units_over', 'unitsOver'),
    ...perType('cost', 'cost'),
    { name: 'cheapest', value: ({ costs }) => costs?.cheapest },
    { name: 'saved', value: ({ costs }) => costs?.saved },
  ];
}

function costIn({ costs }: FlatRow, type: string): ForecastCost | undefined {
  return costs?.byType.find(({ forecastType }) => forecastType === type);
}

/** A column for each figure of one reading; no values where a row does not have the reading. */
function figureColumns(result: ShownSummary, prefix: string, read: (row: FlatRow) => Metrics | null): Column[] {
  return listMetrics(result.forecastTypes, result.summary.metrics.intervals).map((metric) => ({
    name: prefix + metric.column,
    value: (row) => {
      const metrics = read(row);
      return metrics === null ? null : metric.read(metrics);
    },
  }));
}
