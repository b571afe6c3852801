import { BacktestExportError, quoteText } from '../errors.ts';
import { given } from '../given.ts';
import { assertKind, assertOptions, type OptionKind } from '../options.ts';
import { tableNames, type TableName } from '../schema/schema.ts';
import { formatExportTimestamp, parseExportTimestamp } from './export-timestamp.ts';
import { findJobNameProblem } from './job-name.ts';
import { formatPartExtension, parsePartExtension, type ExportFormat } from './part-extension.ts';

/**
 * How a part file is named: `seen` in real exports, `Forecasts_<job>_<timestamp>_part<N>` and `Accuracy_…`;
 * `documented`, `<job>_<timestamp>_<N>`; or `unprefixed`, a mixture, `<job>_<timestamp>_part<N>`.
 */
export type PartConvention = 'seen' | 'documented' | 'unprefixed';

/** A parsed part-file name. {@link formatPartName} gives the same name back. */
export interface PartName {
  readonly jobName: string;
  readonly exportedAt: Date;
  /** The zone as spelled: `Z`, `+0000`, `-0800`. */
  readonly offset: string;
  /** From 0. */
  readonly number: number;
  /** The minimum number of digits: 1 without padding, 3 for `007`. */
  readonly digits: number;
  readonly convention: PartConvention;
  /** From the prefix, or else from the hint; undefined without either. */
  readonly table: TableName | undefined;
  readonly format: ExportFormat;
  /** As in the name, with its leading dot. */
  readonly extension: string;
}

/** The input of {@link formatPartName}: the fields of a {@link PartName}, most of them with a default. */
export interface PartNameFields {
  readonly jobName: string;
  readonly exportedAt: Date;
  readonly number: number;
  readonly format: ExportFormat;
  /** Required for the `seen` convention, whose prefix names the table. */
  readonly table?: TableName | undefined;
  /** Default `seen`. */
  readonly convention?: PartConvention;
  /** Default `Z`. */
  readonly offset?: string;
  /** Default 1: no padding. */
  readonly digits?: number;
  /** Default `.csv` or `.parquet`, by the format. */
  readonly extension?: string;
}

/**
 * Parses a part file's name (without its folder) from the right, because a job name may contain underscores but no
 * hyphens. A prefix counts only before a `part<N>` ending: in the documented form `Accuracy_x_…_0.csv` belongs to the
 * job `Accuracy_x`. A hint that contradicts the prefix wins: in forecasted-values, `Accuracy_x_…_part0.csv` is an
 * unprefixed part of the job `Accuracy_x`. The width of a padded part number (`part007`) is kept.
 * @throws `PART_NAME_INVALID`, naming the invalid piece: extension, part number, timestamp or job name.
 */
export function parsePartName(name: string, options: { readonly table?: TableName } = {}): PartName {
  assertKind('parsePartName', name, 'text');
  assertOptions('parsePartName', options, { table: tableNames });
  const ending = parsePartExtension(name);
  if (ending === undefined) throw wrongPiece(name, 'extension', `expected .csv or .parquet, found ${ends(name)}`);
  const stem = name.slice(0, -ending.extension.length);
  const numbered = /^([^]*)_(part)?(\d+)$/.exec(stem);
  if (numbered === null) {
    throw wrongPiece(name, 'part number', `expected _part<N> or _<N> before ${ending.extension}, found ${ends(stem)}`);
  }
  const [, rest = '', marker, numberText = ''] = numbered;
  const number = Number(numberText);
  if (!Number.isSafeInteger(number) || numberText.length > longestFileName) {
    throw wrongPiece(
      name,
      'part number',
      `expected at most ${Number.MAX_SAFE_INTEGER}, found ${quoteText(numberText)}`,
    );
  }
  const cut = rest.lastIndexOf('_');
  const time = parseTimestampPiece(name, rest.slice(cut + 1));
  const owner = splitOwner(cut < 0 ? '' : rest.slice(0, cut), marker !== undefined, options.table);
  const problem = findJobNameProblem(owner.jobName);
  if (problem !== undefined) throw wrongPiece(name, 'job name', `${problem}, found ${quoteText(owner.jobName)}`);
  const digits = numberText.startsWith('0') ? numberText.length : 1;
  return { ...owner, exportedAt: time.date, offset: time.offset, number, digits, ...ending };
}

