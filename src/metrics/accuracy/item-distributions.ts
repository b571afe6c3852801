import type { ColumnBatch, TextDictionary } from '../../batch/column-batch.ts';
import { numberColumn, textColumn, timeColumn } from '../../batch/typed-column.ts';
import { columnsOf } from '../../schema/columns-of.ts';
import { stepOf, type Frequency } from '../../schema/frequency.ts';
import type { TableSchema } from '../../schema/schema.ts';
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

interface ScopeState {
  readonly rows: number;
  readonly metrics: readonly DistributionState[];
}

/** Rows that belong together: the Summary rows, or the Computed rows of a window. */
class Scope {
  rows = 0;
  readonly metrics: readonly DistributionGatherer[];
  /** Of the batch that is being added: how many of its rows are here, and which of its scopes this is. */
  batchRows = 0;
  place = 0;
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

  /** Adds the rows of a batch, one scope and column after another; keeps nothing of it. Costs about 10 ns a cell. */
  add(batch: ColumnBatch): void {
    const metrics = this.#columns.metrics.map((name) => numberColumn(batch, name));
    const wapes = metrics[this.#wape]?.values;
    const rmses = metrics[this.#rmse]?.values;
    const { scopes, rows, ends } = sortRows(this.#scopesOf(batch));
    for (const [index, scope] of scopes.entries()) {
      const from = ends[index - 1] ?? 0;
      const to = ends[index] ?? 0;
      scope.rows += to - from;
      for (const [metric, column] of metrics.entries()) scope.metrics[metric]?.add(column, rows, from, to);
      if (scope.lengths === undefined || wapes === undefined || rmses === undefined) continue;
      for (let at = from; at < to; at++) {
        const row = rows[at] ?? 0;
        this.#judge.addTo(scope.lengths, wapes[row] ?? Number.NaN, rmses[row] ?? Number.NaN);
      }
    }
  }

  /** The scope of each row; undefined for a row that belongs to none, which is counted. */
  #scopesOf(batch: ColumnBatch): (Scope | undefined)[] {
    const { codes, dictionary } = textColumn(batch, this.#columns.kind);
    const starts = timeColumn(batch, this.#columns.start).values;
    const ends = timeColumn(batch, this.#columns.end).values;
    const kinds = textsOf(dictionary);
    const scopes: (Scope | undefined)[] = [];
    for (let row = 0; row < batch.rows; row++) {
      const kind = kinds[codes[row] ?? 0];
      let scope: Scope | undefined;
      if (kind === 'Computed') {
        scope = this.#scopeOf(starts[row] ?? Number.NaN, ends[row] ?? Number.NaN);
        if (scope === undefined) this.#rowsWithoutWindow++;
      } else if (kind === 'Summary') scope = this.#summary;
      else this.#rowsOfOtherKind++;
      scopes.push(scope);
    }
    return scopes;
  }

  #scopeOf(start: number, end: number): Scope | undefined {
    const window = this.#windows.intern(start, end);
    return window < 0 ? undefined : (this.#scopes[window] ??= this.#makeScope(start, end));
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

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function textsOf({ size, offsets, bytes }: TextDictionary): string[] {
  return Array.from({ length: size }, (_, code) => decoder.decode(bytes.subarray(offsets[code], offsets[code + 1])));
}

/** Rows by scope: those of `scopes[i]` end at `ends[i]`, and begin where the ones before end. */
interface SortedRows {
  readonly scopes: readonly Scope[];
  readonly rows: Int32Array;
  readonly ends: Int32Array;
}

/** Sorts rows by their scope, by counting. */
function sortRows(scopeOf: readonly (Scope | undefined)[]): SortedRows {
  const scopes: Scope[] = [];
  for (const scope of scopeOf) {
    if (scope === undefined) continue;
    if (scope.batchRows++ === 0) scope.place = scopes.push(scope) - 1;
  }
  const ends = new Int32Array(scopes.length);
  let next = 0;
  for (const [place, scope] of scopes.entries()) {
    ends[place] = next;
    next += scope.batchRows;
    scope.batchRows = 0;
  }
  const rows = new Int32Array(next);
  for (let row = 0; row < scopeOf.length; row++) {
    const scope = scopeOf[row];
    if (scope === undefined) continue;
    const at = ends[scope.place] ?? 0;
    rows[at] = row;
    ends[scope.place] = at + 1;
  }
  return { scopes, rows, ends };
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
