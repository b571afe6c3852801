import type { AccuracyDistributionSummary } from './item-distributions.ts';
import type { Distribution } from './distribution.ts';

const messages = {
  NO_ROWS: 'the table has no rows',
  NO_SUMMARY_ROWS: 'the table has no Summary rows: only the windows have distributions',
  WAPE_IS_SUM: "WAPE is the plain sum of errors of an item's window, not the ratio that the service's API returns",
  WAPE_IS_RATIO: 'WAPE is the ratio of errors to actuals',
  WAPE_UNKNOWN: 'WAPE is either the plain sum of errors or the ratio; the data does not show which',
  NOT_DEFINED: 'cells with `not defined` are excluded from every figure',
  EMPTY_CELLS: 'empty cells are excluded from every figure',
  NON_FINITE_CELLS: 'cells that are NaN or infinite are excluded from every figure',
  MEAN_OVERFLOW: 'means are not computed: the sum is out of range for a double',
  QUANTILES_ROUNDED: 'quantiles of more than 1,000 rows are within 0.1 % of the exact ones',
  ROWS_WITHOUT_WINDOW:
    'Computed rows with a missing window start or end belong to no window and are excluded from every figure',
  ROWS_OF_OTHER_KIND: 'rows that are neither Computed nor Summary are excluded from every figure',
} as const;

/** Something that a reader of the distributions must know. */
export interface AccuracyNote {
  readonly code: keyof typeof messages;
  /** A sentence for people. */
  readonly message: string;
  /** Rows, cells or figures concerned, as the message says; 0 where it is about the table as a whole. */
  readonly count: number;
}

const wapeCodes = { sum: 'WAPE_IS_SUM', ratio: 'WAPE_IS_RATIO', unknown: 'WAPE_UNKNOWN' } as const;

/** The notes on distributions, in a fixed order. `rows` are all rows of the table. */
export function describeAccuracy(result: AccuracyDistributionSummary, rows: number): AccuracyNote[] {
  const all = distributionsOf(result);
  const total = (member: 'notDefined' | 'empty' | 'nonFinite'): number =>
    all.reduce((sum, distribution) => sum + distribution[member], 0);
  const table = (code: AccuracyNote['code'], holds: boolean): AccuracyNote[] =>
    holds ? [{ code, message: messages[code], count: 0 }] : [];
  const counted = (code: AccuracyNote['code'], count: number): AccuracyNote[] =>
    count === 0 ? [] : [{ code, message: messages[code], count }];
  const hasWape = [result.summary, ...result.windows].some(({ metrics }) => (metrics['WAPE']?.count ?? 0) > 0);
  return [
    ...table('NO_ROWS', rows === 0),
    ...table('NO_SUMMARY_ROWS', rows > 0 && result.summary.rows === 0),
    ...table(wapeCodes[result.wapeMeaning], hasWape),
    ...counted('NOT_DEFINED', total('notDefined')),
    ...counted('EMPTY_CELLS', total('empty')),
    ...counted('NON_FINITE_CELLS', total('nonFinite')),
    ...counted('MEAN_OVERFLOW', all.filter(({ count, mean }) => count > 0 && mean === null).length),
    ...counted('QUANTILES_ROUNDED', all.filter(({ quantileError }) => quantileError > 0).length),
    ...counted('ROWS_WITHOUT_WINDOW', result.rowsWithoutWindow),
    ...counted('ROWS_OF_OTHER_KIND', result.rowsOfOtherKind),
  ];
}

/** Every distribution of a result. */
export function distributionsOf(result: Pick<AccuracyDistributionSummary, 'summary' | 'windows'>): Distribution[] {
  return [result.summary, ...result.windows].flatMap(({ metrics }) => Object.values(metrics));
}
