import type { ColumnBatch } from '../../batch/columns/column-batch.ts';
import { columnsOf, keyColumns, type TableColumns } from '../../schema/columns-of.ts';
import { addToRun, checkNumbers } from './add-to-run.ts';
import type { CheckerContext } from './checker-context.ts';
import { openForecastBatch, type ForecastBatch } from '../base/forecast-columns.ts';
import { Digest } from '../records/digest.ts';
import { OpenRun } from './open-run.ts';
import type { FindingCode } from '../base/rules.ts';
import { WindowList } from '../base/window-list.ts';
import { findStep } from '../base/window-steps.ts';

/**
 * Checks each row of one part of forecasted-values on its own, and writes a record for each run of rows
 * (see `records/record-fields.ts`). Rows without item or window belong to no run.
 */
export class ForecastChecker {
  readonly requiredColumns: readonly string[];
  readonly windows: WindowList = new WindowList();
  readonly digest: Digest;
  rows = 0;
  readonly #names: TableColumns;
  readonly #context: CheckerContext;
  readonly #run: OpenRun;
  readonly #key = new Uint32Array(6);

  constructor(context: CheckerContext) {
    this.#context = context;
    this.digest = new Digest(context.seed);
    this.#names = columnsOf(context.schema);
    const { target, mean, quantiles } = this.#names;
    const numbers = [target, ...(mean === undefined ? [] : [mean]), ...quantiles.map(({ name }) => name)];
    this.requiredColumns = [...keyColumns(context.schema).map(({ name }) => name), ...numbers];
    this.#run = new OpenRun(
      context.file,
      quantiles.map(({ tau }) => tau),
      context.seed,
    );
  }

  /** Checks the rows of a batch; keeps nothing of it. */
  add(batch: ColumnBatch): void {
    const columns = openForecastBatch(batch, this.#names, this.#context.hasher);
    const { series, starts, ends, rows } = columns;
    this.rows += rows;
    for (let from = 0, to = 0; from < rows; from = to) {
      const start = starts[from];
      const end = ends[from];
      to = from + 1;
      while (to < rows && starts[to] === start && ends[to] === end && series.same(to, from)) to++;
      this.#addSegment(columns, from, to);
    }
  }

  /** Closes the last run. */
  finish(): void {
    this.#closeRun();
  }

  /** Rows of one series and window. */
  #addSegment(columns: ForecastBatch, from: number, to: number): void {
    const start = columns.starts[from] ?? Number.NaN;
    const end = columns.ends[from] ?? Number.NaN;
    const empty = columns.series.isEmpty(from);
    const invalid = !(start <= end);
    if (empty || invalid) {
      this.#closeRun();
      const code = Number.isNaN(start) || Number.isNaN(end) ? 'TIME_MISSING' : 'WINDOW_REVERSED';
      for (let row = from; row < to; row++) {
        if (empty) this.#found('ITEM_EMPTY', columns, row);
        if (invalid) this.#found(code, columns, row);
      }
      this.#checkNumbers(columns, from, to);
      return;
    }
    columns.series.writeKey(from, this.#key);
    if (!this.#run.continues(this.#key, start, end)) {
      this.#closeRun();
      this.windows.add(start, end, this.#context.file, columns.firstRecord + from);
    }
    this.#addTimes(columns, from, to, start, end);
  }

  /** Cuts a segment where timestamps do not rise. */
  #addTimes(columns: ForecastBatch, from: number, to: number, start: number, end: number): void {
    const run = this.#run;
    const { times } = columns;
    const steps = this.#context.steps.of(start, end);
    let pending = from;
    for (let row = from; row < to; row++) {
      const time = times[row] ?? Number.NaN;
      if (run.isOpen && time > run.last && steps !== null && steps[run.nextStep] === time) {
        run.nextStep++;
        run.last = time;
        continue;
      }
      if (!(run.isOpen && time > run.last)) {
        this.#flush(columns, pending, row);
        pending = row;
        this.#closeRun();
        if (Number.isNaN(time)) {
          this.#found('TIME_MISSING', columns, row);
          this.#checkNumbers(columns, row, row + 1);
          pending = row + 1;
          continue;
        }
        run.open(this.#key, start, end, columns.firstRecord + row, time);
      }
      run.last = time;
      this.#judgeTime(columns, row, steps, time < start || time > end);
    }
    this.#flush(columns, pending, to);
  }

  #judgeTime(columns: ForecastBatch, row: number, steps: Float64Array | null, outside: boolean): void {
    if (outside) return this.#found('TIME_OUTSIDE_WINDOW', columns, row);
    if (steps === null) return;
    const step = findStep(steps, columns.times[row] ?? Number.NaN);
    if (step < 0) return this.#found('TIME_OFF_FREQUENCY', columns, row);
    const run = this.#run;
    if (run.gap === 0 && run.nextStep > 0 && step > run.nextStep) run.gap = run.nextStep + 1;
    run.nextStep = step + 1;
  }

  #flush(columns: ForecastBatch, from: number, to: number): void {
    if (to > from) addToRun(this.#run, columns, from, to, this.#context);
  }

  #closeRun(): void {
    if (!this.#run.isOpen) return;
    this.#run.write(this.#context.sink);
    this.digest.add(this.#run.key, this.#run.content0, this.#run.content1, this.#run.start, this.#run.end);
    this.#run.close();
  }

  #checkNumbers(columns: ForecastBatch, from: number, to: number): void {
    for (const cells of columns.numbers) checkNumbers(columns, cells, from, to, this.#context);
  }

  #found(code: FindingCode, columns: ForecastBatch, row: number): void {
    this.#context.book.add(code, { file: this.#context.file, record: columns.firstRecord + row });
  }
}
