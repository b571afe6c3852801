import { quoteField } from '../csv/encode-texts.ts';
import { addSteps } from '../schema/frequency.ts';
import { byTable, type TableName } from '../schema/schema.ts';
import { formatTime } from './time-option.ts';
import type { ByteWriter } from './byte-writer.ts';
import { accuracyColumns, forecastColumns } from './plan-files.ts';
import type { ResolvedOptions } from './resolve-options.ts';
import { planSignal, SeriesMaker, type SignalPlan } from './series.ts';
import { averageOf, measureSlowly, type SlowMetrics } from './slow-metrics.ts';
import { styleText } from './text-styles.ts';

const comma = 44;
const newline = 10;
const encoder = new TextEncoder();

/** The writers of one part: the same items in both tables. */
export type PartWriters = Readonly<Record<TableName, ByteWriter>>;

/** The constant bytes of all rows. */
export interface RowPlan {
  readonly signal: SignalPlan;
  /** Per window and step: `timestamp,`. */
  readonly timestamps: readonly (readonly Uint8Array[])[];
  /** Per window: `,start,end`. */
  readonly windows: readonly Uint8Array[];
  /** `,Summary,start of the first,end of the last`. */
  readonly summary: Uint8Array;
  readonly dimensionTexts: readonly string[];
}

/** Prepares the constant bytes: times, and every combination of dimension values (first dimension slowest). */
export function planRows(options: ResolvedOptions): RowPlan {
  const { horizon, timeSpelling } = options;
  const steps = Array.from({ length: horizon }, (_, step) => step);
  const starts = Array.from({ length: options.windows }, (_, window) => windowStart(options, window));
  const ends = starts.map((_, window) => timeOfStep(options, window, horizon - 1));
  const bounds = (start: number, end: number): string =>
    `,${formatTime(start, timeSpelling.windowStart)},${formatTime(end, timeSpelling.windowEnd)}`;
  const timestamp = (window: number, step: number): string =>
    `${formatTime(timeOfStep(options, window, step), timeSpelling.timestamp)},`;
  return {
    signal: planSignal(options),
    timestamps: starts.map((_, window) => steps.map((step) => encoder.encode(timestamp(window, step)))),
    windows: starts.map((start, window) => encoder.encode(bounds(start, ends[window] ?? 0))),
    summary: encoder.encode(`,Summary${bounds(starts[0] ?? 0, ends.at(-1) ?? 0)}`),
    dimensionTexts: combineDimensions(options),
  };
}

/** Start of a backtest window in milliseconds since 1970, UTC. */
export function windowStart(options: ResolvedOptions, window: number): number {
  return timeOfStep(options, window, 0);
}

/**
 * The timestamp of a step (from 0) of a window. All are counted from the first window: if that starts on a 31st, a
 * window that starts on 28 February continues with 31 March.
 */
export function timeOfStep(options: ResolvedOptions, window: number, step: number): number {
  return addSteps(options.frequency, options.firstWindowStart, window * options.windowOffset + step);
}

/**
 * Writes the header and the items from `from` to before `to` of both tables, by item, dimension values, window and
 * time. Returns the data rows written per table. Memory: one series and two chunks.
 */
export async function writePart(
  plan: RowPlan,
  writers: PartWriters,
  from: number,
  to: number,
): Promise<Record<TableName, number>> {
  const { options } = plan.signal;
  const rows = byTable(() => 0);
  const forecasts = writers['forecasted-values'];
  const accuracy = writers['accuracy-metrics-values'];
  forecasts.append(encoder.encode(headerText(forecastColumns(options))));
  accuracy.append(encoder.encode(headerText(accuracyColumns(options))));
  const maker = new SeriesMaker(plan.signal);
  for (let item = from; item < to; item++) {
    const itemText = quoteField(styleText(options.textStyle, 'item', item, options.items));
    for (const [combination, dimensionText] of plan.dimensionTexts.entries()) {
      const key = encoder.encode(itemText + dimensionText);
      maker.startSeries(item * plan.dimensionTexts.length + combination);
      const measured: (SlowMetrics | undefined)[] = [];
      for (let window = 0; window < options.windows; window++) {
        const present = maker.startWindow(window);
        measured.push(present ? measureSlowly(maker.slowWindow(window)) : undefined);
        if (!present) continue;
        writeWindow(forecasts, plan, maker, key, window);
        rows['forecasted-values'] += options.horizon;
        if (forecasts.full) await forecasts.flush();
      }
      writeAccuracy(accuracy, plan, key, measured);
      rows['accuracy-metrics-values'] += options.windows + 1;
      if (accuracy.full) await accuracy.flush();
    }
  }
  return rows;
}

