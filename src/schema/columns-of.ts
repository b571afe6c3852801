import { BacktestExportError } from '../errors.ts';
import type { ColumnRole, ColumnSchema, ForecastType, TableSchema } from './schema.ts';

/** The column of a quantile. */
export interface QuantileColumn {
  readonly name: string;
  readonly forecastType: ForecastType;
  /** From 0.01 to 0.99. */
  readonly tau: number;
}

/**
 * The columns of a table by what they mean, each by its name in the header. Reading one that the table does not have
 * throws `SCHEMA_INVALID`, except for `mean`, which is undefined, and for the lists, which are empty.
 */
export interface TableColumns {
  readonly item: string;
  readonly dimensions: readonly string[];
  readonly windowStart: string;
  readonly windowEnd: string;
  readonly timestamp: string;
  readonly target: string;
  readonly backtestWindow: string;
  readonly mean: string | undefined;
  /** Rising. */
  readonly quantiles: readonly QuantileColumn[];
  /** In the header's order. */
  readonly metrics: readonly ColumnSchema[];
}

/** Finds the columns of a table by their roles. One pass over the columns for each that is read. */
export function columnsOf(schema: TableSchema): TableColumns {
  const { itemColumn, dimensions, columns } = schema;
  const required = (role: ColumnRole): string => {
    const column = columns.find((candidate) => candidate.role === role);
    if (column !== undefined) return column.name;
    throw new BacktestExportError('SCHEMA_INVALID', `expected a ${role} column, found none in ${schema.table}`);
  };
  const forecasts = columns.filter(({ role }) => role === 'forecast');
  return {
    item: itemColumn,
    dimensions,
    get windowStart(): string {
      return required('windowStart');
    },
    get windowEnd(): string {
      return required('windowEnd');
    },
    get timestamp(): string {
      return required('timestamp');
    },
    get target(): string {
      return required('target');
    },
    get backtestWindow(): string {
      return required('backtestWindow');
    },
    mean: forecasts.find(({ forecastType }) => forecastType === 'mean')?.name,
    quantiles: forecasts
      .filter(({ forecastType }) => forecastType !== 'mean')
      .map(({ name, forecastType = '' }) => ({ name, forecastType, tau: Number(forecastType) }))
      .sort((a, b) => a.tau - b.tau),
    metrics: columns.filter(({ role }) => role === 'metric'),
  };
}

/**
 * The columns that identify a row of a table: item, dimensions and kind of window, which are texts, then its times. Two
 * rows with the same key are duplicates.
 */
export function keyColumns({ columns }: TableSchema): ColumnSchema[] {
  return keyRoles.flatMap((role) => columns.filter((column) => column.role === role));
}

const keyRoles = ['item', 'dimension', 'backtestWindow', 'windowStart', 'windowEnd', 'timestamp'] as const;
