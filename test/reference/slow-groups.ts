import type { RecordShape } from '#src/metrics/forecast/record-shape.js';

/** A row of forecasted-values as plain values: null is an empty cell; times are milliseconds since 1970. */
export interface PlainRow {
  readonly item: string;
  readonly dimensions: readonly string[];
  readonly timestamp: number | null;
  readonly start: number | null;
  readonly end: number | null;
  readonly y: number | null;
  /** In the order of the shape's types. */
  readonly forecasts: readonly (number | null)[];
}

/** What the rows of one group are, by the definitions: counts by the words of `kernel/assembly/map.ts`, and every term of every sum. */
export interface PlainGroup {
  readonly rows: readonly PlainRow[];
  readonly excluded: number;
  readonly common: readonly number[];
  /** By type: negative, covered, missing, not finite. */
  readonly types: readonly (readonly number[])[];
  /** By interval: rows with the actual inside. */
  readonly inside: readonly number[];
  /** By number of the sum. */
  readonly terms: readonly (readonly number[])[];
}

const isFinite = (value: number | null | undefined): value is number => Number.isFinite(value);
const count = <Value>(values: readonly Value[], is: (value: Value) => boolean): number => values.filter(is).length;

/** Bit t is set where a row with a finite actual lacks a finite forecast of type t. */
export function excludedOf({ y, forecasts }: PlainRow): number {
  if (!isFinite(y)) return 0;
  return forecasts.reduce<number>((mask, forecast, type) => mask + (isFinite(forecast) ? 0 : 2 ** type), 0);
}

/** Groups rows by key, window and mask; the first row of each group comes first. */
export function groupRows(
  rows: readonly PlainRow[],
  keyOf: (row: PlainRow) => unknown,
  shape: RecordShape,
): PlainGroup[] {
  const groups = new Map<string, PlainRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.start, row.end, excludedOf(row), keyOf(row)]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [row]);
    else known.push(row);
  }
  return [...groups.values()].map((some) => measure(some, shape));
}

function measure(rows: readonly PlainRow[], shape: RecordShape): PlainGroup {
  const first = shape.hasMean ? 1 : 0;
  const isCrossed = ({ forecasts }: PlainRow): boolean =>
    forecasts.some((forecast, type) => {
      const next = forecasts[type + 1];
      return type >= first && isFinite(forecast) && isFinite(next) && forecast > next;
    });
  return {
    rows,
    excluded: rows[0] === undefined ? 0 : excludedOf(rows[0]),
    common: [
      rows.length,
      count(rows, ({ y }) => isFinite(y)),
      count(rows, ({ y }) => y === null),
      count(rows, ({ y }) => y !== null && !isFinite(y)),
      count(rows, ({ y }) => y === 0),
      count(rows, isCrossed),
    ],
    types: shape.types.map((_, type) => [
      count(rows, ({ forecasts }) => isFinite(forecasts[type]) && (forecasts[type] ?? 0) < 0),
      count(rows, ({ y, forecasts }) => isFinite(y) && isFinite(forecasts[type]) && y <= (forecasts[type] ?? 0)),
      count(rows, ({ forecasts }) => forecasts[type] === null),
      count(rows, ({ forecasts }) => forecasts[type] !== null && !isFinite(forecasts[type])),
    ]),
    inside: shape.intervals.map(({ lower, upper }) =>
      count(rows, ({ y, forecasts: { [lower]: from, [upper]: to } }) => {
        return isFinite(y) && isFinite(from) && isFinite(to) && from <= y && y <= to;
      }),
    ),
    terms: termsOf(rows, shape),
  };
}

function termsOf(rows: readonly PlainRow[], shape: RecordShape): number[][] {
  const actual = rows.filter(({ y }) => isFinite(y));
  const errors = (type: number): number[][] =>
    actual.flatMap(({ y, forecasts }) => {
      const forecast = forecasts[type];
      return isFinite(y) && isFinite(forecast) ? [[y, y - forecast]] : [];
    });
  const point = shape.point < 0 ? [] : errors(shape.point);
  return [
    actual.map(({ y }) => Math.abs(y ?? 0)),
    ...shape.types.flatMap((_, type) => [
      errors(type).flatMap(([, error = 0]) => (error > 0 ? [error] : [])),
      errors(type).flatMap(([, error = 0]) => (error < 0 ? [-error] : [])),
    ]),
    ...shape.intervals.map(({ lower, upper }) =>
      actual.flatMap(({ forecasts: { [lower]: from, [upper]: to } }) =>
        isFinite(from) && isFinite(to) ? [to - from] : [],
      ),
    ),
    ...(shape.point < 0
      ? []
      : [
          point.map(([, error = 0]) => error * error),
          point.flatMap(([y = 0, error = 0]) => (y === 0 ? [] : [Math.abs(error / y)])),
        ]),
  ];
}
