import { BacktestExportError } from '../errors.ts';
import { parseExportTimestamp } from '../naming/export-timestamp.ts';
import { formatPartName } from '../naming/part-name.ts';
import { fixedColumns } from '../schema/column-meaning.ts';
import { columnOfForecastType, quantilesOf } from '../schema/forecast-type.ts';
import { inferSchema } from '../schema/infer-schema.ts';
import type { ForecastType, TableName } from '../schema/schema.ts';
import type { ResolvedOptions } from './resolve-options.ts';

/** The columns of `forecasted-values`, in the order of real exports (FORMAT.md). */
export function forecastColumns(options: ResolvedOptions): string[] {
  return [
    ...keyColumns(options),
    ...fixedColumns('forecasted-values'),
    ...options.forecastTypes.map(columnOfForecastType),
  ];
}

/** The columns of `accuracy-metrics-values` in exports of the chosen year. */
export function accuracyColumns(options: ResolvedOptions): string[] {
  const quantiles = quantilesOf(options.forecastTypes);
  const newer = options.metrics === '2021';
  return [
    ...keyColumns(options),
    ...fixedColumns('accuracy-metrics-values'),
    ...quantiles.map((quantile) => `wQL[${quantile}]`),
    ...(newer && quantiles.length > 0 ? [options.averageColumn] : []),
    'RMSE',
    'WAPE',
    ...(newer ? ['MAPE', 'MASE'] : []),
  ];
}

/**
 * Refuses names of item column and dimensions that would be read as other columns.
 * @throws `OPTION_INVALID`
 */
export function assertReadable(options: ResolvedOptions): void {
  try {
    inferSchema(forecastColumns(options));
    inferSchema(accuracyColumns(options));
  } catch (error) {
    if (!(error instanceof BacktestExportError)) throw error;
    const problem = `options itemColumn and dimensions: expected readable column names, found ${error.problem}`;
    throw new BacktestExportError('OPTION_INVALID', problem, { cause: error });
  }
}

/** `0.1` is 10. */
export function percentOf(quantile: ForecastType): number {
  return Math.round(Number(quantile) * 100);
}

/** The path of one part below the storage's root. */
export function partPath(options: ResolvedOptions, table: TableName, part: number): string {
  const { jobName, naming: convention } = options;
  const { date: exportedAt, offset } = parseExportTimestamp(options.exportedAt);
  const name = formatPartName({ jobName, exportedAt, offset, number: part, convention, table, format: 'CSV' });
  return inFolder(options.folder, `${table}/${name}`);
}

/** A path below the export's folder. */
export function inFolder(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}

function keyColumns(options: ResolvedOptions): string[] {
  return [options.itemColumn, ...options.dimensions.map((dimension) => dimension.name)];
}
