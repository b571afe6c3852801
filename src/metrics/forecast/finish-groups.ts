import { BacktestExportError, quoteText } from '../../errors.ts';
import { nameList } from '../../quote-text.ts';
import type { Pause } from '../../pause.ts';
import type { Figures, FiguresPlan } from './figures.ts';
import { map } from './kernel/map.generated.ts';
import type { Tallies } from './tallies.ts';
import { noteMessage, type NoteBook } from '../base/notes.ts';
import type { OrderedGroups } from './order-groups.ts';
import type { Pooled, RecordPool } from './record-pool.ts';
import type { Reading } from '../base/reading.ts';
import type { FinishOptions, GroupSummary } from '../base/summary.ts';
import { toCounts, toMetrics } from './to-result.ts';
import { isRankable, planWorst, WorstList } from './worst.ts';

/** The groups of a result, and how many there are in all. */
export interface FinishedGroups {
  readonly groups: readonly GroupSummary[];
  readonly groupCount: number;
}

/** What finishing groups needs besides the groups. */
export interface FinishContext {
  readonly tallies: Tallies;
  readonly plan: FiguresPlan;
  readonly pool: RecordPool;
  readonly notes: NoteBook;
  readonly pause: Pause;
  readonly options: FinishOptions;
}

/** A group's two readings. */
interface GroupFigures {
  readonly pooled: Figures;
  readonly averaged: Figures;
  readonly counts: Float64Array;
  readonly windowCount: number;
}

/**
 * The figures of each group, both ways: over all its rows, and as the mean of its windows' figures. With `worst` only the
 * worst are made into plain data. About 10 µs for each group of each window.
 * @throws `OPTION_INVALID` where no group has the figure to rank by; the signal's reason
 */
export async function finishGroups(ordered: OrderedGroups, context: FinishContext): Promise<FinishedGroups> {
  const { tallies, plan, pause, notes, options } = context;
  const { worst, reading = 'pooled', onGroups } = options;
  const ranked = worst === undefined ? undefined : planWorst(plan, worst);
  const list = new WorstList<() => GroupSummary>(worst?.count ?? tallies.groups.size);
  const missed = new MissedFigures(plan);
  let groupCount = 0;
  let done = 0;
  for (const members of membersOf(ordered)) {
    const figures = await measureGroup(members, context);
    const key = ordered.keyOf(members[0] ?? 0);
    noteGroup(notes, plan, figures, key);
    missed.add(figures[reading]);
    list.add(ranked?.(figures[reading]) ?? 0, () => toGroup(key, figures, plan));
    groupCount++;
    done += members.length;
    if (pause.isDue(100 * members.length)) {
      onGroups?.(done, tallies.groups.size);
      await pause.take();
    }
  }
  if (worst !== undefined) missed.refuse(worst.metric, groupCount);
  const groups: GroupSummary[] = [];
  for (const make of list.list()) {
    groups.push(make());
    if (pause.isDue(50)) await pause.take();
  }
  return { groups, groupCount };
}

/** Runs of groups with the same keys. */
function* membersOf(ordered: OrderedGroups): Generator<number[]> {
  let members: number[] = [];
  for (const group of ordered.order) {
    const [first] = members;
    if (first !== undefined && !ordered.sameKey(first, group)) {
      yield members;
      members = [];
    }
    members.push(group);
  }
  if (members.length > 0) yield members;
}

/** Records of one window are pooled (timestamps without a step); a window of zeros has no ratio in either reading. */
async function measureGroup(
  members: readonly number[],
  { tallies: { groups }, pool }: FinishContext,
): Promise<GroupFigures> {
  const windowOf = (group: number | undefined): number => groups.keys[(group ?? -1) * groups.width] ?? -1;
  const windows: Pooled[] = [];
  for (let from = 0, to = 1; from < members.length; from = to++) {
    while (to < members.length && windowOf(members[to]) === windowOf(members[from])) to++;
    windows.push(await pool.pool(members.slice(from, to), 'nothing'));
  }
  const { figures: averaged, counts } = pool.average(windows);
  const pooled = windows.length === 1 ? averaged : (await pool.pool(members, 'nothing')).figures;
  return { pooled, averaged, counts, windowCount: windows.length };
}

function toGroup(key: GroupSummary['key'], figures: GroupFigures, plan: FiguresPlan): GroupSummary {
  const { counts, windowCount } = figures;
  const pooled = toMetrics(plan, figures.pooled);
  return {
    key,
    windowCount,
    count: counts[map.ACTUALS] ?? 0,
    counts: toCounts(plan.shape, counts),
    pooled,
    averaged: figures.averaged === figures.pooled ? pooled : toMetrics(plan, figures.averaged),
  };
}

/** Adds a group's notes; those of the averaged figures only where the pooled ones do not have them too. */
function noteGroup(notes: NoteBook, plan: FiguresPlan, figures: GroupFigures, key: GroupSummary['key']): void {
  const where = (): string =>
    `group ${Object.entries(key)
      .map(([name, value]) => `${quoteText(name, '')}=${quoteText(String(value), '')}`)
      .join(', ')}`;
  const note = (reading: Reading, index: number): void => {
    const reason = figures[reading].reasons[index];
    if (reason === undefined || (reading === 'averaged' && reason === figures.pooled.reasons[index])) return;
    notes.addFigure(reason, plan.metrics[index]?.name ?? '', where, reading);
  };
  for (const index of plan.metrics.keys()) {
    note('pooled', index);
    if (figures.averaged !== figures.pooled) note('averaged', index);
  }
}

/** Which figures are null in every group, and why. */
class MissedFigures {
  readonly #plan: FiguresPlan;
  readonly #found: boolean[];
  readonly #reasons: Figures['reasons'] = [];

  constructor(plan: FiguresPlan) {
    this.#plan = plan;
    this.#found = plan.metrics.map(() => false);
  }

  add({ values, reasons }: Figures): void {
    for (let index = 0; index < values.length; index++) {
      if (!Number.isNaN(values[index])) this.#found[index] = true;
      else this.#reasons[index] ??= reasons[index];
    }
  }

  /** Refuses to rank groups by a figure that none of them has: the order would mean nothing. @throws `OPTION_INVALID` */
  refuse(metric: string, groupCount: number): void {
    const { metrics } = this.#plan;
    const index = metrics.findIndex(({ name }) => name === metric);
    if (groupCount === 0 || this.#found[index] === true) return;
    const there = metrics.filter((each, at) => this.#found[at] === true && isRankable(each)).map(({ name }) => name);
    const reason = this.#reasons[index];
    throw new BacktestExportError(
      'OPTION_INVALID',
      `expected worst.metric to be a figure that a group has (${there.length === 0 ? 'none' : nameList(there)}), ` +
        `found ${quoteText(metric)}, which none of ${groupCount} groups has${reason === undefined ? '' : ` (${noteMessage(reason)})`}`,
    );
  }
}
