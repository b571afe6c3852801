import { join } from 'node:path';
import { openExport } from 'backtest-export';
import { RowSums } from './arrow-figures.mjs';

export async function run({ folder, columns }) {
  const { forecastedValues } = await openExport(join(folder, 'forecasted-values'));
  const sums = new RowSums(columns.numbers);
  for await (const row of forecastedValues.rows()) sums.add(row);
  return sums.take();
}
