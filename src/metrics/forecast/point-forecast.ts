import { BacktestExportError, quoteText } from '../../errors.ts';
import { nameList } from '../../quote-text.ts';
import { columnOfForecastType, quantileOfColumn } from '../../schema/forecast-type.ts';
import type { ForecastType } from '../../schema/schema.ts';

/** The default point forecast: the first of these that an export has. */
const usual: readonly ForecastType[] = ['mean', '0.5'];

/**
 * The forecast type that WAPE, RMSE, MAPE, MAE and bias are of: the one asked for, as `mean`, `p50` or `0.5`; else `mean`
 * where there is one, else p50; null where there is neither.
 * @throws `OPTION_INVALID` for one that is not among `forecastTypes`
 */
export function choosePoint(forecastTypes: readonly ForecastType[], asked: string | undefined): ForecastType | null {
  if (asked === undefined) return usual.find((type) => forecastTypes.includes(type)) ?? null;
  const type = quantileOfColumn(asked) ?? (/^0?\.\d{1,2}$/.test(asked) ? String(Number(asked)) : undefined);
  if (type !== undefined && forecastTypes.includes(type)) return type;
  const known = nameList(forecastTypes.map(columnOfForecastType));
  throw new BacktestExportError('OPTION_INVALID', `expected point to be one of ${known}, found ${quoteText(asked)}`);
}
