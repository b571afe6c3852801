/** The front door of `backtest-export`. Nothing heavy is loaded before it is needed. */
export { BacktestExportError, errorCodes, type ErrorCode, type ErrorPosition } from './errors.ts';
export { formatExportTimestamp, parseExportTimestamp, type ExportTimestamp } from './naming/export-timestamp.ts';
export { formatPartName, parsePartName, type PartName, type PartNameFields } from './naming/part-name.ts';
export type { ColumnRole, ColumnSchema, ForecastType, MetricName, TableName, TableSchema } from './schema/schema.ts';
export { setWorkerFile } from './parallel/worker-file.ts';
export { parseFrequency, type Frequency } from './schema/frequency.ts';
export type {
  PreparedFile,
  Storage,
  StorageEntry,
  StorageFile,
  StorageWriter,
  SyncingFile,
} from './storage/storage.ts';
export { createLocalStorage } from './storage/local.ts';
export { createMemoryStorage, type MemoryStorage } from './storage/memory.ts';
export type { Cell, Row } from './batch/forms/rows.ts';
export type { CsvDialect } from './batch/decode-options.ts';
export type { BacktestExport, ExportTable, OpenOptions, ReadOptions } from './export/find/backtest-export.ts';
export type {
  ExportCatalog,
  ExportWarning,
  ExportWarningCode,
  ForeignEntry,
  FoundExport,
  HiddenFile,
  PartFile,
} from './export/entries/export-catalog.ts';
export {
  findExports,
  type ExportFolder,
  type ExportSearch,
  type FindExportsOptions,
} from './export/find/find-exports.ts';
export { listExports } from './export/find/list-exports.ts';
export {
  listLeftovers,
  removeLeftovers,
  type LeftoverList,
  type LeftoversOptions,
  type RemovedLeftovers,
} from './export/find/list-leftovers.ts';
export type { Leftover } from './export/swap/list-leftovers.ts';
export type { ExportFiles } from './export/entries/list-files.ts';
export { openExport } from './export/open-export.ts';
export type { ExportSource } from './export/open-source.ts';
export {
  createExportWriter,
  type ExportWriter,
  type ExportWriterOptions,
  type TableWriter,
  type WrittenExport,
} from './export/write/export-writer.ts';
export type { WritableRows } from './export/write/table-writer.ts';
export { convertExport } from './convert/convert-export.ts';
export { convertTable, type ConvertTableOptions, type TableConversion } from './convert/convert-table.ts';
export type { ColumnNaming } from './schema/column-naming.ts';
export type {
  ConversionLoss,
  ConversionResult,
  ConvertedTable,
  ConvertOptions,
  ConvertProgress,
} from './convert/conversion.ts';
export { convertExports } from './lake/convert-exports.ts';
export type {
  ConversionStatus,
  ConvertedExports,
  ConvertExportsOptions,
  ConvertExportsProgress,
  ExportOutcome,
} from './lake/conversions.ts';
export { repairExport } from './repair/repair-export.ts';
export type {
  Repair,
  RepairedTable,
  RepairKind,
  RepairOptions,
  RepairPlace,
  RepairProgress,
  RepairResult,
} from './repair/repair.ts';
export type { ColumnBatch } from './batch/columns/column-batch.ts';
export { summarize, type ExportSummary, type SkippedPart, type SummarizedExport } from './metrics/summarize.ts';
export type { SummarizeOptions, SummarizeProgress } from './metrics/summarize-options.ts';
export {
  toAccuracyMetrics,
  type AccuracyMetrics,
  type AccuracyMetricsResponse,
  type ErrorMetric,
  type EvaluationResult,
  type TestWindow,
} from './metrics/accuracy/service-response.ts';
export type { DistributionsByMetric } from './metrics/accuracy/item-distributions.ts';
export type { AccuracyNote } from './metrics/accuracy/distribution-notes.ts';
export type { AccuracySummary } from './metrics/accuracy/against-forecasts.ts';
export type { Distribution } from './metrics/accuracy/distribution.ts';
export type { WapeEvidence, WapeMeaning } from './metrics/accuracy/wape-meaning.ts';
export type { Note, NoteCode } from './metrics/base/notes.ts';
export type { ReadingNote } from './export/reading-notes.ts';
export type { Progress } from './export/parts/run-parts.ts';
export type { VerifyPhase, VerifyProgress } from './verify/base/verify-options.ts';
export type { RowPlace } from './export/parts/locate-rows.ts';
export type { ComparedCosts, ForecastCost, StockingCosts, UnitCosts, WindowCosts } from './metrics/base/costs.ts';
export type { Reading } from './metrics/base/reading.ts';
export type { Figure } from './metrics/base/figure.ts';
export type {
  Counts,
  ForecastSummary,
  GroupSummary,
  IntervalMetrics,
  Metrics,
  OverallSummary,
  WindowSummary,
  Worst,
} from './metrics/base/summary.ts';
export { verifyExport } from './verify/verify-export.ts';
export type { VerifyOptions } from './verify/base/verify-options.ts';
export type {
  Finding,
  FindingPlace,
  GreatestDifference,
  MetricCheck,
  NotChecked,
  VerificationReport,
} from './verify/base/report.ts';
export {
  findingCodes,
  findingRules,
  type FindingCode,
  type NotCheckedCode,
  type FindingRule,
  type Severity,
} from './verify/base/rules.ts';
export { compareExports, rankExports } from './compare/compare-exports.ts';
export type {
  CellDifference,
  ColumnDifference,
  ComparedExport,
  ComparedFigure,
  ComparedGroup,
  CompareOptions,
  ComparisonPhase,
  ComparisonProgress,
  Interval,
  LoneRow,
  LoneRows,
  MeasuredExport,
  MetricComparison,
  PairedMetric,
  PairedDifference,
  Rank,
  Ranking,
  RowComparison,
  TableComparison,
  Verdict,
} from './compare/result.ts';
export { createReport } from './report/create-report.ts';
export type { PageOptions } from './report/page/page-options.ts';
export { reportToHtml } from './report/report-to-html.ts';
export { reportToMarkdown } from './report/report-to-markdown.ts';
export type { ReportOptions, ReportPhase, ReportProgress } from './report/base/report-options.ts';
export type {
  HistoryValue,
  ItemSpread,
  ParetoPoint,
  Report,
  ReportedComparison,
  ReportedItem,
  ReportedItems,
  ReportedSeries,
  ReportedStep,
  SeriesReason,
  SeriesWindow,
  SpreadBin,
} from './report/base/report.ts';
