import { given } from '../../given.ts';
import { sortInSteps, type Steps } from '../../pause.ts';
import type { WindowSpan } from '../base/window-list.ts';
import type { JudgeContext } from './judge-context.ts';
import { run as layout } from '../records/record-fields.ts';
import { listByWindow, rowRefOf, windowOf, type Records } from '../records/series-records.ts';
import { findStep } from '../base/window-steps.ts';

/** The forecasts of one window of one time series. */
export interface ForecastWindow extends WindowSpan {
  /** The runs that count, none of which repeats a row of another; only the first where that is unknown. */
  readonly runs: readonly number[];
  /** Why the window's metrics cannot be recomputed. */
  readonly trouble: 'ROWS_MISSING' | 'ROWS_REPEATED' | undefined;
}

/** Judges the runs of one series, sorted by window: duplicates and missing steps. */
export function* judgeRuns(records: Records, runs: readonly number[], context: JudgeContext): Steps<ForecastWindow[]> {
  const windows: ForecastWindow[] = [];
  for (const ofWindow of listByWindow(records, runs)) {
    const distinct = dropRepeats(records, ofWindow);
    const areSure = distinct.length < 2 || (yield* areApart(records, distinct));
    windows.push(judgeWindow(records, ofWindow, distinct, areSure, context));
    if (windows.length % 64 === 0) yield;
  }
  return windows;
}

/**
 * Judges the runs of a window; `distinct` are those that do not seem to be repeats, `areSure` whether no timestamp can be in
 * two of those. Runs that share timestamps are compared again, row by row, regardless of their hashes. Those that repeat an
 * earlier one by their hashes do not prevent its metrics from being computed: of rows with one key the first counts.
 */
function judgeWindow(
  records: Records,
  runs: readonly number[],
  distinct: readonly number[],
  areSure: boolean,
  context: JudgeContext,
): ForecastWindow {
  const [first = 0] = distinct;
  const { start, end } = windowOf(records, first);
  if (!areSure || distinct.length < runs.length) {
    for (const at of runs) {
      const { file, record } = rowRefOf(records, at);
      context.suspects.add(file, record, records.words[2 * at + layout.countWord] ?? 0);
    }
    if (!areSure) return { start, end, runs: [first], trouble: 'ROWS_REPEATED' };
  }
  const rows = distinct.reduce((sum, at) => sum + (records.words[2 * at + layout.countWord] ?? 0), 0);
  if (distinct.length === runs.length) {
    context.duplicateForecasts.addKeys(rows, 1);
    reportMissingSteps(records, first, rows, context, (steps) => firstGap(records, distinct, steps));
  }
  const steps = context.steps.of(start, end);
  const complete = steps === null ? context.forecasts.whole : steps.length === rows;
  const odd = distinct.some((at) => ((records.words[2 * at + layout.stateWord] ?? 0) & 1) === 1);
  return { start, end, runs: distinct, trouble: complete && !odd ? undefined : 'ROWS_MISSING' };
}

/** The runs without those that repeat an earlier one, as far as their hashes show. */
function dropRepeats(records: Records, runs: readonly number[]): readonly number[] {
  if (runs.length < 2) return runs;
  const known = new Map<number, number[]>();
  return runs.filter((at) => {
    const content = records.words[2 * at + layout.contentWord] ?? 0;
    const alike = known.get(content);
    if (alike === undefined) known.set(content, [at]);
    else if (alike.some((earlier) => isRepeat(records, earlier, at))) return false;
    else alike.push(at);
    return true;
  });
}

function isRepeat({ doubles, words }: Records, a: number, b: number): boolean {
  return (
    words[2 * a + layout.contentWord] === words[2 * b + layout.contentWord] &&
    words[2 * a + layout.contentWord + 1] === words[2 * b + layout.contentWord + 1] &&
    words[2 * a + layout.countWord] === words[2 * b + layout.countWord] &&
    doubles[a + layout.first] === doubles[b + layout.first] &&
    doubles[a + layout.last] === doubles[b + layout.last]
  );
}

/** Whether no timestamp can be in two of these runs: none starts before another has ended. */
function* areApart({ doubles }: Records, runs: readonly number[]): Steps<boolean> {
  const firstOf = (at: number): number => doubles[at + layout.first] ?? 0;
  const sorted = [...runs];
  yield* sortInSteps(sorted, (a, b) => firstOf(a) - firstOf(b));
  let last = Number.NEGATIVE_INFINITY;
  for (const at of sorted) {
    if (!(firstOf(at) > last)) return false;
    last = doubles[at + layout.last] ?? Number.POSITIVE_INFINITY;
  }
  return true;
}

/** The first step without a row; undefined where rows between the steps make it unknowable. */
function firstGap({ doubles, words }: Records, runs: readonly number[], steps: Float64Array): number | undefined {
  let next = 0;
  for (const at of [...runs].sort((a, b) => (doubles[a + layout.first] ?? 0) - (doubles[b + layout.first] ?? 0))) {
    const first = findStep(steps, doubles[at + layout.first] ?? Number.NaN);
    if (first > next) return steps[next];
    const gap = (words[2 * at + layout.stateWord] ?? 0) >>> 1;
    if (gap > 0) return steps[gap - 1];
    const last = findStep(steps, doubles[at + layout.last] ?? Number.NaN);
    if (first < 0 || last < 0) return undefined;
    next = last + 1;
  }
  return steps[next];
}

/**
 * Reports the steps of a window that have none of its `rows`, each of another time; `first` is the offset of its first run
 * or row, `firstMissing` finds the first such step.
 */
export function reportMissingSteps(
  records: Records,
  first: number,
  rows: number,
  context: JudgeContext,
  firstMissing: (steps: Float64Array) => number | undefined,
): void {
  const { start, end } = windowOf(records, first);
  const steps = context.steps.of(start, end);
  if (steps === null) {
    if (context.frequency !== null) context.notChecked.add('WINDOWS_UNTOLD');
  } else if (steps.length > rows && context.forecasts.whole) {
    const time = firstMissing(steps);
    context.book.add('STEP_MISSING', { ...rowRefOf(records, first), ...given({ time }) }, steps.length - rows);
  }
}
