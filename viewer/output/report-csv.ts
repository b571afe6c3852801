import type { Report } from 'backtest-export/browser';
import { csvRecords } from '#src/show/layout/csv-records.js';

type Cell = string | number | null;

const header = ['section', 'start', 'end', 'step', 'item', 'dimensions', 'rank', 'metric', 'value'];

/**
 * A report as one table: a row for each figure, with where it stands. Text that a spreadsheet would run as a formula has a
 * quote mark before it; numbers are in full precision, and what has no value is empty.
 */
export function reportCsv(report: Report): Generator<string, void, undefined> {
  return csvRecords({ header, rows: rowsOf(report) }, { guardFormulas: true });
}

function* rowsOf({ summary, windows, steps, items, costs, comparison }: Report): Generator<Cell[], void, undefined> {
  yield* figures(summary.metrics, { section: 'overall' });
  for (const { start, end, metrics } of windows) yield* figures(metrics, { section: 'window', start, end });
  for (const { step, metrics } of steps) yield* figures(metrics, { section: 'step', step });
  for (const section of ['costliest', 'worst', 'best', 'chosen'] as const) {
    for (const [index, { item, dimensions, metrics, errorShare, actualShare }] of items[section].entries()) {
      const place = { section, item, dimensions: JSON.stringify(dimensions), rank: index + 1 };
      yield* figures({ ...metrics, errorShare, actualShare }, place);
    }
  }
  for (const cost of costs?.byType ?? []) {
    const { forecastType, ...sums } = cost;
    yield* figures({ [forecastType]: sums }, { section: 'costs' });
  }
  for (const { metric, values } of comparison?.metrics ?? []) {
    for (const [index, value] of values.entries()) {
      yield row(
        { section: 'comparison', item: comparison?.exports[index]?.label ?? '', rank: index + 1 },
        metric,
        value,
      );
    }
  }
}

type Place = Partial<Record<(typeof header)[number], Cell>>;

/** A row for each number in an object of figures, named by its path: `wQL[p90]`. */
function* figures(metrics: object, place: Place, name = ''): Generator<Cell[], void, undefined> {
  for (const [key, value] of Object.entries(metrics) as [string, unknown][]) {
    const own = name === '' ? key : `${name}[${key}]`;
    if (value === null || typeof value === 'number') yield row(place, own, value);
    else if (Array.isArray(value)) for (const each of value) yield* interval(each as IntervalLike, place);
    else if (typeof value === 'object') yield* figures(value, place, own);
  }
}

interface IntervalLike {
  readonly lower: string;
  readonly upper: string;
  readonly coverage: number | null;
  readonly meanWidth: number | null;
}

function* interval(
  { lower, upper, coverage, meanWidth }: IntervalLike,
  place: Place,
): Generator<Cell[], void, undefined> {
  yield row(place, `coverage[${lower}-${upper}]`, coverage);
  yield row(place, `meanWidth[${lower}-${upper}]`, meanWidth);
}

function row(place: Place, metric: string, value: number | null): Cell[] {
  return [...header.slice(0, -2).map((column) => place[column] ?? null), metric, value];
}
