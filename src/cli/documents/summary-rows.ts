import type { ExportSummary } from '../../metrics/summarize.ts';
import type { Reading } from '../../metrics/base/reading.ts';
import type { Counts, Metrics } from '../../metrics/base/summary.ts';

/** One line of the flat forms of a summary: all windows together, one window, or one group. */
export interface SummaryRow {
  readonly scope: 'overall' | 'window' | 'group';
  /** What distinguishes a window (`window_start`, `window_end`) or a group (its keys); empty for `overall`. */
  readonly key: ReadonlyMap<string, string | number | null>;
  readonly itemCount: number | null;
  readonly windowCount: number | null;
  readonly count: number;
  readonly counts: Counts;
  /** Over all rows of a window or group; null for `overall`, which has only the mean of the windows' figures. */
  readonly pooled: Metrics | null;
  /** The mean of the windows' figures; null for a window. */
  readonly averaged: Metrics | null;
}

/**
 * The rows of CSV and Markdown: the overall row, then one for each window, or for each group where a grouping was asked
 * for.
 */
export function* summaryRows(result: ExportSummary): Generator<SummaryRow, void, undefined> {
  const { itemCount, windowCount, count, counts, metrics } = result.summary;
  yield { scope: 'overall', key: new Map(), itemCount, windowCount, count, counts, pooled: null, averaged: metrics };
  if (result.by.length > 0) {
    for (const group of result.groups) {
      yield { ...group, scope: 'group', key: groupKey(group.key), itemCount: null };
    }
    return;
  }
  for (const window of result.windows) {
    const key = new Map([
      [windowColumns[0], window.start],
      [windowColumns[1], window.end],
    ]);
    yield { ...window, scope: 'window', key, windowCount: 1, pooled: window.metrics, averaged: null };
  }
}

/** The figures of a row: of a group those of the reading asked for, else those that there are. */
export function metricsOf({ pooled, averaged }: SummaryRow, reading: Reading): Metrics {
  const metrics = (reading === 'pooled' ? pooled : averaged) ?? pooled ?? averaged;
  if (metrics === null) throw new TypeError('a row of a summary has figures');
  return metrics;
}

/** Whether the two readings of some group can differ. */
export function hasTwoReadings({ groups }: ExportSummary): boolean {
  return groups.some(({ windowCount }) => windowCount > 1);
}

const windowColumns = ['window_start', 'window_end'] as const;

/** Names of the key columns. */
export function keyColumns(result: ExportSummary): readonly string[] {
  if (result.by.length === 0) return windowColumns;
  return result.by.flatMap((name) => (name === 'window' ? windowColumns : [name]));
}

/** A group's key with the interval of a window taken apart. */
export function groupKey(key: Readonly<Record<string, string | number | null>>): Map<string, string | number | null> {
  const flat = new Map<string, string | number | null>();
  for (const [name, value] of Object.entries(key)) {
    if (name === 'window' && typeof value === 'string') {
      const [start = '', end = ''] = value.split('/');
      flat.set(windowColumns[0], start).set(windowColumns[1], end);
    } else flat.set(name, value);
  }
  return flat;
}

/** Quantiles of the export, rising. */
export function quantilesOf(result: ExportSummary): string[] {
  return result.forecastTypes.filter((type) => type !== 'mean');
}
