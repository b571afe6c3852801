import { WapeJudge, type WapeMeaning } from '../../metrics/accuracy/wape-meaning.ts';
import type { FindingCode, NotCheckedCode } from '../../verify/base/rules.ts';
import { findingCodes, notCheckedCodes } from '../../verify/base/rules.ts';
import type { JudgeContext } from '../../verify/judge/judge-context.ts';
import type { SeriesCount } from './check-series.ts';

/** A metric column as it was checked. */
export interface ColumnCount {
  readonly column: number;
  readonly checked: number;
  readonly differ: number;
  readonly count: SeriesCount | undefined;
}

/** What the counts of series say. */
export interface JudgedCounts {
  readonly series: number;
  readonly items: number;
  readonly wape: WapeMeaning | null;
  readonly computed: readonly ColumnCount[];
  readonly summary: readonly ColumnCount[];
}

/** Adds counts to the findings of a context, and tells those of metrics by their columns. */
export function judgeCounts(counts: readonly SeriesCount[], context: JudgeContext): JudgedCounts {
  for (const { check, amount } of counts) {
    if (check.expected !== undefined || amount === 0) continue;
    if (isFinding(check.code)) context.book.addCount(check.code, amount);
    else if (isNotChecked(check.code)) context.notChecked.add(check.code, amount);
  }
  const wape = wapeMeaning(counts, context);
  const columnsOf = (code: FindingCode): ColumnCount[] =>
    context.columns.map((_, column) => {
      const of = counts.filter(({ check }) => check.code === code && check.column === column);
      const count = of.length < 2 ? of[0] : byMeaning(of, wape);
      if (count !== undefined) context.book.addCount(code, count.differ);
      return { column, checked: count?.amount ?? 0, differ: count?.differ ?? 0, count };
    });
  return {
    series: amountOf(counts, 'series'),
    items: amountOf(counts, 'items'),
    wape,
    computed: columnsOf('COMPUTED_DIFFERS'),
    summary: columnsOf('SUMMARY_DIFFERS'),
  };
}

/** How often a check applied. */
export function amountOf(counts: readonly SeriesCount[], code: SeriesCount['check']['code']): number {
  return counts.reduce((sum, { check, amount }) => sum + (check.code === code ? amount : 0), 0);
}

function isFinding(code: string): code is FindingCode {
  return findingCodes.some((each) => each === code);
}

function isNotChecked(code: string): code is NotCheckedCode {
  return notCheckedCodes.some((each) => each === code);
}

/** The cells by the file's meaning; where that is unknown, by the meaning that fits more of them. */
function byMeaning(of: readonly SeriesCount[], wape: WapeMeaning | null): SeriesCount | undefined {
  const [sum, ratio] = [
    of.find(({ check }) => check.meaning === 'sum'),
    of.find(({ check }) => check.meaning === 'ratio'),
  ];
  if (wape === 'sum' || wape === 'ratio') return wape === 'sum' ? sum : ratio;
  return (sum?.differ ?? 0) <= (ratio?.differ ?? 0) ? sum : ratio;
}

/** As `WapeHypotheses` of `verify/judge`; null without a WAPE column. */
function wapeMeaning(counts: readonly SeriesCount[], { columns }: JudgeContext): WapeMeaning | null {
  if (!columns.some(({ metric }) => metric === 'WAPE')) return null;
  const [onlySum, onlyRatio] = [amountOf(counts, 'only sum'), amountOf(counts, 'only ratio')];
  if (onlySum !== onlyRatio) return onlySum > onlyRatio ? 'sum' : 'ratio';
  const bounds = new WapeJudge();
  const known = { rows: amountOf(counts, 'bounded'), canBeSum: amountOf(counts, 'can be sum') };
  bounds.merge({ known, others: { rows: 0, canBeSum: 0 }, tried: [] });
  return bounds.meaning;
}