/**
 * Formats a part file's name; the inverse of {@link parsePartName}.
 * @throws `PART_NAME_INVALID` for fields that would not parse back as given, `EXPORT_TIMESTAMP_INVALID` for a date that
 * cannot be formatted.
 */
export function formatPartName(fields: PartNameFields): string {
  assertOptions('formatPartName', fields, fieldKinds);
  for (const name of neededFields) assertKind(`formatPartName.${name}`, fields[name], fieldKinds[name]);
  const { jobName, number, table, convention = 'seen', offset = 'Z', digits = 1, exportedAt } = fields;
  const extension = fields.extension ?? formatPartExtension(fields.format);
  if (!Number.isSafeInteger(number) || number < 0) {
    throw wrongFields('part number', `expected a whole number from 0, found ${number}`);
  }
  if (!Number.isSafeInteger(digits) || digits < 1 || digits > longestFileName) {
    throw wrongFields('part number', `expected 1 to ${longestFileName} digits, found ${digits}`);
  }
  const problem = findJobNameProblem(jobName);
  if (problem !== undefined) throw wrongFields('job name', `${problem}, found ${quoteText(jobName)}`);
  if (convention === 'seen' && table === undefined) {
    throw wrongFields('prefix', 'expected a table, which names of the seen convention begin with, found none');
  }
  const prefix = convention === 'seen' && table !== undefined ? prefixes[table] : '';
  const marker = convention === 'documented' ? '' : 'part';
  const numberText = String(number).padStart(digits, '0');
  const name = `${prefix}${jobName}_${formatExportTimestamp(exportedAt, offset)}_${marker}${numberText}${extension}`;
  const back = parsePartName(name, given({ table }));
  if (back.jobName !== jobName || back.convention !== convention) {
    throw wrongFields('job name', `${quoteText(name)} would be read as a part of the job ${quoteText(back.jobName)}`);
  }
  if (back.format !== fields.format || back.extension !== extension) {
    throw wrongFields('extension', `expected one of ${fields.format}, found ${quoteText(extension)}`);
  }
  return name;
}

const fieldKinds: Readonly<Record<keyof PartNameFields, OptionKind>> = {
  jobName: 'text',
  exportedAt: 'a Date',
  number: 'a number',
  format: ['CSV', 'PARQUET'],
  table: tableNames,
  convention: ['seen', 'documented', 'unprefixed'],
  offset: 'text',
  digits: 'a number',
  extension: 'text',
};
const neededFields = ['jobName', 'exportedAt', 'number', 'format'] as const;
const longestFileName = 255;
const prefixes: Readonly<Record<TableName, string>> = {
  'forecasted-values': 'Forecasts_',
  'accuracy-metrics-values': 'Accuracy_',
};

function splitOwner(text: string, marked: boolean, hint: TableName | undefined): Owner {
  if (!marked) return { jobName: text, convention: 'documented', table: hint };
  const table = tableNames.find((table) => text.startsWith(prefixes[table]) && (hint ?? table) === table);
  if (table === undefined) return { jobName: text, convention: 'unprefixed', table: hint };
  return { jobName: text.slice(prefixes[table].length), convention: 'seen', table };
}

type Owner = Pick<PartName, 'jobName' | 'convention' | 'table'>;

function parseTimestampPiece(name: string, text: string): ReturnType<typeof parseExportTimestamp> {
  try {
    return parseExportTimestamp(text);
  } catch (cause) {
    if (!(cause instanceof BacktestExportError)) throw cause;
    const problem = cause.problem.replace(/^export timestamp: /, '');
    throw new BacktestExportError('PART_NAME_INVALID', `${intro(name)}, timestamp: ${problem}`, { cause });
  }
}

function wrongPiece(name: string, piece: string, problem: string): BacktestExportError {
  return new BacktestExportError('PART_NAME_INVALID', `${intro(name)}, ${piece}: ${problem}`);
}

function wrongFields(piece: string, problem: string): BacktestExportError {
  return new BacktestExportError('PART_NAME_INVALID', `part name, ${piece}: ${problem}`);
}

function intro(name: string): string {
  return `part name ${quoteText(name)}`;
}

/** The end of a text, quoted. */
function ends(text: string): string {
  return text.length <= 24 ? quoteText(text) : `${quoteText(text.slice(-24))} at the end`;
}
