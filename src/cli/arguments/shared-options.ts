import type { OptionSpec } from './option-spec.ts';

/** `--help`, of every command. */
export const helpOption: OptionSpec = { name: 'help', short: 'h', help: 'Show this help' };

/** Which of several exports in a folder is meant. */
export const choiceOptions: readonly OptionSpec[] = [
  {
    name: 'accuracy',
    value: 'FILE',
    help: 'The file of accuracy-metrics-values, where the argument is the file of forecasted-values and both have other names',
  },
  { name: 'job', value: 'NAME', help: 'The export job, where the folder holds exports of several' },
  {
    name: 'exported-at',
    value: 'TIME',
    help: 'Which export of a job: latest, or its time as in the file names (2021-12-14T13-20-10Z) or in ISO 8601',
  },
];

/** How the files are written, when not as Forecast writes them. */
export const dialectOptions: readonly OptionSpec[] = [
  { name: 'delimiter', value: 'CHAR', help: 'Character between fields, or tab', default: ',' },
  { name: 'quote', value: 'CHAR', help: 'Character around fields', default: '"' },
  { name: 'escape', value: 'CHAR', help: 'Character before a quote inside quotes', default: 'the quote' },
  { name: 'decimal', value: 'CHAR', help: 'Character between whole and fraction of a number', default: '.' },
  {
    name: 'encoding',
    value: 'LABEL',
    help: 'Encoding of the text, such as utf-16le or windows-1252',
    default: 'utf-8',
  },
  {
    name: 'null-text',
    value: 'TEXTS',
    help: String.raw`Texts that mean nothing in numbers and times, with commas between, such as \N`,
  },
  {
    name: 'repeated-headers',
    value: 'RULE',
    choices: ['refuse', 'skip'],
    help: 'Header lines inside the data (parts joined by cat): refuse, or skip and count them',
    default: 'refuse',
  },
  {
    name: 'index-columns',
    value: 'RULE',
    choices: ['refuse', 'drop', 'keep'],
    help: 'A row index that a program added (no name, Unnamed: 0, index): refuse, drop, or keep as a dimension',
    default: 'refuse',
  },
  {
    name: 'drop-columns',
    value: 'LIST',
    help: String.raw`Columns to leave out, with commas between (\, is a comma in a name)`,
  },
];

/** `--json`, of every command. */
export const jsonOption: OptionSpec = { name: 'json', help: 'Print JSON, numbers in full precision' };

/** How the figures of groups are read. */
export const readingOption: OptionSpec = {
  name: 'reading',
  value: 'HOW',
  choices: ['pooled', 'averaged'],
  help: 'Figures of groups: pooled over all their rows, or averaged over windows',
  default: 'pooled',
};

/** What WAPE, RMSE, MAPE, MAE and bias are of. */
export const pointOption: OptionSpec = {
  name: 'point',
  value: 'TYPE',
  help: 'Forecast type that WAPE, RMSE, MAPE, MAE and bias are of: mean, p50 …',
  default: 'mean if there, else p50',
};
