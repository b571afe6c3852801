import type { BacktestExport } from '../export/find/backtest-export.ts';
import { plainIdentity } from '../naming/export-identity.ts';
import type { ComparedExport } from './result.ts';

/** What a comparison says of each of its exports, by its place among them. */
export function toComparedExport(source: BacktestExport, index: number): ComparedExport {
  return {
    label: index < 26 ? String.fromCharCode(65 + index) : `#${index + 1}`,
    location: source.location,
    ...plainIdentity(source),
    format: source.format,
  };
}
