import type { ColumnBatch, TextDictionary } from '../../batch/columns/column-batch.ts';
import { textAt } from '../../batch/columns/text-at.ts';
import { numberColumn, textColumn, timeColumn } from '../../batch/columns/typed-column.ts';
import { columnsOf } from '../../schema/columns-of.ts';
import { stepOf, type Frequency } from '../../schema/frequency.ts';
import type { TableSchema } from '../../schema/schema.ts';
import { sortRows } from './sort-rows.ts';
import { DistributionGatherer, type Distribution, type DistributionState } from './distribution.ts';
import { WapeJudge, type WapeEvidence, type WapeMeaning, type WapeState, type WindowLengths } from './wape-meaning.ts';
import { WindowTable } from '../forecast/window-table.ts';

/** Options of {@link AccuracyDistribution}. */
export interface AccuracyDistributionOptions {
  /** Schema of the accuracy-metrics-values table. */
  readonly schema: TableSchema;
  /** Steps in a window, where the caller knows; else from `frequency` and the window's length, or that alone. */
  readonly stepsPerWindow?: number;
  readonly frequency?: Frequency;
}

/** Distributions over items, by metric column in the header's order (`wQL[0.9]`, `RMSE` …, canonical names). */
export type DistributionsByMetric = Readonly<Record<string, Distribution>>;

/** The distributions of an accuracy-metrics-values table. Plain data, ready for JSON. */
export interface AccuracyDistributionSummary {
  /** From the Summary rows, each an item's mean over its windows; `rows` is 0 where the file has none. */
  readonly summary: { readonly rows: number; readonly metrics: DistributionsByMetric };
  /** From the Computed rows, by window start, then end. */
  readonly windows: readonly {
    readonly start: string;
    readonly end: string;
    readonly rows: number;
    readonly metrics: DistributionsByMetric;
  }[];
  /** What the WAPE column holds: the plain sum Σ|y−m|, or the ratio. The two are not comparable. */
  readonly wapeMeaning: WapeMeaning;
  readonly wapeEvidence: WapeEvidence;
  /** Computed rows with a missing window start or end, which belong to no window. */
  readonly rowsWithoutWindow: number;
  /** Rows that are neither `Computed` nor `Summary`: left out. */
  readonly rowsOfOtherKind: number;
}

/** What moves between threads: plain data for structured cloning. */
export interface AccuracyDistributionState {
  readonly summary: ScopeState;
  readonly windows: readonly { readonly start: number; readonly end: number; readonly scope: ScopeState }[];
  readonly wape: WapeState;
  readonly rowsWithoutWindow: number;
  readonly rowsOfOtherKind: number;
}

/** Of rows that belong together, as plain data. */
export interface ScopeState {
  readonly rows: number;
  readonly metrics: readonly DistributionState[];
}

/** Rows that belong together: the Summary rows, or the Computed rows of a window. */
class Scope {
  rows = 0;
  readonly metrics: readonly DistributionGatherer[];
  /** Of a window. */
  readonly lengths: WindowLengths | undefined;

  constructor(metricCount: number, lengths?: WindowLengths) {
    this.metrics = Array.from({ length: metricCount }, () => new DistributionGatherer());
    this.lengths = lengths;
  }
}

/**
 * How each metric of accuracy-metrics-values is distributed over items, for the Summary rows and for each window. One pass;
 * memory is bounded by windows × metrics (see `QuantileSketch`); results do not depend on the order of rows or merging.
 */
