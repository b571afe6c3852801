import type { JudgeContext } from './judge-context.ts';
import { metricRow as layout, rowKind, rowState } from './record-layout.ts';
import { placeOf, type Records } from './series-records.ts';
import { compareValues } from './ulps.ts';

/** A row of metrics of one time series. */
export interface JudgedRow {
  /** Where it stands, in doubles. */
  readonly at: number;
  readonly start: number;
  readonly end: number;
  /** All its metrics say `not defined`. */
  readonly notDefined: boolean;
  /** Its metrics are partly missing, or it stands there again with other values: no mean can be held against it. */
  readonly odd: boolean;
}

/** The rows of one time series, each key once. */
export interface JudgedRows {
  readonly computed: readonly JudgedRow[];
  readonly summary: JudgedRow | undefined;
  /** Whether a row is neither Computed nor Summary. */
  readonly others: boolean;
}

/** Judges the rows of one series, sorted by window: duplicates. Of rows with one key the first counts. */
export function judgeRows(records: Records, rows: readonly number[], context: JudgeContext): JudgedRows {
  const computed: JudgedRow[] = [];
  const summaries: JudgedRow[] = [];
  let others = false;
  const left = new Set(rows);
  for (const at of left) {
    const kind = records.words[2 * at + layout.kindWord];
    const copies = [...left].filter((other) => other !== at && isSameKey(records, at, other));
    let different = false;
    for (const copy of copies) {
      left.delete(copy);
      const values = (row: number): number => row + layout.values;
      const likeness = compareValues(records.doubles, values(at), values(copy), records.width - layout.values);
      different ||= likeness === 'different';
      context.duplicateMetrics.add(likeness, placeOf(records, copy), placeOf(records, at));
    }
    context.duplicateMetrics.addKeys(1, copies.length + 1);
    const row = describeRow(records, at, different);
    if (kind === rowKind.computed) computed.push(row);
    else if (kind === rowKind.summary) summaries.push(row);
    else others = true;
  }
  return { computed, summary: summaries[0], others };
}

function isSameKey({ doubles, words }: Records, a: number, b: number): boolean {
  return (
    doubles[a + layout.start] === doubles[b + layout.start] &&
    doubles[a + layout.end] === doubles[b + layout.end] &&
    words[2 * a + layout.kindWord] === words[2 * b + layout.kindWord]
  );
}

function describeRow({ doubles, words }: Records, at: number, different: boolean): JudgedRow {
  const state = words[2 * at + layout.stateWord] ?? 0;
  const partly = rowState.someDefined | rowState.someNotDefined;
  return {
    at,
    start: doubles[at + layout.start] ?? Number.NaN,
    end: doubles[at + layout.end] ?? Number.NaN,
    notDefined: (state & partly) === rowState.someNotDefined,
    odd: different || (state & rowState.odd) !== 0 || (state & partly) === partly,
  };
}
