import { BacktestExportError } from '../../errors.ts';
import type { GroupingPlan } from '../../metrics/forecast/grouping-plan.ts';
import type { ForecastState } from '../../metrics/forecast/states/state.ts';
import { SumsState } from '../../metrics/forecast/states/state-from-sums.ts';
import { Pause } from '../../pause.ts';
import type { SummaryColumn } from '../terms/summary-columns.ts';
import type { Answer } from './questions.ts';
import type { AnswerReader } from '../engines/read-answer.ts';
import type { ExportCounts } from './read-counts.ts';
import { GroupReader } from './read-groups.ts';

/** Groups in a state: a few megabytes of records. */
const groupsAtOnce = 2048;

/** What the groups of an answer are checked and made with. */
export interface SumGroups {
  readonly plan: GroupingPlan;
  readonly reader: AnswerReader;
  readonly counts: ExportCounts;
  readonly signal: AbortSignal | undefined;
  /** Takes the groups, many at a time. */
  readonly onState: (state: ForecastState) => Promise<void>;
}

/**
 * Reads the groups of an answer as they arrive and hands them over as states. Holds a few thousand at a time.
 * @throws `ENGINE_RESULT_INVALID`, also where the rows of a window are not those that were counted; `CELLS_UNREADABLE`;
 * `LadderTooShort`; what the engine and `onState` throw; the signal's reason. What was handed over is of no use then.
 */
export async function sumGroups(
  { columns, rows }: Answer<SummaryColumn>,
  { plan, reader, counts, signal, onState }: SumGroups,
): Promise<void> {
  const groups = new GroupReader(plan, columns, reader);
  const pause = new Pause(signal);
  let state = new SumsState(plan, groupsAtOnce);
  for await (const row of rows) {
    const group = groups.read(row);
    if (group !== undefined) state.add(group);
    if (state.isFull) {
      await onState(state.take());
      state = new SumsState(plan, groupsAtOnce);
    }
    if (pause.isDue(30)) await pause.take();
  }
  if (groups.unreadable > 0) throw unreadable(reader, groups.unreadable);
  assertSameRows(groups.rowsByWindow, counts, reader);
  await onState(state.take());
}

/** The sums and the counts were asked for one after the other. */
function assertSameRows(
  found: ReadonlyMap<string, number>,
  { rowsByWindow }: ExportCounts,
  reader: AnswerReader,
): void {
  for (const window of new Set([...found.keys(), ...rowsByWindow.keys()])) {
    const [summed = 0, counted = 0] = [found.get(window), rowsByWindow.get(window)];
    if (summed === counted) continue;
    throw reader.refuse(
      `expected sums of the ${counted} rows that were counted in window ${nameOf(window)}, found sums of ${summed}: ` +
        'the answer is incomplete, or the data changed between two statements',
    );
  }
}

function nameOf(window: string): string {
  if (window === 'none') return window;
  return window
    .split('/')
    .map((time) => new Date(Number(time)).toISOString())
    .join('/');
}

function unreadable(reader: AnswerReader, cells: number): BacktestExportError {
  const problem =
    `expected every cell of forecasted-values to be empty or what its column should be, found ${cells} that are not; ` +
    'verify names their places';
  return new BacktestExportError('CELLS_UNREADABLE', `${reader.engine}: ${problem}`);
}
