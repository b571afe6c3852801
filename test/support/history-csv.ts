import { addSteps } from '#src/schema/frequency.js';
import { formatTime } from '#src/testing/time-option.js';
import type { GenerateOptions } from '#src/testing/index.js';
import { resolveOptions } from '#src/testing/resolve-options.js';
import { planSignal, SeriesMaker } from '#src/testing/series.js';
import { styleText } from '#src/testing/text-styles.js';

/**
 * The training history of a generated export as a target time series file has it: columns in another order than the
 * export's, all steps up to the start of the last window. For one dimension at most, and plain texts.
 */
export function historyCsv(options: GenerateOptions): string {
  const resolved = resolveOptions(options);
  const plan = planSignal(resolved);
  const maker = new SeriesMaker(plan);
  const [dimension] = resolved.dimensions;
  const values = dimension?.cardinality ?? 1;
  const lines = [['timestamp', ...(dimension === undefined ? [] : [dimension.name]), 'demand', resolved.itemColumn]];
  const steps = plan.history + (resolved.windows - 1) * resolved.windowOffset;
  for (let item = 0; item < resolved.items; item++) {
    for (let value = 0; value < values; value++) {
      maker.startSeries(item * values + value);
      for (let step = 0; step < steps; step++) {
        const time = addSteps(resolved.frequency, resolved.firstWindowStart, step - plan.history);
        lines.push([
          formatTime(time, 'none').replace('T', ' '),
          ...(dimension === undefined ? [] : [styleText('plain', dimension.name, value, values)]),
          String(maker.actuals[step]),
          styleText('plain', 'item', item, resolved.items),
        ]);
      }
    }
  }
  return lines.map((cells) => `${cells.join(',')}\n`).join('');
}
