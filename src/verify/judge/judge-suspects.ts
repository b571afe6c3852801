import { compareCells } from '../../batch/columns/cell-bits.ts';
import { runParts } from '../../export/parts/run-parts.ts';
import { Pause, takeSteps, type Steps } from '../../pause.ts';
import type { JudgeContext } from './judge-context.ts';
import { reportMissingSteps } from './judge-runs.ts';
import { planInput } from '../scan/plan-input.ts';
import type { VerificationPlan } from '../base/plan.ts';
import { tellPhase } from '../base/tell-phase.ts';
import { readSuspectsTask, type SuspectInput } from '../scan/read-suspects.ts';
import { forecastRow as layout, forecastRowDoubles } from '../records/record-fields.ts';
import type { RecordPiece } from '../records/record-sink.ts';
import type { RecordStore } from '../records/record-store.ts';
import {
  groupBySeries,
  listByWindow,
  rowRefOf,
  recordsOf,
  type PartitionRecords,
  type Records,
} from '../records/series-records.ts';

/**
 * Compares the rows of windows whose runs overlap: which of them repeat which, and, by their cells, how similar they
 * are. Reads their parts once more.
 */
export async function judgeSuspects(plan: VerificationPlan, context: JudgeContext, store: RecordStore): Promise<void> {
  const inputs = context.suspects
    .list()
    .flatMap(({ file, runs }) => planInput(plan, file, 'again').map((input): SuspectInput => ({ ...input, runs })));
  if (inputs.length === 0) return;
  const { threads, signal } = plan.options;
  let done = 0;
  const onResult = (pieces: readonly RecordPiece[]): void => {
    store.add('forecastRow', pieces);
    tellPhase(plan, 'rereading', ++done, inputs.length);
  };
  tellPhase(plan, 'rereading', 0, inputs.length);
  await runParts(readSuspectsTask, inputs, { threads, signal, onResult });
  const width = forecastRowDoubles(plan.bx.forecastedValues.schema.forecastTypes.length);
  const pause = new Pause(signal);
  for (let partition = 0; partition < plan.partitions; partition++) {
    await pause.take();
    const rows = recordsOf(await store.take('forecastRow', partition), width);
    const none = recordsOf(new Float64Array(), width);
    await takeSteps(judgeSuspectRows({ runs: none, rows, history: none }, context), pause);
  }
}

function* judgeSuspectRows(records: PartitionRecords, context: JudgeContext): Steps<void> {
  const series = yield* groupBySeries(records, context.dropped);
  for (let id = 0; id < series.size; id++) {
    const { rows } = yield* series.of(id);
    yield* judgeRowsOf(records.rows, rows, context);
    yield;
  }
}

/** The rows of one series, by window, then part and record. */
function* judgeRowsOf(records: Records, rows: readonly number[], context: JudgeContext): Steps<void> {
  for (const ofWindow of listByWindow(records, rows)) {
    const byTime = new Map<number, number[]>();
    for (const at of ofWindow) {
      const time = records.doubles[at + layout.time] ?? Number.NaN;
      const known = byTime.get(time);
      if (known === undefined) byTime.set(time, [at]);
      else known.push(at);
      yield;
    }
    for (const same of byTime.values()) {
      judgeCopies(records, same, context);
      yield;
    }
    reportMissingSteps(records, ofWindow[0] ?? 0, byTime.size, context, (steps) =>
      steps.find((step) => !byTime.has(step)),
    );
  }
}

/** Rows of one key, of which the first is the original. */
function judgeCopies(records: Records, same: readonly number[], { duplicateForecasts }: JudgeContext): void {
  const [original = 0] = same;
  const { words, width } = records;
  duplicateForecasts.addKeys(1, same.length);
  for (let index = 1; index < same.length; index++) {
    const copy = same[index] ?? 0;
    const count = width - layout.values;
    const likeness = compareCells(words, original + layout.values, words, copy + layout.values, count);
    duplicateForecasts.add(likeness, rowRefOf(records, copy), rowRefOf(records, original));
  }
}
