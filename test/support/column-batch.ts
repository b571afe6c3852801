import type { Column, ColumnBatch } from '#src/batch/columns/column-batch.js';
import { stateNotDefined, stateNull, stateValue } from '#src/batch/columns/column-batch.js';
import type { ColumnKind, ColumnSchema, MetricName, TableSchema } from '#src/schema/schema.js';

/** A cell: null is empty. Times are ISO texts or milliseconds. */
export type Cell = number | string | null;
export type Row = Readonly<Record<string, Cell>>;

/** The batch that a decoder would make of these rows; `kinds` names the columns. */
export function columnBatch(kinds: Readonly<Record<string, ColumnKind>>, rows: readonly Row[]): ColumnBatch {
  const columns = new Map<string, Column>();
  for (const [name, kind] of Object.entries(kinds)) {
    columns.set(
      name,
      makeColumn(
        kind,
        rows.map((row) => row[name] ?? null),
      ),
    );
  }
  return { rows: rows.length, firstRecord: 1, columns };
}

function makeColumn(kind: ColumnKind, cells: readonly Cell[]): Column {
  if (kind === 'text') return textColumn(cells.map((cell) => String(cell ?? '')));
  const states = Uint8Array.from(cells, (cell) =>
    cell === null ? stateNull : cell === 'not defined' ? stateNotDefined : stateValue,
  );
  const values = Float64Array.from(cells, (cell) => {
    if (cell === null || cell === 'not defined') return NaN;
    return kind === 'time' && typeof cell === 'string' ? Date.parse(cell) : Number(cell);
  });
  return kind === 'time' ? { kind, values, states, spellings: 0 } : { kind, values, states };
}

function textColumn(texts: readonly string[]): Column {
  const distinct = [...new Set(texts)];
  const encoded = distinct.map((text) => new TextEncoder().encode(text));
  const offsets = new Uint32Array(distinct.length + 1);
  for (const [index, bytes] of encoded.entries()) offsets[index + 1] = offsets[index]! + bytes.length;
  const bytes = new Uint8Array(offsets[distinct.length]!);
  for (const [index, piece] of encoded.entries()) bytes.set(piece, offsets[index]);
  const codes = Int32Array.from(texts, (text) => distinct.indexOf(text));
  return { kind: 'text', codes, dictionary: { size: distinct.length, offsets, bytes } };
}

function column(
  name: string,
  role: ColumnSchema['role'],
  kind: ColumnKind,
  more: Partial<ColumnSchema> = {},
): ColumnSchema {
  return { name, role, kind, allowsNotDefined: role === 'metric', ...more };
}

/** Schema of a forecasted-values table with columns `mean`, `p10` … for these types. */
export function forecastSchema(forecastTypes: readonly string[], dimensions: readonly string[] = []): TableSchema {
  return {
    table: 'forecasted-values',
    itemColumn: 'item_id',
    dimensions,
    forecastTypes,
    columns: [
      column('item_id', 'item', 'text'),
      ...dimensions.map((name) => column(name, 'dimension', 'text')),
      column('timestamp', 'timestamp', 'time'),
      column('target_value', 'target', 'number'),
      column('backtestwindow_start_time', 'windowStart', 'time'),
      column('backtestwindow_end_time', 'windowEnd', 'time'),
      ...forecastTypes.map((forecastType) => column(columnOf(forecastType), 'forecast', 'number', { forecastType })),
    ],
  };
}

/** Schema of an accuracy-metrics-values table. */
export function accuracySchema(quantiles: readonly string[], metrics: readonly MetricName[]): TableSchema {
  return {
    table: 'accuracy-metrics-values',
    itemColumn: 'item_id',
    dimensions: [],
    forecastTypes: quantiles,
    columns: [
      column('item_id', 'item', 'text'),
      column('backtest_window', 'backtestWindow', 'text'),
      column('backtestwindow_start_time', 'windowStart', 'time'),
      column('backtestwindow_end_time', 'windowEnd', 'time'),
      ...quantiles.map((tau) => column(`wQL[${tau}]`, 'metric', 'number', { metric: 'wQL', forecastType: tau })),
      ...metrics.map((name) => column(name, 'metric', 'number', { metric: name })),
    ],
  };
}

/** `mean`, or `p90` for `0.9`. */
export function columnOf(forecastType: string): string {
  return forecastType === 'mean' ? 'mean' : `p${Math.round(Number(forecastType) * 100)}`;
}

/** A batch by a schema. */
export function schemaBatch(schema: TableSchema, rows: readonly Row[]): ColumnBatch {
  return columnBatch(Object.fromEntries(schema.columns.map(({ name, kind }) => [name, kind])), rows);
}

/** A seeded generator of doubles in [0, 1) (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A copy in random order. */
export function shuffled<Value>(values: readonly Value[], random: () => number): Value[] {
  const copy = [...values];
  for (let index = copy.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [copy[index], copy[other]] = [copy[other]!, copy[index]!];
  }
  return copy;
}
