import { tableOf } from '../../export/find/backtest-export.ts';
import { given } from '../../given.ts';
import type { TableName } from '../../schema/schema.ts';
import type {
  Finding,
  FindingPlace,
  GreatestDifference,
  MetricCheck,
  VerificationReport,
} from '../../verify/base/report.ts';
import { findingCodes, findingRules, type FindingCode } from '../../verify/base/rules.ts';
import type { VerificationPlan } from '../../verify/base/plan.ts';
import { noteUnchecked } from '../../verify/report/list-checked.ts';
import { assembleReport, severityOf } from '../../verify/report/make-report.ts';
import { findInFolder } from '../../verify/scan/folder-findings.ts';
import type { Ask } from './ask.ts';
import type { SeriesPlace } from './check-series.ts';
import { findPlaces } from './find-places.ts';
import type { ColumnCount } from './judge-counts.ts';
import { placeOf } from './place-of.ts';
import type { CheckedInSql } from './run-checks.ts';

/** Makes the report of checks in SQL; asks for the first places of what was found. @throws as {@link Ask} */
export async function reportChecks(ask: Ask, plan: VerificationPlan, run: CheckedInSql): Promise<VerificationReport> {
  const { checked, context, judged } = run;
  noteUnchecked(plan, context);
  context.notChecked.add('TEXT_OF_FILES', 0);
  if (judged.wape === 'unknown') context.notChecked.add('WAPE_AMBIGUOUS', 0);
  const folder = findInFolder(plan);
  const counts = countsOf(run);
  const wanted = findingCodes.filter((code) => counts.has(code) && severityOf(code, plan) !== 'off');
  const places = await findPlaces(ask, plan, run, wanted);
  const checks = {
    computed: judged.computed.map((column) => describeColumn(column, plan, run)),
    summary: judged.summary.map((column) => describeColumn(column, plan, run)),
  };
  const findings = findingCodes.flatMap((code): Finding[] => {
    const severity = severityOf(code, plan);
    const inFolder = folder.get(code);
    const count = inFolder?.length ?? counts.get(code) ?? 0;
    if (severity === 'off' || count === 0) return [];
    const { message } = findingRules[code];
    const first = (inFolder ?? places.get(code) ?? []).slice(0, plan.maxPlaces);
    const greatestDifference = greatestOf(code, checks);
    return [{ code, severity, count, message, places: first, ...given({ greatestDifference }) }];
  });
  const { series, items } = judged;
  return assembleReport({ plan, checked, context, counts: { series, items } }, findings, checks, judged.wape);
}

function countsOf({ parts, checked, context }: CheckedInSql): Map<FindingCode, number> {
  const counts = new Map<FindingCode, number>();
  for (const book of [parts.book, checked.book, context.book]) {
    for (const [code, { count }] of book.export()) counts.set(code, (counts.get(code) ?? 0) + count);
  }
  return counts;
}

function describeColumn(
  { column, checked, differ, count }: ColumnCount,
  plan: VerificationPlan,
  { context }: CheckedInSql,
): MetricCheck {
  const name = context.columns[column]?.name ?? '';
  const place = count?.greatest ?? null;
  const isEqual = place === null || place.difference === 0;
  const greatest = isEqual ? null : { difference: place.difference, place: metricPlace(plan, place, name) };
  return { column: name, checked, differ, greatest };
}

/** A cell of accuracy-metrics-values that was compared. */
function metricPlace({ bx }: VerificationPlan, place: SeriesPlace, column: string): FindingPlace {
  const table: TableName = 'accuracy-metrics-values';
  const { expected, found } = place;
  return placeOf(table, tableOf(bx, table).schema, place, { column, expected, found });
}

function greatestOf(
  code: FindingCode,
  { computed, summary }: { readonly computed: readonly MetricCheck[]; readonly summary: readonly MetricCheck[] },
): GreatestDifference | undefined {
  if (code !== 'COMPUTED_DIFFERS' && code !== 'SUMMARY_DIFFERS') return undefined;
  const all = (code === 'COMPUTED_DIFFERS' ? computed : summary).flatMap(({ greatest }) => greatest ?? []);
  return all.sort((a, b) => b.difference - a.difference)[0];
}
