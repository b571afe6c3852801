import { join } from 'node:path';
import { openExport } from 'backtest-export';

/** Record batches, one after another, of which nothing is kept but the sums that prove that they came. */
export async function run({ folder, threads, columns }) {
  const { forecastedValues } = await openExport(join(folder, 'forecasted-values'));
  const sums = Object.fromEntries(columns.numbers.map((name) => [name, 0]));
  let rows = 0;
  for await (const batch of forecastedValues.batches({ threads })) {
    rows += batch.numRows;
    for (const name of columns.numbers) {
      const { values } = batch.getChild(name).data[0];
      let sum = sums[name];
      for (let row = 0; row < values.length; row++) sum += values[row];
      sums[name] = sum;
    }
  }
  return { rows, sums };
}
