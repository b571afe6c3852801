import type { WindowSummary } from '../../../metrics/base/summary.ts';
import { dateText, dateTexts } from './date-texts.ts';
import type { FrameAxis } from '../frame.ts';
import { longestText } from '../shown-text.ts';

/** Windows side by side, from 1, each named by its start where there is room. */
export interface WindowAxis {
  readonly axis: FrameAxis;
  readonly label: string;
  readonly x: readonly number[];
  /** For sentences. */
  readonly names: readonly string[];
}

/** `half` leaves room for half a window at both ends; `room` is the width of the chart's data, about. */
export function windowAxis(windows: readonly WindowSummary[], half: number, room = 320): WindowAxis {
  const starts = windows.map(({ start }) => Date.parse(start));
  const { texts, common } = dateTexts(starts);
  const x = windows.map((_, at) => at + 1);
  const most = Math.max(2, Math.floor(room / (longestText(texts) + 14)));
  const every = Math.ceil(x.length / most);
  const ticks = x.filter((_, at) => at % every === 0);
  return {
    axis: {
      domain: [1 - half, Math.max(windows.length, 1) + half],
      ticks,
      format: (tick) => texts[tick - 1] ?? '',
    },
    label: `Start of the backtest window (${common})`,
    x,
    names: starts.map((start) => `in the window of ${dateText(start)}`),
  };
}
