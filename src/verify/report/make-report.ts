import { describeNotes } from '../../export/reading-notes.ts';
import { given } from '../../given.ts';
import type { WapeMeaning } from '../../metrics/accuracy/wape-meaning.ts';
import { plainIdentity } from '../../naming/export-identity.ts';
import type { MetricTracker } from '../judge/arithmetic.ts';
import type { CheckedParts } from '../scan/check-parts.ts';
import { FindingBook } from '../base/finding-book.ts';
import type { FolderFindings } from '../scan/folder-findings.ts';
import type { JudgeContext } from '../judge/judge-context.ts';
import { PlaceFinder } from './place-finder.ts';
import type { VerificationPlan } from '../base/plan.ts';
import type { Finding, GreatestDifference, MetricCheck, VerificationReport } from '../base/report.ts';
import { findingCodes, findingRules, type FindingCode, type Severity } from '../base/rules.ts';
import { WindowList } from '../base/window-list.ts';
import { listChecked, type MetricChecks } from './list-checked.ts';
import type { SeriesCounts } from '../judge/judge-partitions.ts';

/** Everything that a report is made of. */
export interface Verified {
  readonly plan: VerificationPlan;
  readonly checked: CheckedParts;
  readonly context: JudgeContext;
  readonly counts: SeriesCounts;
  readonly folder: FolderFindings;
}

/** Makes the report; reads the parts with findings again, for the details of their rows. */
export async function makeReport(verified: Verified): Promise<VerificationReport> {
  const { plan, checked, context } = verified;
  const computed = computedTrackers(context);
  const trackers = [...computed, ...context.summary];
  const book = gatherFindings(verified, trackers);
  const finder = new PlaceFinder(plan, checked.failed);
  for (const [code, { places }] of book.export()) {
    if (severityOf(code, plan) !== 'off') for (const place of places) finder.ask(place);
  }
  for (const { greatest } of trackers) if (greatest !== null) finder.ask(greatest.place);
  await finder.read();
  const checks = {
    computed: computed.map((tracker) => describeTracker(tracker, finder)),
    summary: context.summary.map((tracker) => describeTracker(tracker, finder)),
  };
  const findings = findingCodes.flatMap((code) => makeFinding(code, book, finder, verified, checks));
  return assembleReport(verified, findings, checks, context.wape?.meaning ?? null);
}

/** The report of what was found and checked. */
export function assembleReport(
  { plan, checked, context, counts }: Omit<Verified, 'folder'>,
  findings: readonly Finding[],
  checks: MetricChecks,
  wapeMeaning: WapeMeaning | null,
): VerificationReport {
  const { bx, tolerance, frequency } = plan;
  return {
    ok: findings.every(({ severity }) => severity !== 'error'),
    export: {
      location: bx.location,
      ...plainIdentity(bx),
      format: bx.format,
      complete: bx.complete,
      itemColumn: bx.itemColumn,
      dimensions: bx.dimensions,
      forecastTypes: bx.forecastTypes,
    },
    findings,
    notChecked: context.notChecked.list(),
    checked: listChecked(plan, context, checks),
    rows: checked.rows,
    ...counts,
    windows: listWindows(checked),
    frequency: frequency?.text ?? null,
    season: context.season ?? null,
    tolerance,
    wapeMeaning,
    ...checks,
    readingNotes: describeNotes(checked.notes).filter(({ code }) => code !== 'HEADER_REPEATED'),
  };
}

/** How serious a rule is for this caller. */
export function severityOf(code: FindingCode, { options }: VerificationPlan): Severity | 'off' {
  return options.rules?.[code] ?? findingRules[code].severity;
}

/** The trackers by column, that of WAPE by its meaning. */
function computedTrackers({ computed, wape }: JudgeContext): MetricTracker[] {
  return computed.map((tracker) => (tracker.column === wape?.tracker.column ? wape.tracker : tracker));
}

function gatherFindings({ plan, checked, context }: Verified, trackers: readonly MetricTracker[]): FindingBook {
  const book = new FindingBook(plan.maxPlaces);
  for (const { book: found } of [checked, context, ...trackers]) book.merge(found.export());
  return book;
}

function makeFinding(
  code: FindingCode,
  book: FindingBook,
  finder: PlaceFinder,
  { plan, folder }: Verified,
  checks: MetricChecks,
): Finding[] {
  const severity = severityOf(code, plan);
  if (severity === 'off') return [];
  const { message } = findingRules[code];
  const inFolder = folder.get(code);
  if (inFolder !== undefined) {
    return [{ code, severity, count: inFolder.length, message, places: inFolder.slice(0, plan.maxPlaces) }];
  }
  const found = book.get(code);
  if (found === undefined) return [];
  const places = found.places.map((place) => finder.describe(place));
  const greatestDifference = greatestOf(code, checks);
  return [{ code, severity, count: found.count, message, places, ...given({ greatestDifference }) }];
}

function greatestOf(code: FindingCode, { computed, summary }: MetricChecks): GreatestDifference | undefined {
  if (code !== 'COMPUTED_DIFFERS' && code !== 'SUMMARY_DIFFERS') return undefined;
  const all = (code === 'COMPUTED_DIFFERS' ? computed : summary).flatMap(({ greatest }) => greatest ?? []);
  return all.sort((a, b) => b.difference - a.difference)[0];
}

function describeTracker({ column, checked, differ, greatest }: MetricTracker, finder: PlaceFinder): MetricCheck {
  const described = greatest && { difference: greatest.difference, place: finder.describe(greatest.place) };
  return { column, checked, differ, greatest: described };
}

function listWindows({ forecastWindows, metricWindows }: CheckedParts): VerificationReport['windows'] {
  const windows = new WindowList();
  windows.merge([...forecastWindows.list(), ...metricWindows.list()]);
  const toText = (time: number): string => new Date(time).toISOString();
  return windows.list().map(({ start, end }) => ({ start: toText(start), end: toText(end) }));
}
