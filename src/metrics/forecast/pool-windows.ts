import type { Pause } from '../../pause.ts';
import { addToWindows } from './add-to-windows.ts';
import type { FiguresPlan } from './figures.ts';
import { emptyMeasured, FinishBlock, type Measured } from './finish-block.ts';
import type { WindowTotals } from './groups/window-totals.ts';
import { allGroups, mergeAcross } from './records.ts';
import type { Tallies } from './tallies.ts';

/** A backtest window over all of its rows. */
export interface PooledWindow extends Measured {
  /** Its number. */
  readonly id: number;
}

/** Every window over all of its rows, by start, then end; and the mean of their figures, undefined where there is no window. */
export interface PooledWindows {
  readonly windows: readonly PooledWindow[];
  readonly together: Measured | undefined;
}

/** Groups that are added up without giving way: a few ms. */
const groupsAtOnce = 4096;

/**
 * The figures of each window that has rows: the sums of all its groups are added exactly, those that
 * were let go or written to files included. Takes the kernel's memory for a record of each window, which the caller gives back.
 * @throws the signal's reason
 */
export async function poolWindows(
  { kernel, groups, windows, letGo }: Tallies,
  plan: FiguresPlan,
  spilled: WindowTotals | undefined,
  pause: Pause,
): Promise<PooledWindows> {
  const sums = new Map<number, number>();
  const all = allGroups(groups);
  for (let from = 0; from < all.length; from += groupsAtOnce) {
    const some = all.subarray(from, from + groupsAtOnce);
    addToWindows({ kernel, groups }, some, sums);
    if (pause.isDue(2 * some.length)) await pause.take();
  }
  for (const totals of [letGo?.totals, spilled]) {
    for (const [window, record] of totals?.records() ?? []) {
      const sum = sums.get(window) ?? kernel.allocate(kernel.recordBytes);
      sums.set(window, sum);
      mergeAcross(record.kernel, record.address, kernel, sum);
    }
  }
  const ids = windows.sorted().filter((id) => sums.has(id));
  const records = ids.map((id) => sums.get(id) ?? 0);
  const block = new FinishBlock(kernel, plan, true);
  const pooled: PooledWindow[] = [];
  const finish = (): void =>
    block.finish((group) => pooled.push({ id: ids[pooled.length] ?? 0, ...take(block, plan, group) }));
  for (const record of records) {
    if (!block.makeRoom(1)) {
      finish();
      if (pause.isDue(2000)) await pause.take();
    }
    block.add(record, true, true);
  }
  finish();
  return { windows: pooled, together: poolTogether(block, plan, records) };
}

function poolTogether(block: FinishBlock, plan: FiguresPlan, records: readonly number[]): Measured | undefined {
  let together: Measured | undefined;
  if (records.length === 0) return together;
  block.makeRoom(records.length);
  for (const [index, record] of records.entries()) block.add(record, true, index === records.length - 1);
  block.finish((group) => (together = take(block, plan, group)));
  return together;
}

function take(block: FinishBlock, plan: FiguresPlan, group: number): Measured {
  const measured = emptyMeasured(plan);
  block.read(group, measured);
  return measured;
}
