import { choice, option, toggle, type CommandSpec, type OptionSpec } from './option-spec.ts';
import { helpOption } from './shared-options.ts';
import { s3Options, s3WriteOptions } from './s3-options.ts';

const shapeOptions: readonly OptionSpec[] = [
  option('seed', 'N', 'Same seed and options, same bytes', '1'),
  option('items', 'N', 'Number of items', '100'),
  option('dimensions', 'LIST', 'Forecast dimensions as NAME:VALUES, such as store:3,region:2', 'none'),
  option('windows', 'N', 'Backtest windows', '1'),
  option('horizon', 'N', 'Steps in each window', '24'),
  option('window-offset', 'N', 'Steps from one window to the next', 'the horizon'),
  option('frequency', 'STEP', 'Length of a step: H, D, W, M, Y, 15min …', 'H'),
  option('first-window-start', 'TIME', 'Start of the first window, UTC', '2021-11-01T00:00:00'),
  option('forecast-types', 'LIST', 'mean and quantiles', 'mean,0.1,0.5,0.9'),
  option('parts', 'N', 'Part files of each table', '1'),
];

const nameOptions: readonly OptionSpec[] = [
  option('job', 'NAME', 'Name of the export job', 'synthetic_backtest'),
  option('exported-at', 'TIME', 'Time of the export, as in file names', '2021-12-14T13-20-10Z'),
  choice(
    'naming',
    'RULE',
    ['seen', 'documented'],
    'Part names as seen in real exports (Forecasts_JOB_TIME_part0.csv) or as documented (JOB_TIME_0.csv)',
    'seen',
  ),
  option('item-column', 'NAME', 'Name of the item column', 'item_id'),
  choice(
    'text-style',
    'STYLE',
    ['plain', 'digits', 'unicode', 'hostile', 'formulas'],
    'What item ids look like:',
    'plain',
  ),
  choice('format', 'FORMAT', ['CSV', 'PARQUET'], 'Format of the files:', 'CSV'),
  choice('metrics', 'YEAR', ['2020', '2021'], 'Metric columns as of the year:', '2021'),
  choice(
    'average-column',
    'NAME',
    ['Average wQL', 'AverageWeightedQuantileLoss'],
    'Header of the average wQL',
    'Average wQL',
  ),
  choice(
    'wape-meaning',
    'MEANING',
    ['sum', 'ratio'],
    'The WAPE column holds the plain sum, as seen, or the ratio',
    'sum',
  ),
  option('markers', 'LIST', 'Marker files to write: _CHECK, _SUCCESS or none', '_CHECK,_SUCCESS'),
];

const zones = ['Z', 'none', '+00:00'];
const timeOptions: readonly OptionSpec[] = [
  choice('timestamp-zone', 'ZONE', zones, 'How timestamp spells its time zone:', 'Z'),
  choice('window-start-zone', 'ZONE', zones, 'How the window starts spell their time zone:', 'none'),
  choice('window-end-zone', 'ZONE', zones, 'How the window ends spell their time zone:', 'none'),
];

const oddityOptions: readonly OptionSpec[] = [
  option('missing-actuals', 'SHARE', 'Share of series and windows with missing actuals, 0 to 1', '0'),
  option('zero-actuals', 'SHARE', 'Share of points whose actual is 0', '0'),
  option('negative-forecasts', 'SHARE', 'Share of rows with negative forecasts', '0'),
  option('crossed-quantiles', 'SHARE', 'Share of rows with crossed quantiles', '0'),
  option('defect', 'LIST', 'Defects to plant, by name, separated by commas', 'none'),
  toggle('list-defects', 'List the defects instead; needs no FOLDER'),
];

/** The command `generate`: every option of `generateExport`, with its default. */
export const generateSpec: CommandSpec = {
  name: 'generate',
  summary: 'Write a synthetic export, sound or with chosen defects',
  argument: 'FOLDER',
  details: [
    'Never replaces a file. A folder that is not empty is refused unless --add is given; then the new export is written ' +
      'beside what is already there.',
  ],
  options: [
    ...shapeOptions,
    ...nameOptions,
    ...timeOptions,
    ...oddityOptions,
    toggle('add', 'Write into a folder that is not empty'),
    toggle('json', 'Print what was written and planted as JSON'),
    ...s3Options,
    ...s3WriteOptions,
    helpOption,
  ],
  examples: [
    'generate demo --items 20 --windows 3 --parts 4',
    'generate broken --defect repeated-header,zero-byte-part',
    'generate --list-defects',
  ],
};
