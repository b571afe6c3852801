export { generateExport } from './generate.ts';
export type {
  DefectOption,
  DimensionOption,
  GeneratedExport,
  GeneratedFile,
  GenerateOptions,
  PlantedDefect,
  TextStyle,
  TimeSpellings,
} from './options.ts';
export type { TimeSpelling } from './time-option.ts';
export { defectNames, type DefectName } from './defects/names.ts';
export { describeDefect } from './defects/plant.ts';
export type { DefectInfo } from './defects/site.ts';
export { expectExport, type ExportExpectation } from './expect-export.ts';
export { matchers, type BacktestExportMatchers } from './matchers.ts';
export type { ExportLike, Matcher, MatcherContext, MatcherResult } from './matcher.ts';
export type { ExpectedExport } from './to-be-backtest-export.ts';
export type { EqualExportOptions } from './to-equal-export.ts';
export type { VerificationMatcherOptions } from './to-have-no-verification-errors.ts';
export type { MetricBounds } from './metric-bounds.ts';
export type { ExpectedMetrics, HaveMetricsOptions } from './to-have-metrics.ts';
