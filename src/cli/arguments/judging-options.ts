import { option, type OptionSpec } from './option-spec.ts';

/** How many places are listed. */
export const maxPlacesOption: OptionSpec = option(
  'max-places',
  'N',
  'Places to list for each finding; all are counted',
  '10',
);

/** How what was read is judged. */
export const judgingOptions: readonly OptionSpec[] = [
  option('rule', 'LIST', 'Change the severity of rules, such as FORECAST_NEGATIVE=off,ACTUAL_MISSING=error'),
  option('tolerance', 'X', 'Relative difference up to which metrics count as equal', '1e-9'),
  option('history', 'LIST', 'CSV files of the target time series, separated by commas, to recompute MASE'),
  option(
    'history-target',
    'NAME',
    'Column of the history that holds the values',
    'target_value, or the only column left',
  ),
  option(
    'history-columns',
    'LIST',
    'Columns of the history by name or position, such as item=sku,time=date,value=3, or a dimension',
    'named as in the export',
  ),
  option('season', 'N', 'Season of MASE, in steps', '24 for hours, 7 for days, 12 for months …'),
];

/** Where records go. */
export const temporaryFolderOption: OptionSpec = option(
  'temporary-folder',
  'FOLDER',
  'Where to put keys that do not fit in memory',
  "the system's folder for temporary files",
);
