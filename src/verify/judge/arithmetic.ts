import { relativeDifference } from '../../batch/columns/relative-difference.ts';
import { columnsOf } from '../../schema/columns-of.ts';
import { quantilesOf } from '../../schema/forecast-type.ts';
import type { ColumnSchema, MetricName, TableSchema } from '../../schema/schema.ts';
import { comparePlaces, FindingBook, type RawPlace } from '../base/finding-book.ts';
import type { VerificationPlan } from '../base/plan.ts';
import type { FindingCode } from '../base/rules.ts';

/**
 * A metric column, and which quantile of the forecasts it is about: -1 where none, or no column of it. Of the average it
 * is 0 where the forecasts have the quantiles of all wQL columns and no other, else -1.
 */
export interface MetricColumn {
  readonly name: string;
  readonly metric: MetricName;
  readonly quantile: number;
}

/** The metrics of the mean forecast; the others are of quantiles. */
export const ofMean: ReadonlySet<MetricName> = new Set(['RMSE', 'WAPE', 'MAPE', 'MASE']);

/** The metric columns of accuracy-metrics-values, quantiles numbered as the forecasts have them, rising. */
export function metricColumns(metrics: TableSchema | undefined, forecasts: TableSchema | undefined): MetricColumn[] {
  const quantiles = quantilesOf(forecasts?.forecastTypes ?? []);
  const columns = metrics === undefined ? [] : columnsOf(metrics).metrics;
  const losses = columns.filter(({ metric }) => metric === 'wQL');
  const same = losses.length === quantiles.length && losses.every((column) => quantileOf(column, quantiles) >= 0);
  return columns.map((column) => {
    const { name, metric = 'wQL' } = column;
    return { name, metric, quantile: metric === 'averageWQL' ? Number(same) - 1 : quantileOf(column, quantiles) };
  });
}

function quantileOf({ forecastType = '' }: ColumnSchema, quantiles: readonly string[]): number {
  return quantiles.indexOf(forecastType);
}

/** The cells of one metric column that were recomputed. */
export class MetricTracker {
  readonly column: string;
  checked = 0;
  differ = 0;
  greatest: { readonly difference: number; readonly place: RawPlace } | null = null;
  /** The cells that differ. */
  readonly book: FindingBook;
  readonly #code: FindingCode;
  readonly #order: number;
  readonly #tolerance: number;

  constructor(
    code: FindingCode,
    column: string,
    order: number,
    options: Pick<VerificationPlan, 'tolerance' | 'maxPlaces'>,
  ) {
    this.#code = code;
    this.column = column;
    this.#order = order;
    this.#tolerance = options.tolerance;
    this.book = new FindingBook(options.maxPlaces);
  }

  /** Compares the computed value with that of the file; null is `not defined`, which equals no number. */
  add(expected: number | null, found: number | null, file: number, record: number): void {
    this.checked++;
    const difference =
      expected === null || found === null ? Number(expected !== found) : relativeDifference(expected, found);
    if (difference === 0) return;
    const place = { file, record, column: this.column, expected, found, order: this.#order };
    if (this.#isGreater(difference, place)) this.greatest = { difference, place };
    if (difference <= this.#tolerance) return;
    this.differ++;
    this.book.add(this.#code, place);
  }

  #isGreater(difference: number, place: RawPlace): boolean {
    const { greatest } = this;
    if (greatest === null || difference > greatest.difference) return true;
    return difference === greatest.difference && comparePlaces(place, greatest.place) < 0;
  }
}
