import type { BacktestExport } from '../export/find/backtest-export.ts';
import { given } from '../given.ts';
import { partSources } from '../export/tables/planned-table.ts';
import { ForecastAccumulator } from '../metrics/forecast/accumulator.ts';
import type { ListedForecasts } from '../metrics/forecast/finish.ts';
import type { SummarizeProgress } from '../metrics/summarize-options.ts';
import { summarizeListed } from '../metrics/summarize.ts';
import type { ForecastSummary } from '../metrics/base/summary.ts';
import type { TableSchema } from '../schema/schema.ts';
import type { JoinOptions } from './join-tables.ts';
import { everySeries } from './partition.ts';
import { readBlocks } from './read-blocks.ts';
import type { RowBits } from './row-bits.ts';

/** How figures are grouped. */
export interface FigureOptions extends JoinOptions {
  readonly by: readonly string[];
  readonly maxGroups?: number | undefined;
  /** The point forecast of all exports; undefined for the usual one of `forecastTypes`. */
  readonly point?: string | undefined;
  /** Threads at most, where all rows are used; the available cores by default. */
  readonly threads?: number | undefined;
}

/**
 * The figures of an export over `only` these rows, by their number in the table (all if undefined), and these forecast
 * types: those of `summarize`, on several threads, where all rows and forecast types are used; else by the same
 * accumulator.
 */
export async function summarizeRows(
  source: BacktestExport,
  only: RowBits | undefined,
  forecastTypes: readonly string[],
  options: FigureOptions,
): Promise<ForecastSummary> {
  const listed = await listRows(source, only, forecastTypes, options);
  return {
    ...listed,
    groups: await listed.groups.toArray(given({ signal: options.signal, onGroups: options.onGroups })),
  };
}

/** {@link summarizeRows} for whoever takes the groups one by one; they have their sums where these are to be kept. */
export async function listRows(
  source: BacktestExport,
  only: RowBits | undefined,
  forecastTypes: readonly string[],
  { by, maxGroups, signal, point, threads, keepSums, ...options }: FigureOptions & { readonly keepSums?: boolean },
): Promise<ListedForecasts> {
  const { schema, bytes } = source.forecastedValues;
  const groups = given({ maxGroups, point });
  options.onPass?.(bytes);
  if (only === undefined && forecastTypes.length === schema.forecastTypes.length) {
    let reported = 0;
    const onProgress = ({ bytes: read, phase, groups: done, totalGroups }: SummarizeProgress): void => {
      if (phase !== 'reading') return options.onGroups?.(done, totalGroups, phase);
      options.onBytes?.(read - reported);
      reported = read;
    };
    const reading = { by, ...groups, ...given({ signal, threads }), accuracyMetrics: false, onProgress };
    return summarizeListed(source, reading, given({ keepSums }));
  }
  const sums = new ForecastAccumulator({ schema: withTypes(schema, forecastTypes), by, ...groups });
  try {
    const columns = sums.requiredColumns;
    const reading = { columns, series: [], partition: everySeries(), only, signal, onBytes: options.onBytes };
    for await (const { batch } of readBlocks(partSources(source.forecastedValues), reading)) sums.add(batch);
    return await sums.finishListed(given({ signal, keepSums, onGroups: options.onGroups }));
  } finally {
    sums.dispose();
  }
}

/** The schema without the forecast columns of other types. */
export function withTypes(schema: TableSchema, forecastTypes: readonly string[]): TableSchema {
  const columns = schema.columns.filter(
    ({ role, forecastType }) => role !== 'forecast' || forecastTypes.includes(forecastType ?? ''),
  );
  return { ...schema, columns, forecastTypes };
}
