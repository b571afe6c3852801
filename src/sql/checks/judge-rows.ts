import { FindingBook } from '../../verify/base/finding-book.ts';
import type { FindingCode } from '../../verify/base/rules.ts';
import { WindowList } from '../../verify/base/window-list.ts';
import { findStep, type WindowSteps } from '../../verify/base/window-steps.ts';
import type { AnswerRow } from './answer-row.ts';
import type { RowCount } from './row-query.ts';

/** Rows that share a window and a time (or kind), as `row-query.ts` counts them. */
export interface RowGroup {
  readonly start: number | null;
  readonly end: number | null;
  /** The timestamp; of accuracy-metrics-values the kind: 0 Computed, 1 Summary, 2 another. */
  readonly third: number | null;
  readonly hasItem: boolean;
  readonly counts: ReadonlyMap<RowCount['code'], number>;
}

/** The rows of one part. */
export interface PartRows {
  readonly part: string;
  readonly rows: number;
  readonly bad: number;
  /** Header lines that the engine takes for rows. */
  readonly headers: number;
}

/** Times of rows with a finding, for their places. */
export type FoundTimes = Pick<RowGroup, 'start' | 'end' | 'third'>;

/** What the rows of one table show, each on its own. */
export class TableRows {
  readonly book: FindingBook = new FindingBook(0);
  readonly parts: PartRows[] = [];
  /** Windows of forecasts, or of Computed rows; the place of each is its number in {@link windowOf}. */
  readonly windows: WindowList = new WindowList();
  /** Of accuracy-metrics-values: windows of Computed rows with a metric. */
  readonly definedWindows: WindowList = new WindowList();
  /** The groups of each finding about times; after {@link order} the first ones. */
  readonly times: Map<FindingCode, FoundTimes[]> = new Map();
  rows = 0;
  /** Rows that belong to a series, a window and, of forecasts, a time. */
  valid = 0;
  readonly #mostTimes: number;
  readonly #spans: { readonly start: number; readonly end: number }[] = [];
  readonly #file: number;

  /** `file` is a number for the table as a whole in places. */
  constructor(file: number, mostTimes: number) {
    this.#file = file;
    this.#mostTimes = mostTimes;
  }

  /** The window that a place of {@link windows} names by its record. */
  windowOf(record: number): { readonly start: number; readonly end: number } | undefined {
    return this.#spans[record - 1];
  }

  /** A part's rows. */
  addPart(part: PartRows): void {
    this.parts.push(part);
    this.rows += part.rows;
  }

  /** A group of rows of forecasted-values. */
  addForecasts(group: RowGroup, steps: WindowSteps): void {
    const { start, end, third: time, hasItem } = group;
    const rows = group.counts.get('all') ?? 0;
    this.#addNumbers(group, ['ACTUAL_MISSING', 'FORECAST_MISSING', 'NUMBER_NOT_FINITE']);
    if (!hasItem) this.#found('ITEM_EMPTY', rows, group);
    if (start === null || end === null) return this.#found('TIME_MISSING', rows, group);
    if (start > end) return this.#found('WINDOW_REVERSED', rows, group);
    if (!hasItem) return;
    this.#addWindow(this.windows, start, end);
    if (time === null) return this.#found('TIME_MISSING', rows, group);
    this.valid += rows;
    this.#addNumbers(group, ['FORECAST_NEGATIVE', 'QUANTILES_CROSSED']);
    if (time < start || time > end) return this.#found('TIME_OUTSIDE_WINDOW', rows, group);
    const known = steps.of(start, end);
    if (known !== null && findStep(known, time) < 0) this.#found('TIME_OFF_FREQUENCY', rows, group);
  }

  /** A group of rows of accuracy-metrics-values. */
  addMetrics(group: RowGroup): void {
    const { start, end, third: kind, hasItem, counts } = group;
    const rows = counts.get('all') ?? 0;
    this.#addNumbers(group, ['METRIC_MISSING', 'NUMBER_NOT_FINITE', 'NOT_DEFINED_PARTLY']);
    if (kind === 2) this.#found('WINDOW_KIND_UNKNOWN', rows, group);
    if (!hasItem) this.#found('ITEM_EMPTY', rows, group);
    if (start === null || end === null) return this.#found('TIME_MISSING', rows, group);
    if (start > end) return this.#found('WINDOW_REVERSED', rows, group);
    if (!hasItem) return;
    this.valid += rows;
    if (kind !== 0) return;
    this.#addWindow(this.windows, start, end);
    if ((counts.get('defined') ?? 0) > 0) this.#addWindow(this.definedWindows, start, end);
  }

  #addWindow(list: WindowList, start: number, end: number): void {
    if (list.has(start, end)) return;
    this.#spans.push({ start, end });
    list.add(start, end, this.#file, this.#spans.length);
  }

  #addNumbers({ counts }: RowGroup, codes: readonly (RowCount['code'] & FindingCode)[]): void {
    for (const code of codes) this.book.addCount(code, counts.get(code) ?? 0);
  }

  #found(code: FindingCode, rows: number, { start, end, third }: RowGroup): void {
    this.book.addCount(code, rows);
    const known = this.times.get(code) ?? [];
    this.times.set(code, known);
    known.push({ start, end, third });
  }

  /**
   * Header lines beside the one at the beginning of each part, by part. That one is a row or is skipped, as the engine's table says: it
   * is skipped where a part with rows has no header line.
   */
  repeatedHeaders(): { readonly part: string; readonly headers: number }[] {
    const isSkipped = this.parts.some(({ rows, headers }) => rows > 0 && headers === 0);
    return this.parts
      .map(({ part, headers }) => ({ part, headers: isSkipped ? headers : headers - 1 }))
      .filter(({ headers }) => headers > 0);
  }

  /** Puts {@link times} in order and cuts them, once every group was added. */
  order(): void {
    for (const [code, times] of this.times) {
      times.sort((a, b) => byNumber(a.start, b.start) || byNumber(a.end, b.end) || byNumber(a.third, b.third));
      this.times.set(code, times.slice(0, this.#mostTimes));
    }
  }
}

function byNumber(a: number | null, b: number | null): number {
  return (a ?? Number.NEGATIVE_INFINITY) - (b ?? Number.NEGATIVE_INFINITY) || 0;
}

/** Reads one row of the answer to a query of `row-query.ts`; undefined for a group of header lines. */
export function readGroup(row: AnswerRow, counts: readonly RowCount[]): RowGroup | PartRows | undefined {
  const [start, end, third] = [row.integer(), row.integer(), row.integer()];
  const noItem = row.integer();
  const part = row.text();
  const byPart = row.integer() === 1;
  const found = new Map(counts.map(({ code }) => [code, row.count()]));
  const countOf = (code: RowCount['code']): number => found.get(code) ?? 0;
  if (byPart) return { part, rows: countOf('all'), bad: countOf('bad'), headers: countOf('header') };
  return noItem === 2 ? undefined : { start, end, third, hasItem: noItem !== 1, counts: found };
}
