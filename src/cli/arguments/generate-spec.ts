import type { CommandSpec, OptionSpec } from './option-spec.ts';
import { helpOption, jsonOption } from './shared-options.ts';

const shapeOptions: readonly OptionSpec[] = [
  { name: 'seed', value: 'N', help: 'Same seed and options, same bytes', default: '1' },
  { name: 'items', value: 'N', help: 'Number of items', default: '100' },
  {
    name: 'dimensions',
    value: 'LIST',
    help: 'Forecast dimensions as NAME:VALUES, such as store:3,region:2',
    default: 'none',
  },
  { name: 'windows', value: 'N', help: 'Backtest windows', default: '1' },
  { name: 'horizon', value: 'N', help: 'Steps in each window', default: '24' },
  { name: 'window-offset', value: 'N', help: 'Steps from one window to the next', default: 'the horizon' },
  { name: 'frequency', value: 'STEP', help: 'Length of a step: H, D, W, M, Y, 15min …', default: 'H' },
  { name: 'first-window-start', value: 'TIME', help: 'Start of the first window, UTC', default: '2021-11-01T00:00:00' },
  { name: 'forecast-types', value: 'LIST', help: 'mean and quantiles', default: 'mean,0.1,0.5,0.9' },
  { name: 'parts', value: 'N', help: 'Part files of each table', default: '1' },
];

const nameOptions: readonly OptionSpec[] = [
  { name: 'job', value: 'NAME', help: 'Name of the export job', default: 'synthetic_backtest' },
  { name: 'exported-at', value: 'TIME', help: 'Time of the export, as in file names', default: '2021-12-14T13-20-10Z' },
  {
    name: 'naming',
    value: 'RULE',
    choices: ['seen', 'documented'],
    help: 'Part names as seen in real exports (Forecasts_JOB_TIME_part0.csv) or as documented (JOB_TIME_0.csv)',
    default: 'seen',
  },
  { name: 'item-column', value: 'NAME', help: 'Name of the item column', default: 'item_id' },
  {
    name: 'text-style',
    value: 'STYLE',
    choices: ['plain', 'digits', 'unicode', 'hostile', 'formulas'],
    help: 'What item ids look like: plain, digits, unicode, hostile or formulas',
    default: 'plain',
  },
  { name: 'format', value: 'FORMAT', choices: ['CSV', 'PARQUET'], help: 'CSV or PARQUET', default: 'CSV' },
  {
    name: 'metrics',
    value: 'YEAR',
    choices: ['2020', '2021'],
    help: 'Metric columns as of 2020 or of 2021',
    default: '2021',
  },
  {
    name: 'average-column',
    value: 'NAME',
    choices: ['Average wQL', 'AverageWeightedQuantileLoss'],
    help: 'Header of the average wQL',
    default: 'Average wQL',
  },
  {
    name: 'wape-meaning',
    value: 'MEANING',
    choices: ['sum', 'ratio'],
    help: 'The WAPE column holds the plain sum, as seen, or the ratio',
    default: 'sum',
  },
  {
    name: 'markers',
    value: 'LIST',
    help: 'Marker files to write: _CHECK, _SUCCESS or none',
    default: '_CHECK,_SUCCESS',
  },
];

const timeOptions: readonly OptionSpec[] = (
  [
    ['timestamp-zone', 'timestamp', 'Z'],
    ['window-start-zone', 'the window starts', 'none'],
    ['window-end-zone', 'the window ends', 'none'],
  ] as const
).map(([name, column, standard]) => ({
  name,
  value: 'ZONE',
  choices: ['Z', 'none', '+00:00'],
  help: `How ${column} spell${column === 'timestamp' ? 's' : ''} the zone: Z, none or +00:00`,
  default: standard,
}));

const oddityOptions: readonly OptionSpec[] = [
  {
    name: 'missing-actuals',
    value: 'SHARE',
    help: 'Share of series and windows with missing actuals, 0 to 1',
    default: '0',
  },
  { name: 'zero-actuals', value: 'SHARE', help: 'Share of points whose actual is 0', default: '0' },
  { name: 'negative-forecasts', value: 'SHARE', help: 'Share of rows with negative forecasts', default: '0' },
  { name: 'crossed-quantiles', value: 'SHARE', help: 'Share of rows with crossed quantiles', default: '0' },
  { name: 'defect', value: 'LIST', help: 'Defects to plant, by name, with commas between', default: 'none' },
  { name: 'list-defects', help: 'List the defects instead; needs no FOLDER' },
];

/** The command `generate`: every option of `generateExport`, with its default. */
export const generateSpec: CommandSpec = {
  name: 'generate',
  summary: 'Write a synthetic export, sound or with chosen defects',
  argument: 'FOLDER',
  details: [
    'Never replaces a file. A folder that holds something already is refused unless --add is given; then the new export ' +
      'lies beside what is there.',
  ],
  options: [
    ...shapeOptions,
    ...nameOptions,
    ...timeOptions,
    ...oddityOptions,
    { name: 'add', help: 'Write into a folder that is not empty' },
    { ...jsonOption, help: 'Print as JSON what was written and planted' },
    helpOption,
  ],
  examples: [
    'generate demo --items 20 --windows 3 --parts 4',
    'generate broken --defect repeated-header,zero-byte-part',
    'generate --list-defects',
  ],
};
