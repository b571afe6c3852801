import type { BacktestExport } from '../export/find/backtest-export.ts';
import { parseExportInstant } from '../naming/export-timestamp.ts';
import { readMember } from '../describe-value.ts';
import { assertKind, assertOptions, isDate, type OptionKind } from '../options.ts';
import {
  isAsymmetric,
  nameOf,
  plainTable,
  refusalOf,
  toExport,
  type ExportLike,
  type MatcherContext,
  type MatcherResult,
} from './matcher.ts';

/** The expected properties of an export, each optional. Each may also be an asymmetric matcher of `expect`. */
export interface ExpectedExport {
  /** Also chooses the job if the folder contains several. */
  readonly jobName?: unknown;
  /** A Date, or the time as in the file names or in ISO 8601; `latest` only chooses. */
  readonly exportedAt?: unknown;
  /** `CSV` or `PARQUET`. */
  readonly format?: unknown;
  readonly itemColumn?: unknown;
  readonly dimensions?: unknown;
  /** `mean` first, then quantiles in ascending order: `['mean', '0.1', '0.9']`. */
  readonly forecastTypes?: unknown;
  /** Whether the folder has its `_SUCCESS` marker. */
  readonly complete?: unknown;
}

const fields = ['jobName', 'format', 'itemColumn', 'dimensions', 'forecastTypes', 'complete'] as const;

/** The implementation of `toBeBacktestExport`. */
export async function toBeBacktestExport(
  context: MatcherContext,
  received: ExportLike,
  expected: ExpectedExport = {},
): Promise<MatcherResult> {
  assertExpected(expected);
  let found: BacktestExport;
  try {
    found = await openExpected(received, expected);
  } catch (error) {
    const refusal = refusalOf(error);
    return { pass: false, message: () => `expected a backtest export\n\n  ${refusal}` };
  }
  const wrong = fields.filter(
    (field) => expected[field] !== undefined && !context.equals(found[field], expected[field]),
  );
  const times = { found: found.exportedAt, expected: toTime(expected.exportedAt) };
  const wrongTime = times.expected !== undefined && !context.equals(times.found, times.expected);
  const show = (value: unknown): string => context.utils.stringify(value);
  const rows = [
    ['', 'expected', 'found'],
    ...wrong.map((field) => [field, show(expected[field]), show(found[field])]),
    ...(wrongTime ? [['exportedAt', show(times.expected), show(times.found)]] : []),
  ];
  const pass = rows.length === 1;
  const name = nameOf(found);
  const message = pass
    ? `expected ${name} not to be such a backtest export, but it is`
    : `expected ${name} to be a backtest export with other properties\n\n${plainTable(rows)}`;
  return { pass, message: () => message };
}

const optionNames: Readonly<Record<keyof ExpectedExport, 'anything'>> = {
  jobName: 'anything',
  exportedAt: 'anything',
  format: 'anything',
  itemColumn: 'anything',
  dimensions: 'anything',
  forecastTypes: 'anything',
  complete: 'anything',
};

const kinds: Readonly<Partial<Record<keyof ExpectedExport, OptionKind>>> = {
  jobName: 'text',
  format: ['CSV', 'PARQUET'],
  itemColumn: 'text',
  dimensions: 'a list',
  forecastTypes: 'a list',
  complete: 'true or false',
};

/** Refuses values that no export has: with `not`, a misspelled format would always pass. */
function assertExpected(expected: ExpectedExport): void {
  assertOptions('toBeBacktestExport', expected, optionNames);
  for (const [name, kind] of Object.entries(kinds)) {
    const value = readMember(expected, name);
    if (value !== undefined && !isAsymmetric(value)) assertKind(`toBeBacktestExport.${name}`, value, kind);
  }
}

/** Opens the export that the expected job and time choose; they are still compared afterwards. */
function openExpected(received: ExportLike, { jobName, exportedAt }: ExpectedExport): Promise<BacktestExport> {
  const chooses = typeof exportedAt === 'string' || isDate(exportedAt);
  return toExport(received, {
    ...(typeof jobName === 'string' ? { jobName } : {}),
    ...(chooses ? { exportedAt } : {}),
  });
}

/** The time to compare with; `latest` only chooses. */
function toTime(exportedAt: unknown): unknown {
  if (typeof exportedAt !== 'string') return exportedAt;
  return exportedAt === 'latest' ? undefined : parseExportInstant(exportedAt);
}
