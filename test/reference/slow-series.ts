import type { SeriesWindow } from '#src/report/base/report.js';
import type { Row } from '../support/column-batch.ts';

/** What a report should show of one series, and how many rows it has in windows. */
export interface SlowSeries {
  readonly windows: readonly SeriesWindow[];
  readonly windowCount: number;
  readonly rows: number;
}

/**
 * The rows of a series, straight from docs/report.md, with all rows in memory: of repeated ones the first by its numbers, null
 * last; the latest windows that fit as a whole, or the first timestamps of a latest one that does not.
 */
export function slowSeries(all: readonly Row[], types: ReadonlyMap<string, string>, most: number): SlowSeries {
  const rows = all.filter((row) => finite(row['backtestwindow_start_time']) && finite(row['backtestwindow_end_time']));
  const windows = new Map<string, Map<number, (number | null)[]>>();
  for (const row of rows) {
    const name = JSON.stringify([row['backtestwindow_start_time'], row['backtestwindow_end_time']]);
    let byTime = windows.get(name);
    if (byTime === undefined) windows.set(name, (byTime = new Map()));
    if (!finite(row['timestamp'])) continue;
    const time = Number(row['timestamp']);
    const numbers = [row['target_value'], ...[...types.values()].map((column) => row[column])].map((cell) =>
      finite(cell) ? Number(cell) + 0 : null,
    );
    const known = byTime.get(time);
    if (known === undefined || compare(numbers, known) < 0) byTime.set(time, numbers);
  }
  const sorted = [...windows]
    .filter(([, byTime]) => byTime.size > 0)
    .map(([name, byTime]) => ({
      times: JSON.parse(name) as [number, number],
      byTime: [...byTime].sort(([a], [b]) => a - b),
    }))
    .sort((a, b) => b.times[0] - a.times[0] || b.times[1] - a.times[1]);
  const shown: typeof sorted = [];
  let count = 0;
  for (const window of sorted) {
    count += window.byTime.length;
    if (count > most && shown.length > 0) break;
    shown.unshift({ ...window, byTime: window.byTime.slice(0, most) });
    if (count > most) break;
  }
  return {
    rows: rows.length,
    windowCount: windows.size,
    windows: shown.map(({ times: [start, end], byTime }) => ({
      start: iso(start),
      end: iso(end),
      timestamps: byTime.map(([time]) => iso(time)),
      actuals: byTime.map(([, numbers]) => numbers[0] ?? null),
      forecasts: Object.fromEntries(
        [...types.keys()].map((type, index) => [type, byTime.map(([, numbers]) => numbers[index + 1] ?? null)]),
      ),
    })),
  };
}

function finite(cell: unknown): boolean {
  return typeof cell === 'number' && Number.isFinite(cell);
}

function compare(a: readonly (number | null)[], b: readonly (number | null)[]): number {
  for (const [index, one] of a.entries()) {
    const other = b[index] ?? null;
    if (one === other) continue;
    if (one === null || other === null) return one === null ? 1 : -1;
    return one - other;
  }
  return 0;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
