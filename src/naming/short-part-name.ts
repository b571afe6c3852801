import { BacktestExportError } from '../errors.ts';
import { parsePartName, type PartName } from './part-name.ts';

/**
 * A part's name without its job and time, which all parts of an export share: `part0.csv` of
 * `Forecasts_bike_2021-12-14T13-20-10Z_part0.csv`, `0.csv` of `bike_2021-12-14T13-20-10Z_0.csv`. Only of names that are
 * spelled so, in a folder that their prefix agrees with, so that no two files of one folder have the same short name; any
 * other name is whole, such as that of a copy.
 */
export function shortPartName(name: string, folder: string): string {
  const parsed = tryParse(name);
  if (parsed === undefined || parsed.offset !== 'Z' || parsed.convention === 'unprefixed') return name;
  if (parsed.convention === 'seen' && isTable(folder) && parsed.table !== folder) return name;
  return name.slice(name.lastIndexOf('_') + 1);
}

function isTable(folder: string): boolean {
  return folder === 'forecasted-values' || folder === 'accuracy-metrics-values';
}

function tryParse(name: string): PartName | undefined {
  try {
    return parsePartName(name);
  } catch (error) {
    if (error instanceof BacktestExportError) return undefined;
    throw error;
  }
}
