import type { ColumnBatch } from '../batch/columns/column-batch.ts';
import { textColumn, timeColumn } from '../batch/columns/typed-column.ts';
import { dictionaryTexts } from '../batch/forms/rows.ts';
import { given } from '../given.ts';
import { detectFrequency } from '../export/detect-frequency.ts';
import type { BacktestExport, ExportTable } from '../export/find/backtest-export.ts';
import { columnsOf } from '../schema/columns-of.ts';
import { addSteps, stepOf, type Frequency } from '../schema/frequency.ts';

/** What the data of a predictor's export tell about it. A fact is absent if they do not tell it. */
export interface PredictorFacts {
  readonly forecastTypes: readonly string[];
  readonly dimensions: readonly string[];
  /** As the API spells it: `H`, `30min`, `D`. */
  readonly frequency?: string;
  /** Steps of each window. */
  readonly horizon?: number;
  /** Steps from the start of a window to the start of the next one, if there are several. */
  readonly offset?: number;
  /** The backtest windows by start; ends are exclusive where the frequency is known. */
  readonly windows: readonly { readonly start: Date; readonly end: Date }[];
}

/**
 * Reads the facts: the windows from two columns of accuracy-metrics-values, or of forecasted-values where there is no such
 * table, the frequency from the first rows of forecasted-values.
 * @throws what reading throws; the signal's reason
 */
export async function readFacts(source: BacktestExport, signal: AbortSignal): Promise<PredictorFacts> {
  const { accuracyMetrics, forecastedValues } = source;
  const computed = accuracyMetrics.exists ? await readWindows(accuracyMetrics, signal) : [];
  const found =
    computed.length > 0 || !forecastedValues.exists ? computed : await readWindows(forecastedValues, signal);
  const { frequency } = await detectFrequency(source, { isSkipped: () => false, signal });
  const { forecastTypes, dimensions } = source;
  const windows = found.map(([start, end]) => ({
    start: new Date(start),
    end: new Date(frequency === null ? end : addSteps(frequency, end, 1)),
  }));
  if (frequency === null) return { forecastTypes, dimensions, windows };
  const horizon = common(found.map(([start, end]) => stepOf(frequency, start, end)));
  const offset = common(found.slice(1).map(([start], index) => stepsBetween(frequency, found[index]?.[0], start)));
  return { forecastTypes, dimensions, windows, frequency: frequency.text, ...given({ horizon, offset }) };
}

/** More than any predictor has: the service allows five. */
const mostWindows = 10_000;

/** Starts and inclusive ends, in milliseconds since 1970, by start. */
async function readWindows(
  table: ExportTable,
  signal: AbortSignal,
): Promise<(readonly [start: number, end: number])[]> {
  const names = columnsOf(table.schema);
  const { windowStart, windowEnd } = names;
  // the Summary rows of a series span all windows
  const kind = table.name === 'accuracy-metrics-values' ? names.backtestWindow : undefined;
  const columns = [windowStart, windowEnd, ...(kind === undefined ? [] : [kind])];
  const windows = new Map<number, number>();
  for await (const batch of table.columnBatches({ columns, signal })) {
    const [starts, ends] = [timeColumn(batch, windowStart).values, timeColumn(batch, windowEnd).values];
    const isComputed = kind === undefined ? undefined : findComputed(batch, kind);
    for (let row = 0; row < batch.rows && windows.size < mostWindows; row++) {
      if (isComputed?.(row) === false) continue;
      const [start, end] = [starts[row] ?? Number.NaN, ends[row] ?? Number.NaN];
      if (!Number.isNaN(start) && !((windows.get(start) ?? Number.NEGATIVE_INFINITY) >= end)) windows.set(start, end);
    }
  }
  return [...windows].filter(([, end]) => !Number.isNaN(end)).sort(([a], [b]) => a - b);
}

/** Whether a row is of the window that it names. */
function findComputed(batch: ColumnBatch, kind: string): (row: number) => boolean {
  const { codes, dictionary } = textColumn(batch, kind);
  const computed = dictionaryTexts(dictionary).indexOf('Computed');
  return (row) => codes[row] === computed;
}

function stepsBetween(frequency: Frequency, from: number | undefined, to: number): number | null {
  const step = from === undefined ? null : stepOf(frequency, from, to);
  return step === null ? null : step - 1;
}

/** The number that all of them are; undefined if they differ, or are none. */
function common(numbers: readonly (number | null)[]): number | undefined {
  const [first] = numbers;
  return first !== null && numbers.every((number) => number === first) ? first : undefined;
}
