import { errorCodes, type ErrorCode } from '../../errors.ts';
import { programName, type CommandSpec } from './option-spec.ts';

/** Errors, and the warning that says what to do. */
type HintedCode = ErrorCode | 'COLUMN_COUNTS_ROWS';

/** What to try next: each hint is about one option and is shown for the commands that have it. */
const hints: readonly {
  readonly codes: readonly HintedCode[];
  readonly option: string;
  /** The only command that it applies to. */
  readonly of?: string;
  /** A command that it does not apply to. */
  readonly notOf?: string;
  /** An option that must, and one that must not, have been given. */
  readonly needs?: string;
  readonly notWith?: string;
  readonly text: string;
}[] = [
  {
    codes: ['EXPORT_NOT_FOUND'],
    option: 'accuracy',
    text: `give files with other names directly: FORECASTS --accuracy METRICS; ${programName} inspect FOLDER lists what is there`,
  },
  {
    codes: ['EXPORT_NOT_FOUND'],
    option: 'all',
    text: 'for exports in the folders below: --all converts every one of them, --dry-run with it lists them',
  },
  {
    codes: ['EXPORT_AMBIGUOUS'],
    option: 'all',
    text: '--all converts every export, each into a folder of its own',
  },
  {
    codes: ['EXPORT_AMBIGUOUS'],
    option: 'job',
    text: `choose with --job NAME and --exported-at latest|TIME; ${programName} inspect FOLDER lists what is there`,
  },
  {
    codes: ['CSV_HEADER_REPEATED'],
    option: 'repeated-headers',
    text: '--repeated-headers skip skips and counts the header lines inside the data',
  },
  {
    codes: ['SCHEMA_INDEX_COLUMN'],
    option: 'index-columns',
    text: '--index-columns drop leaves the row index out, keep treats it as a dimension',
  },
  {
    codes: ['COLUMN_COUNTS_ROWS'],
    option: 'drop-columns',
    text: '--drop-columns NAME leaves out a column that counts the rows, --index-columns keep treats it as a dimension',
  },
  {
    codes: ['SCHEMA_INVALID', 'SCHEMA_DUPLICATE_COLUMN'],
    option: 'drop-columns',
    text: '--drop-columns LIST leaves out columns that are not part of the export',
  },
  {
    codes: ['CSV_NOT_TEXT', 'CSV_UTF8_INVALID', 'CSV_HEADER_MISSING', 'SCHEMA_INVALID', 'NUMBER_INVALID'],
    option: 'delimiter',
    text: 'for a file saved by another program: --delimiter, --quote, --escape, --decimal, --null-text, --encoding',
  },
  {
    codes: [
      ...errorCodes.filter((code) => /^(?:CSV|NUMBER|PARQUET|TIME)_/.test(code)),
      'SCHEMA_CONFLICT',
      'VALUE_MISSING',
    ],
    option: 'skip-bad-parts',
    text: '--skip-bad-parts continues without the damaged part and lists it in the result',
  },
  { codes: ['TOO_MANY_GROUPS'], option: 'max-groups', text: '--max-groups N allows more' },
  {
    codes: ['TOO_MANY_GROUPS'],
    option: 'max-held-rows',
    text: '--max-held-rows N holds more rows that are out of order, at the cost of memory',
  },
  {
    codes: ['COLUMN_UNKNOWN'],
    option: 'columns',
    text: `${programName} inspect FOLDER lists the columns of each table`,
  },
  {
    codes: ['ROW_CONFLICT'],
    option: 'keep-first',
    text: '--keep-first keeps the first of these rows and lists the others',
  },
  {
    codes: ['VALUE_NOT_RESTORABLE'],
    option: 'lossy',
    text: '--lossy continues and lists what could not be restored; the values are kept',
  },
  {
    codes: ['EXPORT_EXISTS'],
    option: 'overwrite',
    needs: 'all',
    text: '--overwrite converts and replaces those that exist, --skip-existing leaves them',
  },
  {
    codes: ['EXPORT_EXISTS', 'FILE_EXISTS'],
    option: 'overwrite',
    notOf: 'report',
    notWith: 'all',
    text: 'choose another DEST; --overwrite replaces the export once the new one is complete',
  },
  {
    codes: ['EXPORT_BUSY', 'JOURNAL_INVALID'],
    option: 'help',
    notOf: 'inspect',
    text: `${programName} inspect FOLDER lists the hidden files of writers; docs/reliability.md explains them`,
  },
  {
    codes: ['JOURNAL_INVALID'],
    option: 'scan-rows', // inspect alone has it
    text: 'remove the journal once you know which of these files you want; docs/reliability.md explains them',
  },
  {
    codes: ['FILE_NOT_FOUND'],
    option: 'location',
    of: 'map',
    text: '--location FOLDER says where the export is from here, if not where it was planned',
  },
  {
    codes: ['FILE_CHANGED'],
    option: 'help',
    of: 'map',
    text: `the export has changed since it was planned: run ${programName} plan again`,
  },
  {
    codes: ['FILE_EXISTS'],
    option: 'overwrite',
    of: 'report',
    text: 'choose another FILE with --output; --overwrite replaces it although it is no report',
  },
  { codes: ['FILE_EXISTS'], option: 'add', text: 'choose another FOLDER; files are never replaced' },
];

/**
 * The lines below an error's message: what could be done about it with the command that failed. Never suggests an
 * option that was given already.
 */
export function hintsFor(code: HintedCode, command: CommandSpec | undefined, argv: readonly string[] = []): string[] {
  if (command === undefined) {
    return code === 'OPTION_INVALID' ? [`${programName} --help lists the commands`] : [];
  }
  if (code === 'OPTION_INVALID') return [`${programName} ${command.name} --help lists the options`];
  const options = new Set(command.options.map((option) => option.name));
  return hints
    .filter(({ codes, option }) => codes.includes(code) && options.has(option) && !argv.includes(`--${option}`))
    .filter(({ of, notOf }) => (of ?? command.name) === command.name && notOf !== command.name)
    .filter(({ needs }) => needs === undefined || argv.includes(`--${needs}`))
    .filter(({ notWith }) => notWith === undefined || !argv.includes(`--${notWith}`))
    .map((hint) => hint.text);
}