function writeWindow(out: ByteWriter, plan: RowPlan, maker: SeriesMaker, key: Uint8Array, window: number): void {
  const { options, history } = plan.signal;
  const times = plan.timestamps[window] ?? [];
  const bounds = plan.windows[window] ?? new Uint8Array();
  const first = history + window * options.windowOffset;
  const hasMean = options.forecastTypes[0] === 'mean';
  const columns = hasMean ? [maker.mean, ...maker.quantiles] : maker.quantiles;
  for (let step = 0; step < options.horizon; step++) {
    out.append(key);
    out.appendByte(comma);
    out.append(times[step] ?? bounds);
    out.appendDouble(maker.actuals[first + step] ?? 0);
    out.append(bounds);
    for (const column of columns) {
      out.appendByte(comma);
      out.appendDouble(column[step] ?? 0);
    }
    out.appendByte(newline);
  }
}

const computed: Uint8Array = encoder.encode(',Computed');
const notDefined: Uint8Array = encoder.encode(',not defined');

function writeAccuracy(
  out: ByteWriter,
  plan: RowPlan,
  key: Uint8Array,
  windows: readonly (SlowMetrics | undefined)[],
): void {
  const { options } = plan.signal;
  const rows = windows.map((metrics) => (metrics === undefined ? undefined : metricCells(options, metrics)));
  for (const [window, cells] of rows.entries()) {
    out.append(key);
    out.append(computed);
    out.append(plan.windows[window] ?? computed);
    writeCells(out, cells, accuracyWidth(options));
  }
  const defined = rows.filter((cells) => cells !== undefined);
  const width = accuracyWidth(options);
  const averages = Array.from({ length: width }, (_, index) => averageOf(defined.map((cells) => cells[index] ?? 0)));
  out.append(key);
  out.append(plan.summary);
  writeCells(out, defined.length === 0 ? undefined : averages, width);
}

function writeCells(out: ByteWriter, cells: readonly number[] | undefined, width: number): void {
  for (let index = 0; index < width; index++) {
    const cell = cells?.[index];
    if (cell === undefined) out.append(notDefined);
    else {
      out.appendByte(comma);
      out.appendDouble(cell);
    }
  }
  out.appendByte(newline);
}

/** The metrics in the order of {@link accuracyColumns}. */
function metricCells(options: ResolvedOptions, metrics: SlowMetrics): number[] {
  const wape = options.wapeMeaning === 'sum' ? metrics.absoluteError : metrics.WAPE;
  if (options.metrics === '2020') return [...metrics.wQL, metrics.RMSE, wape];
  const average = metrics.wQL.length > 0 ? [metrics.averageWQL] : [];
  return [...metrics.wQL, ...average, metrics.RMSE, wape, metrics.MAPE, metrics.MASE];
}

function accuracyWidth(options: ResolvedOptions): number {
  return accuracyColumns(options).length - options.dimensions.length - 4;
}

function headerText(columns: readonly string[]): string {
  return `${columns.map(quoteField).join(',')}\n`;
}

function combineDimensions(options: ResolvedOptions): string[] {
  let texts = [''];
  for (const { name, cardinality } of options.dimensions) {
    const values = Array.from({ length: cardinality }, (_, index) =>
      quoteField(styleText(options.textStyle, name, index, cardinality)),
    );
    texts = texts.flatMap((text) => values.map((value) => `${text},${value}`));
  }
  return texts;
}
