import { runTasks } from '../parallel/run-tasks.ts';
import { planInput, runOptions } from './check-parts.ts';
import type { JudgeContext } from './judge-context.ts';
import { reportMissingSteps } from './judge-runs.ts';
import type { VerificationPlan } from './plan.ts';
import { readSuspectsTask, type SuspectInput } from './read-suspects.ts';
import { forecastRow as layout, forecastRowDoubles } from './record-layout.ts';
import type { RecordStore } from './record-store.ts';
import { groupBySeries, placeOf, recordsOf, type Records } from './series-records.ts';
import { compareValues, type Likeness } from './ulps.ts';

/**
 * Looks again at the rows of windows whose runs overlap: which of them repeat which, and how alike they are. Reads the
 * parts concerned once more.
 */
export async function judgeSuspects(
  plan: VerificationPlan,
  context: JudgeContext,
  dropped: ReadonlySet<number>,
  store: RecordStore,
): Promise<void> {
  const inputs = context.suspects.list().flatMap(({ file, runs }): SuspectInput[] => {
    const planned = plan.parts[file];
    return planned === undefined ? [] : [{ ...planInput(plan, file, planned, 'again'), runs }];
  });
  if (inputs.length === 0) return;
  await runTasks(readSuspectsTask, inputs, {
    ...runOptions(plan),
    onResult: (pieces) => store.add('forecastRow', pieces),
  });
  const width = forecastRowDoubles(plan.bx.forecastedValues.schema.forecastTypes.length);
  for (let partition = 0; partition < plan.partitions; partition++) {
    plan.options.signal?.throwIfAborted();
    const rows = recordsOf(await store.take('forecastRow', partition), width);
    const none = recordsOf(new Float64Array(), width);
    const counts = { items: 0, series: 0 };
    for (const series of groupBySeries({ runs: none, rows, history: none }, dropped, counts)) {
      judgeRowsOf(rows, series.rows, context);
    }
  }
}

/** The rows of one series, by window, then part and record. */
function judgeRowsOf(records: Records, rows: readonly number[], context: JudgeContext): void {
  const { doubles } = records;
  const value = (at: number | undefined, offset: number): number => doubles[(at ?? 0) + offset] ?? Number.NaN;
  for (let from = 0, to = 0; from < rows.length; from = to) {
    const [start, end] = [value(rows[from], layout.start), value(rows[from], layout.end)];
    to = from + 1;
    while (to < rows.length && value(rows[to], layout.start) === start && value(rows[to], layout.end) === end) to++;
    const byTime = new Map<number, number[]>();
    for (const at of rows.slice(from, to)) {
      const time = value(at, layout.time);
      const known = byTime.get(time);
      if (known === undefined) byTime.set(time, [at]);
      else known.push(at);
    }
    for (const [original = 0, ...copies] of byTime.values()) judgeCopies(records, original, copies, context);
    reportMissingSteps(placeOf(records, rows[from] ?? 0), byTime.size, start, end, context, (steps) =>
      steps.find((step) => !byTime.has(step)),
    );
  }
}

function judgeCopies(
  records: Records,
  original: number,
  copies: readonly number[],
  { duplicateForecasts }: JudgeContext,
): void {
  duplicateForecasts.addKeys(1, copies.length + 1);
  const count = records.width - layout.values;
  for (const copy of copies) {
    const likeness: Likeness = compareValues(records.doubles, original + layout.values, copy + layout.values, count);
    duplicateForecasts.add(likeness, placeOf(records, copy), placeOf(records, original));
  }
}
