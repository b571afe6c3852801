import type { ShownSummary } from './shown-summary.ts';
import type { ComparedCosts } from '../../metrics/base/costs.ts';
import type { Reading } from '../../metrics/base/reading.ts';
import type { Counts, Metrics } from '../../metrics/base/summary.ts';

/** One line of the flat forms of a summary: all windows together, one window, or one group. */
export interface FlatRow {
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
  /** Undefined where no costs were given. */
  readonly costs?: ComparedCosts | undefined;
}

/** The overall row, then one for each window, or for each group where a grouping was asked for. */
export function* flatRows(result: ShownSummary): Generator<FlatRow, void, undefined> {
  const { summary, costs } = result;
  const figures = { pooled: null, averaged: summary.metrics, costs: costs ?? undefined };
  yield { ...summary, scope: 'overall', key: new Map(), ...figures };
  yield* result.by.length === 0 ? windowRows(result) : groupRows(result);
}

/** One row for each window. */
export function* windowRows({ windows, costs }: ShownSummary): Generator<FlatRow, void, undefined> {
  for (const [index, window] of windows.entries()) {
    const key = splitWindow(`${window.start}/${window.end}`);
    const figures = { pooled: window.metrics, averaged: null, costs: costs?.windows[index] };
    yield { ...window, scope: 'window', key: new Map(key), windowCount: 1, ...figures };
  }
}

/** One row for each group, the interval of a window taken apart. */
export function* groupRows({ groups }: ShownSummary): Generator<FlatRow, void, undefined> {
  for (const group of groups) {
    const key = Object.entries(group.key).flatMap(([name, value]) =>
      name === 'window' && typeof value === 'string' ? splitWindow(value) : [[name, value] as const],
    );
    yield { ...group, scope: 'group', key: new Map(key), itemCount: null };
  }
}

/** The figures of a row: of a group those of the reading asked for, else those that there are. */
export function metricsOf({ pooled, averaged }: FlatRow, reading: Reading): Metrics {
  const metrics = (reading === 'pooled' ? pooled : averaged) ?? pooled ?? averaged;
  if (metrics === null) throw new TypeError('a row of a summary has figures');
  return metrics;
}

/** Names of the key columns of a window. */
export const windowKeys = ['window_start', 'window_end'] as const;

/** Names of the key columns of flat rows. */
export function flatKeys({ by }: ShownSummary): readonly string[] {
  return by.length === 0 ? windowKeys : by.flatMap((name) => (name === 'window' ? windowKeys : [name]));
}

function splitWindow(interval: string): (readonly [string, string])[] {
  const [start = '', end = ''] = interval.split('/');
  return [
    [windowKeys[0], start],
    [windowKeys[1], end],
  ];
}
