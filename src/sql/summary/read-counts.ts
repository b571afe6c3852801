import type { ItemCounts } from '../../metrics/forecast/item-counts.ts';
import type { SqlCell } from '../engines/engine.ts';
import type { CountColumn } from './count-query.ts';
import type { AnswerReader } from '../engines/read-answer.ts';
import { windowKey } from './read-groups.ts';

/** What the statement of counts says. */
export interface ExportCounts {
  /** Of all parts. */
  readonly rows: number;
  /** The most rows of a window. */
  readonly mostRows: number;
  /** By {@link windowKey}. */
  readonly rowsByWindow: ReadonlyMap<string, number>;
  /** By the file as the engine names it; files without rows are not there. */
  readonly rowsByPart: ReadonlyMap<string, number>;
  /** Header lines, likewise. */
  readonly headersByPart: ReadonlyMap<string, number>;
  readonly items: ItemCounts;
}

/**
 * Reads the answer to the query of counts, and holds its rows against each other: those of windows and those of parts are all.
 * @throws `ENGINE_RESULT_INVALID`; what the engine throws
 */
export async function readCounts(
  columns: readonly CountColumn[],
  answer: AsyncIterable<readonly SqlCell[]>,
  reader: AnswerReader,
): Promise<ExportCounts> {
  const counts = new Counts(reader);
  for await (const row of answer) {
    reader.assertLength(row, columns.length);
    counts.add((column) => row[columns.indexOf(column)]);
  }
  return counts.finish();
}

/** Windows and parts of an export: more are no answer, and would only fill the memory. */
const mostEntries = 5_000_000;

class Counts {
  readonly #reader: AnswerReader;
  readonly #windows = new Map<string, { readonly rows: number; readonly items: number }>();
  readonly #parts = new Map<string, number>();
  readonly #headers = new Map<string, number>();
  #all: { readonly rows: number; readonly items: number } | undefined;

  constructor(reader: AnswerReader) {
    this.#reader = reader;
  }

  add(cell: (column: CountColumn) => SqlCell | undefined): void {
    const reader = this.#reader;
    const [rows, items] = [reader.count(cell('rows'), 'n_rows'), reader.count(cell('items'), 'n_items')];
    const allWindows = reader.count(cell('allWindows'), 'all_windows') > 0;
    const allParts = reader.count(cell('allParts'), 'all_parts') > 0;
    if (items > rows)
      throw reader.refuse(`expected as many rows as items or more, found ${items} items in ${rows} rows`);
    if (allWindows && allParts) {
      if (this.#all !== undefined) throw reader.refuse('expected one row of all windows and parts, found two');
      this.#all = { rows, items };
    } else if (allWindows) {
      if (cell('part') === null) throw reader.refuse('expected the file of every row, found rows without one');
      const part = reader.text(cell('part'), 'part');
      put(this.#parts, part, rows, reader);
      this.#headers.set(part, reader.count(cell('headers'), 'n_headers'));
    } else if (allParts) this.#addWindow(cell, { rows, items });
    else throw reader.refuse('expected rows of a window, of a part, or of all, found another one');
  }

  #addWindow(cell: (column: CountColumn) => SqlCell | undefined, found: { rows: number; items: number }): void {
    const reader = this.#reader;
    const start = reader.time(cell('windowStart'), 'window_start');
    const key = windowKey(start, reader.time(cell('windowEnd'), 'window_end'));
    // rows that lack the start alone and the end alone are several groups, but no window
    const before = key === 'none' ? (this.#windows.get(key)?.rows ?? 0) : 0;
    if (key === 'none') this.#windows.delete(key);
    put(this.#windows, key, { rows: before + found.rows, items: found.items }, reader);
  }

  finish(): ExportCounts {
    const reader = this.#reader;
    const { rows, items } = this.#all ?? { rows: 0, items: 0 };
    const ofWindows = [...this.#windows.values()].map((window) => window.rows);
    const sum = (some: Iterable<number>): number => [...some].reduce((total, each) => total + each, 0);
    if (sum(ofWindows) !== rows || sum(this.#parts.values()) !== rows) {
      const found = `${rows} in all, ${sum(ofWindows)} in windows and ${sum(this.#parts.values())} in parts`;
      throw reader.refuse(`expected the same number of rows three times, found ${found}`);
    }
    const windows = this.#windows;
    const named = [...windows].flatMap(([key, window]) => (key === 'none' ? [] : [window]));
    const most = named.reduce((greatest, window) => Math.max(greatest, window.items), 0);
    if (
      items < most ||
      items > sum(named.map((window) => window.items)) ||
      named.some((window) => window.items === 0)
    ) {
      throw reader.refuse(`expected items of each window, and of all as many as fit those, found ${items} in all`);
    }
    return {
      rows,
      mostRows: ofWindows.reduce((most, each) => Math.max(most, each), 0),
      rowsByWindow: new Map([...windows].map(([key, window]) => [key, window.rows])),
      rowsByPart: this.#parts,
      headersByPart: this.#headers,
      items: {
        all: items,
        ofWindow: (start, end) => {
          const found = windows.get(windowKey(start, end));
          if (found !== undefined) return found.items;
          throw reader.refuse(`expected a count of the items of each window, found none for ${windowKey(start, end)}`);
        },
      },
    };
  }
}

function put<Value>(to: Map<string, Value>, key: string, value: Value, reader: AnswerReader): void {
  if (to.has(key)) throw reader.refuse(`expected one row for each window and part, found two for ${key}`);
  if (to.size >= mostEntries) throw reader.refuse(`expected at most ${mostEntries} windows and parts, found more`);
  to.set(key, value);
}
