import { BacktestExportError } from '../errors.ts';
import { isTableName } from '../schema/schema.ts';
import { parsePartName, type PartName } from './part-name.ts';

/**
 * A part's name without its job and time, which all parts of an export share: `part0.csv` for
 * `Forecasts_bike_2021-12-14T13-20-10Z_part0.csv`, `0.csv` for `bike_2021-12-14T13-20-10Z_0.csv`. Any other name, such
 * as that of a copy, and one whose prefix contradicts its folder, is returned whole, so that no two files of one folder
 * share a short name.
 */
export function shortPartName(name: string, folder: string): string {
  const parsed = tryParse(name);
  if (parsed === undefined || parsed.offset !== 'Z' || parsed.convention === 'unprefixed') return name;
  if (parsed.convention === 'seen' && isTableName(folder) && parsed.table !== folder) return name;
  return name.slice(name.lastIndexOf('_') + 1);
}

function tryParse(name: string): PartName | undefined {
  try {
    return parsePartName(name);
  } catch (error) {
    if (error instanceof BacktestExportError) return undefined;
    throw error;
  }
}
