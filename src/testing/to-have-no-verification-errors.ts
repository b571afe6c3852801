import { quoteText } from '../errors.ts';
import { assertOptions } from '../options.ts';
import type { Finding, FindingPlace, VerificationReport } from '../verify/base/report.ts';
import type { VerifyOptions } from '../verify/base/verify-options.ts';
import { verifyExport } from '../verify/verify-export.ts';
import { assertReceived, nameOf, plainTable, refusalOf, type ExportLike, type MatcherResult } from './matcher.ts';
import { showFilePlace } from './to-equal-export.ts';

/** Options of `toHaveNoVerificationErrors`: those of `verifyExport` that define what is correct. */
export type VerificationMatcherOptions = Pick<
  VerifyOptions,
  'rules' | 'tolerance' | 'history' | 'historyTarget' | 'historyColumns' | 'season' | 'frequency' | 'maxPlaces'
>;

const optionNames: Readonly<Record<keyof VerificationMatcherOptions, 'anything'>> = {
  rules: 'anything',
  tolerance: 'anything',
  history: 'anything',
  historyTarget: 'anything',
  historyColumns: 'anything',
  season: 'anything',
  frequency: 'anything',
  maxPlaces: 'anything',
};

/** The implementation of `toHaveNoVerificationErrors`: warnings and unchecked rules are not errors. */
export async function toHaveNoVerificationErrors(
  received: ExportLike,
  options: VerificationMatcherOptions = {},
): Promise<MatcherResult> {
  assertOptions('toHaveNoVerificationErrors', options, optionNames);
  assertReceived(received);
  let report: VerificationReport;
  try {
    report = await verifyExport(received, { maxPlaces: 3, ...options });
  } catch (error) {
    const refusal = refusalOf(error);
    return { pass: false, message: () => `expected a backtest export without errors\n\n  ${refusal}` };
  }
  const { ok, findings, export: found } = report;
  const exportedAt = found.exportedAt === null ? undefined : new Date(found.exportedAt);
  const name = nameOf({ location: found.location, jobName: found.jobName ?? undefined, exportedAt });
  const errors = findings.filter(({ severity }) => severity === 'error');
  return {
    pass: ok,
    message: () =>
      ok
        ? `expected ${name} to have verification errors, but it has none`
        : `expected ${name} to have no verification errors\n\n${describeErrors(found.location, errors)}`,
  };
}

function describeErrors(location: string, errors: readonly Finding[]): string {
  const counts = errors.map(({ code, count, message }) => [code, String(count), message]);
  const places = errors.flatMap(({ code, places: found }) =>
    found.map((place) => [code, ...describePlace(location, place)]),
  );
  const tables = [plainTable([['error', 'count', 'what'], ...counts])];
  if (places.length > 0) tables.push(plainTable([['error', 'where', 'item', 'detail'], ...places]));
  return tables.join('\n\n');
}

function describePlace(location: string, place: FindingPlace): string[] {
  const { item, column, expected, found, detail } = place;
  const difference = expected === undefined ? undefined : `${column ?? ''}: expected ${expected}, found ${found}`;
  const text = detail ?? difference ?? (column === undefined ? '' : `column ${column}`);
  return [showFilePlace(location, place), item === undefined ? '' : quoteText(item, ''), quoteText(text, '')];
}
