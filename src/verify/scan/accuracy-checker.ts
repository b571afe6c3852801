import { writeCell } from '../../batch/columns/cell-bits.ts';
import {
  stateNotDefined,
  stateNull,
  stateValue,
  type ColumnBatch,
  type NumberColumn,
} from '../../batch/columns/column-batch.ts';
import { hashRow } from '../../batch/hash/number-hash.ts';
import { dictionaryTexts } from '../../batch/forms/rows.ts';
import { numberColumn, textColumn, timeColumn } from '../../batch/columns/typed-column.ts';
import { given } from '../../given.ts';
import { columnsOf, keyColumns, type TableColumns } from '../../schema/columns-of.ts';
import { Digest } from '../records/digest.ts';
import type { CheckerContext } from './checker-context.ts';
import { SeriesCodes } from '../base/forecast-columns.ts';
import { metricRow as layout, rowKind, rowState } from '../records/record-fields.ts';
import type { FindingCode } from '../base/rules.ts';
import { WindowList } from '../base/window-list.ts';

/** Checks each row of one part of accuracy-metrics-values on its own and writes a record for it. */
export class AccuracyChecker {
  readonly requiredColumns: readonly string[];
  /** Windows of Computed rows. */
  readonly windows: WindowList = new WindowList();
  /** Those of them that have a metric. */
  readonly definedWindows: WindowList = new WindowList();
  readonly digest: Digest;
  rows = 0;
  readonly #context: CheckerContext;
  readonly #columns: TableColumns;
  readonly #metrics: readonly string[];
  readonly #key = new Uint32Array(6);
  readonly #values: Float64Array;
  readonly #valueWords: Uint32Array;

  constructor(context: CheckerContext) {
    const { schema } = context;
    this.#context = context;
    this.digest = new Digest(context.seed);
    this.#columns = columnsOf(schema);
    this.#metrics = this.#columns.metrics.map(({ name }) => name);
    this.#values = new Float64Array(this.#metrics.length);
    this.#valueWords = new Uint32Array(this.#values.buffer);
    this.requiredColumns = [...keyColumns(schema).map(({ name }) => name), ...this.#metrics];
  }

  /** Checks the rows of a batch; keeps nothing of it. */
  add(batch: ColumnBatch): void {
    const { hasher } = this.#context;
    const series = new SeriesCodes(batch, this.#columns, hasher);
    const kinds = textColumn(batch, this.#columns.backtestWindow);
    const kindOf = dictionaryTexts(kinds.dictionary).map(parseKind);
    const starts = timeColumn(batch, this.#columns.windowStart).values;
    const ends = timeColumn(batch, this.#columns.windowEnd).values;
    const metrics = this.#metrics.map((name) => numberColumn(batch, name));
    this.rows += batch.rows;
    for (let row = 0; row < batch.rows; row++) {
      const record = batch.firstRecord + row;
      const state = this.#readMetrics(metrics, row, record);
      const kind = kindOf[kinds.codes[row] ?? 0] ?? rowKind.other;
      const start = starts[row] ?? Number.NaN;
      const end = ends[row] ?? Number.NaN;
      if (kind === rowKind.other) this.#found('WINDOW_KIND_UNKNOWN', record);
      const invalid = !(start <= end);
      if (invalid) this.#found(Number.isNaN(start) || Number.isNaN(end) ? 'TIME_MISSING' : 'WINDOW_REVERSED', record);
      if (series.isEmpty(row)) this.#found('ITEM_EMPTY', record);
      else if (!invalid) {
        series.writeKey(row, this.#key);
        this.#write(kind, start, end, record, state);
      }
    }
  }

  #write(kind: number, start: number, end: number, record: number, state: number): void {
    const { sink, file } = this.#context;
    const at = sink.begin(this.#key, start, end, file, record);
    const { doubles, words } = sink;
    words[2 * at + layout.kindWord] = kind;
    words[2 * at + layout.stateWord] = state;
    doubles.set(this.#values, at + layout.values);
    const content = hashRow((this.#context.seed[0] ?? 0) ^ kind, this.#valueWords, 0, this.#valueWords.length);
    this.digest.add(this.#key, content, state, start, end);
    if (kind !== rowKind.computed) return;
    this.windows.add(start, end, file, record);
    if ((state & rowState.someDefined) !== 0) this.definedWindows.add(start, end, file, record);
  }

  /** Fills in the values of a row and returns its state. */
  #readMetrics(metrics: readonly NumberColumn[], row: number, record: number): number {
    let state = 0;
    for (const [index, { values, states }] of metrics.entries()) {
      const value = values[row] ?? Number.NaN;
      writeCell(this.#values, this.#valueWords, index, value, states[row] ?? stateValue);
      if (states[row] === stateNotDefined) state |= rowState.someNotDefined;
      else if (Number.isFinite(value)) state |= rowState.someDefined;
      else {
        state |= rowState.odd | rowState.someDefined;
        const code = states[row] === stateNull ? 'METRIC_MISSING' : 'NUMBER_NOT_FINITE';
        this.#found(code, record, this.#metrics[index]);
      }
    }
    const partly = rowState.someNotDefined | rowState.someDefined;
    if ((state & partly) === partly) this.#found('NOT_DEFINED_PARTLY', record, this.#firstNotDefined(metrics, row));
    return state;
  }

  #firstNotDefined(metrics: readonly NumberColumn[], row: number): string | undefined {
    return this.#metrics[metrics.findIndex(({ states }) => states[row] === stateNotDefined)];
  }

  #found(code: FindingCode, record: number, column?: string): void {
    const { book, file } = this.#context;
    book.add(code, { file, record, ...given({ column }) });
  }
}

function parseKind(text: string): number {
  if (text === 'Computed') return rowKind.computed;
  return text === 'Summary' ? rowKind.summary : rowKind.other;
}