export class AccuracyDistribution {
  /** Columns that `add` needs in its batches. */
  readonly requiredColumns: readonly string[];
  readonly #options: AccuracyDistributionOptions;
  readonly #columns: {
    readonly kind: string;
    readonly start: string;
    readonly end: string;
    readonly metrics: readonly string[];
  };
  readonly #names: readonly string[];
  readonly #wape: number;
  readonly #rmse: number;
  #windows = new WindowTable();
  #scopes: Scope[] = [];
  #summary: Scope;
  #judge = new WapeJudge();
  #rowsWithoutWindow = 0;
  #rowsOfOtherKind = 0;

  /** Throws `SCHEMA_INVALID` where the table lacks a needed column. */
  constructor(options: AccuracyDistributionOptions) {
    this.#options = options;
    const { metrics, backtestWindow, windowStart, windowEnd } = columnsOf(options.schema);
    this.#names = metrics.map(({ metric = '', forecastType, name }) =>
      metric === 'wQL' ? `wQL[${forecastType ?? name}]` : metric,
    );
    this.#wape = this.#names.indexOf('WAPE');
    this.#rmse = this.#names.indexOf('RMSE');
    this.#columns = {
      kind: backtestWindow,
      start: windowStart,
      end: windowEnd,
      metrics: metrics.map((column) => column.name),
    };
    this.requiredColumns = [this.#columns.kind, this.#columns.start, this.#columns.end, ...this.#columns.metrics];
    this.#summary = new Scope(metrics.length);
  }

  /**
   * Adds the rows of a batch, one scope and column after another; keeps nothing of it. Costs about 10 ns a cell. Its loops
   * over rows are functions of their own: the engine compiles what runs long, together with all that it calls.
   */
  add(batch: ColumnBatch): void {
    const metrics = this.#columns.metrics.map((name) => numberColumn(batch, name));
    const wapes = metrics[this.#wape]?.values;
    const rmses = metrics[this.#rmse]?.values;
    const places = this.#placesOf(batch);
    this.#makeScopes();
    const { rows, ends } = sortRows(places, this.#scopes.length + 1);
    for (let place = 0, from = 0; place < ends.length; place++) {
      const to = ends[place] ?? 0;
      const scope = place === summaryPlace ? this.#summary : this.#scopes[place - 1];
      if (to > from && scope !== undefined) {
        scope.rows += to - from;
        for (const [metric, column] of metrics.entries()) scope.metrics[metric]?.add(column, rows, from, to);
        if (scope.lengths !== undefined && wapes !== undefined && rmses !== undefined) {
          this.#judge.addRows(scope.lengths, wapes, rmses, rows.subarray(from, to));
        }
      }
      from = to;
    }
  }

  /** Where each row belongs: {@link summaryPlace}, one more than a window's number, or nowhere, which is counted. */
  #placesOf(batch: ColumnBatch): Int32Array {
    const { codes, dictionary } = textColumn(batch, this.#columns.kind);
    const starts = timeColumn(batch, this.#columns.start).values;
    const ends = timeColumn(batch, this.#columns.end).values;
    const kinds = Int32Array.from(textsOf(dictionary), (kind) => kindPlaces.get(kind) ?? otherKind);
    const places = new Int32Array(batch.rows);
    placeKinds(places, kinds, codes);
    placeWindows(places, this.#windows, starts, ends);
    this.#rowsWithoutWindow += countOf(places, noWindow);
    this.#rowsOfOtherKind += countOf(places, otherKind);
    return places;
  }

  #scopeOf(start: number, end: number): Scope | undefined {
    const window = this.#windows.intern(start, end);
    this.#makeScopes();
    return this.#scopes[window];
  }

  /** Makes the scopes of new windows. */
  #makeScopes(): void {
    const { starts, ends, size } = this.#windows;
    for (let window = this.#scopes.length; window < size; window++) {
      this.#scopes.push(this.#makeScope(starts[window] ?? Number.NaN, ends[window] ?? Number.NaN));
    }
  }

  #makeScope(start: number, end: number): Scope {
    const lengths = this.#judge.measure({ start, end, steps: this.#stepsOf(start, end) });
    return new Scope(this.#names.length, lengths);
  }

  #stepsOf(start: number, end: number): number | undefined {
    const { stepsPerWindow, frequency } = this.#options;
    return stepsPerWindow ?? (frequency === undefined ? undefined : (stepOf(frequency, start, end) ?? undefined));
  }

  /** Hands everything over as plain data and leaves this empty. */
  takeState(): AccuracyDistributionState {
    const windows = this.#scopes.map((scope, id) => ({
      start: this.#windows.starts[id] ?? Number.NaN,
      end: this.#windows.ends[id] ?? Number.NaN,
      scope: exportScope(scope),
    }));
    const state = {
      summary: exportScope(this.#summary),
      windows,
      wape: this.#judge.export(),
      rowsWithoutWindow: this.#rowsWithoutWindow,
      rowsOfOtherKind: this.#rowsOfOtherKind,
    };
    this.#windows = new WindowTable();
    this.#scopes = [];
    this.#summary = new Scope(this.#names.length);
    this.#judge = new WapeJudge();
    this.#rowsWithoutWindow = 0;
    this.#rowsOfOtherKind = 0;
    return state;
  }

  /** Adds the state of another one of the same options. */
  mergeState(state: AccuracyDistributionState): void {
    mergeScope(this.#summary, state.summary);
    for (const { start, end, scope } of state.windows) {
      const own = this.#scopeOf(start, end);
      if (own !== undefined) mergeScope(own, scope);
    }
    this.#judge.merge(state.wape);
    this.#rowsWithoutWindow += state.rowsWithoutWindow;
    this.#rowsOfOtherKind += state.rowsOfOtherKind;
  }

  /** The distributions of all that was added and merged; changes nothing. */
  finish(): AccuracyDistributionSummary {
    const metricsOf = (scope: Scope | undefined): DistributionsByMetric =>
      Object.fromEntries(
        this.#names.map((name, index) => [name, (scope?.metrics[index] ?? new DistributionGatherer()).finish()]),
      );
    return {
      summary: { rows: this.#summary.rows, metrics: metricsOf(this.#summary) },
      windows: this.#windows.sorted().map((id) => ({
        start: new Date(this.#windows.starts[id] ?? Number.NaN).toISOString(),
        end: new Date(this.#windows.ends[id] ?? Number.NaN).toISOString(),
        rows: this.#scopes[id]?.rows ?? 0,
        metrics: metricsOf(this.#scopes[id]),
      })),
      wapeMeaning: this.#judge.meaning,
      wapeEvidence: this.#judge.evidence,
      rowsWithoutWindow: this.#rowsWithoutWindow,
      rowsOfOtherKind: this.#rowsOfOtherKind,
    };
  }
}

function textsOf(dictionary: TextDictionary): string[] {
  return Array.from({ length: dictionary.size }, (_, code) => textAt(dictionary, code));
}

const summaryPlace = 0;
/** Of rows that are left out. */
const noWindow = -1;
const otherKind = -2;
/** Of rows that belong to the window that they name. */
const byWindow = -3;
const kindPlaces: ReadonlyMap<string, number> = new Map([
  ['Summary', summaryPlace],
  ['Computed', byWindow],
]);

function placeKinds(places: Int32Array, kinds: Int32Array, codes: Int32Array): void {
  for (let row = 0; row < places.length; row++) places[row] = kinds[codes[row] ?? 0] ?? otherKind;
}

function placeWindows(places: Int32Array, windows: WindowTable, starts: Float64Array, ends: Float64Array): void {
  for (let row = 0; row < places.length; row++) {
    if (places[row] !== byWindow) continue;
    const window = windows.intern(starts[row] ?? Number.NaN, ends[row] ?? Number.NaN);
    places[row] = window < 0 ? noWindow : window + 1;
  }
}

function countOf(places: Int32Array, wanted: number): number {
  let count = 0;
  for (let row = 0; row < places.length; row++) if (places[row] === wanted) count++;
  return count;
}

function exportScope(scope: Scope): ScopeState {
  return { rows: scope.rows, metrics: scope.metrics.map((gatherer) => gatherer.export()) };
}

function mergeScope(scope: Scope, state: ScopeState): void {
  scope.rows += state.rows;
  for (const [index, gatherer] of scope.metrics.entries()) {
    const metric = state.metrics[index];
    if (metric !== undefined) gatherer.merge(metric);
  }
}
