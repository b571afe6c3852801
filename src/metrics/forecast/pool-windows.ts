import type { Pause } from '../../pause.ts';
import { emptyFigures, type Figures, type FiguresPlan } from './figures.ts';
import type { WindowTotals } from './groups/window-totals.ts';
import { measureRecord } from './measure-record.ts';
import { mergeAcross } from './records.ts';
import type { Tallies } from './tallies.ts';

/** A backtest window over all of its rows. */
export interface PooledWindow {
  /** Its number. */
  readonly id: number;
  readonly figures: Figures;
  readonly counts: Float64Array;
}

/**
 * The figures of each window that has rows, by start, then end: the sums of all its groups are added exactly, those that
 * were let go or written to files included. Takes the kernel's memory for a record of each window, which the caller gives back.
 * @throws the signal's reason
 */
export async function poolWindows(
  { kernel, groups, windows, letGo }: Tallies,
  plan: FiguresPlan,
  spilled: WindowTotals | undefined,
  pause: Pause,
): Promise<PooledWindow[]> {
  const sums = new Uint32Array(windows.size);
  const sumOf = (window: number): number => (sums[window] ||= kernel.allocate(kernel.recordBytes));
  for (let group = 0; group < groups.size; group++) {
    const sum = sumOf(groups.keys[group * groups.width] ?? 0);
    kernel.mergeWhole(sum, groups.addresses[group] ?? 0);
    if (pause.isDue(4)) await pause.take();
  }
  for (const totals of [letGo?.totals, spilled]) {
    for (const [window, record] of totals?.records() ?? []) {
      mergeAcross(record.kernel, record.address, kernel, sumOf(window));
    }
  }
  const pooled: PooledWindow[] = [];
  for (const id of windows.sorted()) {
    const sum = sums[id] ?? 0;
    if (sum === 0) continue;
    const window = { id, figures: emptyFigures(plan), counts: new Float64Array(plan.shape.counts) };
    measureRecord(kernel, plan, sum, 'numerator', window.figures, window.counts);
    pooled.push(window);
    if (pause.isDue(20)) await pause.take();
  }
  return pooled;
}
