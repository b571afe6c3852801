import type { Markish } from '@observablehq/plot';
import type { Canvas } from './canvas.ts';
import { margins, type Frame, type FrameAxis } from './frame.ts';
import { color } from './palette.ts';

/** Height of a row of a chart whose rows are named at the left. */
const rowHeight = 24;

/** The axis of rows from above, the first at 1, each named at the left. */
export function rowAxis(names: readonly string[]): FrameAxis {
  return {
    domain: [names.length + 0.6, 0.4],
    ticks: names.map((_, at) => at + 1),
    format: (tick) => names[tick - 1] ?? '',
  };
}

/** The height of a chart with so many rows. */
export function rowsHeight(rows: number): number {
  return margins.top + margins.bottom + Math.max(2, rows) * rowHeight;
}

/** Lines upright at the ticks of x; instead of those of rows. */
export function uprights({ plot }: Canvas, { x }: Frame): Markish {
  return plot.gridX(x.ticks, { stroke: color('grid'), strokeOpacity: 1 });
}
