import { BacktestExportError } from '../../errors.ts';
import { quantilesOf } from '../../schema/forecast-type.ts';
import type { ResolvedOptions } from '../resolve-options.ts';
import type { DefectNameOf } from './names.ts';
import type { DefectInfo } from './site.ts';

/** A defect of the whole export, applied before it is written. */
export interface ShapeDefect extends DefectInfo {
  readonly shape: (options: ResolvedOptions) => ResolvedOptions;
}

/** Every shape defect by its name. All must be readable without an error. */
export const shapeDefects: Readonly<Record<DefectNameOf<'shape'>, ShapeDefect>> = {
  'digits-item-id': {
    description: 'item ids of digits with leading zeros: text stays text',
    shape: (options) => ({ ...options, textStyle: 'digits' }),
  },
  'formula-text': {
    description: 'item ids that a spreadsheet would run as formulas',
    shape: (options) => ({ ...options, textStyle: 'formulas' }),
  },
  'hostile-text': {
    description: 'item ids with commas, quotes, line breaks, formulas and words such as NaN',
    shape: (options) => ({ ...options, textStyle: 'hostile' }),
  },
  'no-mean': {
    description: 'no mean column: WAPE, RMSE, MAPE and MASE cannot be recomputed',
    shape: (options) => {
      const forecastTypes = quantilesOf(options.forecastTypes);
      if (forecastTypes.length > 0) return { ...options, forecastTypes };
      throw new BacktestExportError('OPTION_INVALID', 'option defects: no-mean needs a forecast type besides mean');
    },
  },
  'proto-column-names': {
    description: 'dimensions named __proto__ and constructor: plain text',
    shape: (options) => {
      const names = ['__proto__', 'constructor'].filter((name) =>
        options.dimensions.every((other) => other.name !== name),
      );
      return { ...options, dimensions: [...options.dimensions, ...names.map((name) => ({ name, cardinality: 1 }))] };
    },
  },
  'zero-actuals': {
    description: 'the first window with only zero actuals: wQL and WAPE are bare numerators',
    shape: (options) => ({ ...options, zeroWindow: 0 }),
  },
  'crossed-quantiles': {
    description: 'lowest and highest quantile exchanged in a third of the rows: reported, not repaired',
    shape: (options) => ({ ...options, crossedQuantiles: Math.max(options.crossedQuantiles, 1 / 3) }),
  },
  'negative-forecasts': {
    description: 'negative forecasts in a third of the rows: reported, not clipped',
    shape: (options) => ({ ...options, negativeForecasts: Math.max(options.negativeForecasts, 1 / 3) }),
  },
};
