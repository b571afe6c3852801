import { choice, option, toggle, type OptionSpec } from './option-spec.ts';

/** `--help`, of every command. */
export const helpOption: OptionSpec = { name: 'help', short: 'h', help: 'Show this help' };

/** The files of both tables by name. */
export const accuracyOption: OptionSpec = option(
  'accuracy',
  'FILE',
  'The accuracy-metrics-values file, if the argument is the forecasted-values file and neither has its usual name',
);

/** Which of several exports in a folder is meant. */
export const choiceOptions: readonly OptionSpec[] = [
  accuracyOption,
  option('job', 'NAME', 'The export job, if the folder holds exports of several'),
  option(
    'exported-at',
    'TIME',
    'Which export of a job: latest, or its time as in the file names (2021-12-14T13-20-10Z) or in ISO 8601',
  ),
];

/** The same for commands that read several exports. */
export const choiceForEachOptions: readonly OptionSpec[] = [
  option('job', 'LIST', 'The export job of each, or one for all, if a folder holds exports of several'),
  option('exported-at', 'LIST', 'Which export of a job: latest or its time, one for all or one for each'),
];

const commaSeparated = String.raw`separated by commas (\, is a comma in a name)`;

/** Columns to read, by name. */
export const columnsOption: OptionSpec = option('columns', 'LIST', `Names of columns, ${commaSeparated}`, 'all');

/** How the files are written, if not as Forecast writes them. */
export const dialectOptions: readonly OptionSpec[] = [
  option('delimiter', 'CHAR', 'Character between fields, or tab', ','),
  option('quote', 'CHAR', 'Quote character', '"'),
  option('escape', 'CHAR', 'Character that escapes a quote inside quotes', 'the quote character'),
  option('decimal', 'CHAR', 'Decimal separator of numbers', '.'),
  option('encoding', 'LABEL', 'Encoding of the text, such as utf-16le or windows-1252', 'utf-8'),
  option(
    'null-text',
    'TEXTS',
    String.raw`Texts that mean a missing value in numbers and times, separated by commas, such as \N`,
  ),
  choice(
    'repeated-headers',
    'RULE',
    ['refuse', 'skip'],
    'Header lines inside the data (parts joined with cat): refuse, or skip and count them',
    'refuse',
  ),
  choice(
    'index-columns',
    'RULE',
    ['refuse', 'drop', 'keep'],
    'A row index that a program added (no name, Unnamed: 0, index): refuse, drop, or keep as a dimension',
    'refuse',
  ),
  option('drop-columns', 'LIST', `Columns to leave out, ${commaSeparated}`),
];

/** The same for commands that treat repeated headers in their own way. */
export const plainDialectOptions: readonly OptionSpec[] = dialectOptions.filter(
  ({ name }) => name !== 'repeated-headers',
);

/** `--json`, of commands with two forms. */
export const jsonOption: OptionSpec = toggle('json', 'Print JSON, with numbers in full precision');

/** `--format` and `--json`, of commands with several forms. */
export function formatOptions(...formats: readonly string[]): OptionSpec[] {
  return [
    choice('format', 'FORMAT', ['table', 'json', ...formats], 'How to print the result:', 'table'),
    toggle('json', 'Short for --format json: full precision, every figure'),
  ];
}

/** How the figures of groups are read. */
export const readingOption: OptionSpec = choice(
  'reading',
  'HOW',
  ['pooled', 'averaged'],
  'Figures of groups: pooled over all their rows, or averaged over windows',
  'pooled',
);

/** Which groups are shown. */
export const worstOption: OptionSpec = option(
  'worst',
  'METRIC:N',
  'Show only the N worst groups by a metric: averageWQL, wQL[0.9], WAPE, RMSE, MAPE, MAE, bias, coverage[0.9] …',
);

/** What WAPE, RMSE, MAPE, MAE and bias are computed from. */
export const pointOption: OptionSpec = option(
  'point',
  'TYPE',
  'Forecast type that WAPE, RMSE, MAPE, MAE and bias are computed from: mean, p50 …',
  'mean if present, else p50',
);

/** The limit of groups. */
export const maxGroupsOption: OptionSpec = option(
  'max-groups',
  'N',
  'Refuse more groups (windows × distinct keys) than this',
  'no limit',
);

/** The step between timestamps. */
export const frequencyOption: OptionSpec = option(
  'frequency',
  'STEP',
  'Step between timestamps: H, 30min, D, W, M …',
  'inferred',
);

/** The number of threads. */
export const threadsOption: OptionSpec = option('threads', 'N', 'Threads that read parts', 'one per core');

/** Whether an export is replaced. */
export const overwriteOption: OptionSpec = toggle(
  'overwrite',
  'Replace the same export in DEST, once the new one is complete',
);

/** How progress is shown. */
export const progressOption: OptionSpec = choice(
  'progress',
  'HOW',
  ['auto', 'lines', 'json', 'none'],
  'Progress on standard error: a line drawn on a terminal or else a line every ten seconds (auto), such lines anywhere, an object a second as JSON lines, or none:',
  'auto',
);

/** How deep exports are searched for. */
export const depthOption: OptionSpec = option('depth', 'N', 'Levels of folders below to search for exports', '8');
