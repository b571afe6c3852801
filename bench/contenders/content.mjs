import { join } from 'node:path';
import { openExport } from 'backtest-export';
import { ContentSum, formatSums } from '#src/batch/hash/content-sum.js';

/**
 * No contender but the judge of conversions: reads every cell of the forecasts and answers their number of rows and a
 * checksum, which is the same in CSV and in Parquet and whoever wrote them, as long as no value and no row's place differs.
 */
export async function run({ folder }) {
  const { forecastedValues } = await openExport(join(folder, 'forecasted-values'));
  const sum = new ContentSum(forecastedValues.schema.columns);
  for await (const batch of forecastedValues.columnBatches()) sum.add(batch);
  const sums = sum.take();
  return `${sums.rows} rows, checksum ${formatSums(sums)}`;
}
