import type { BacktestExport } from '../export/find/backtest-export.ts';
import { plainIdentity } from '../naming/export-identity.ts';
import type { CommonRows } from './find-common-rows.ts';
import type { ComparedExport, MeasuredExport } from './result.ts';

/** What a comparison says of each of its exports, by its place among them. */
export function toComparedExport(source: BacktestExport, index: number): ComparedExport {
  return {
    label: index < 26 ? String.fromCharCode(65 + index) : `#${index + 1}`,
    location: source.location,
    ...plainIdentity(source),
    format: source.format,
  };
}

/** The same with how many of its rows are common to all. */
export function measureExport({ source, rows, total, otherActuals }: CommonRows, index: number): MeasuredExport {
  return { ...toComparedExport(source, index), rows: total, leftOut: total - rows.size, otherActuals };
}
