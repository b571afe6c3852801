import { asynchronous, type ExportLike, type Matcher } from './matcher.ts';
import { toBeBacktestExport, type ExpectedExport } from './to-be-backtest-export.ts';
import { toEqualExport, type EqualExportOptions } from './to-equal-export.ts';
import { toHaveNoVerificationErrors, type VerificationMatcherOptions } from './to-have-no-verification-errors.ts';
import { toHaveMetrics, type ExpectedMetrics, type HaveMetricsOptions } from './to-have-metrics.ts';

/**
 * The matchers as a test calls them, on a path, a `Storage` or an opened `BacktestExport`. All are asynchronous:
 * `await expect('exports/bike').toBeBacktestExport()`.
 */
export interface BacktestExportMatchers {
  /** It opens as an export and has the expected properties. */
  toBeBacktestExport(expected?: ExpectedExport): Promise<void>;
  /** It has the same rows as another export; see `compareExports`. */
  toEqualExport(other: ExportLike, options?: EqualExportOptions): Promise<void>;
  /** Verification finds no error in it; warnings are allowed. See `verifyExport`. */
  toHaveNoVerificationErrors(options?: VerificationMatcherOptions): Promise<void>;
  /** Its forecasts have these metrics; see `summarize`. */
  toHaveMetrics(expected: ExpectedMetrics, options?: HaveMetricsOptions): Promise<void>;
}

/** The matchers for `expect.extend` of vitest and Jest. */
export const matchers: Readonly<Record<keyof BacktestExportMatchers, Matcher>> = {
  toBeBacktestExport(received: ExportLike, expected?: ExpectedExport) {
    return asynchronous('toBeBacktestExport', toBeBacktestExport(this, received, expected));
  },
  toEqualExport(received: ExportLike, other: ExportLike, options?: EqualExportOptions) {
    return asynchronous('toEqualExport', toEqualExport(received, other, options));
  },
  toHaveNoVerificationErrors(received: ExportLike, options?: VerificationMatcherOptions) {
    return asynchronous('toHaveNoVerificationErrors', toHaveNoVerificationErrors(received, options));
  },
  toHaveMetrics(received: ExportLike, expected: ExpectedMetrics, options?: HaveMetricsOptions) {
    return asynchronous('toHaveMetrics', toHaveMetrics(this, received, expected, options));
  },
};
