import { join } from 'node:path';
import { openExport } from 'backtest-export';
import { sumTable } from './arrow-figures.mjs';

/** One Arrow table of all parts. */
export async function run({ folder, threads }) {
  const { forecastedValues } = await openExport(join(folder, 'forecasted-values'));
  return forecastedValues.table({ threads });
}

export const check = sumTable;
