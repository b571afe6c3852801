/**
 * `backtest-export/browser`: the library in a page and in its workers. Files, folders and URLs take the place of paths; what
 * needs a machine of its own (S3, repairs, many exports at once, SQL engines, the emulator) is not here.
 */
export { BacktestExportError, errorCodes, type ErrorCode, type ErrorPosition } from '../errors.ts';
export { formatExportTimestamp, parseExportTimestamp, type ExportTimestamp } from '../naming/export-timestamp.ts';
export { formatPartName, parsePartName, type PartName, type PartNameFields } from '../naming/part-name.ts';
export type { ColumnRole, ColumnSchema, ForecastType, MetricName, TableName, TableSchema } from '../schema/schema.ts';
export { setWorkerFile } from '../parallel/worker-file.ts';
export { parseFrequency, type Frequency } from '../schema/frequency.ts';
export type {
  PreparedFile,
  Storage,
  StorageEntry,
  StorageFile,
  StorageWriter,
  SyncingFile,
} from '../storage/storage.ts';
export { createFileStorage, type GivenFiles } from '../storage/browser/file-storage.ts';
export { createFolderStorage, createPrivateStorage } from '../storage/browser/folder-storage.ts';
export { createUrlStorage, type GivenUrls } from '../storage/browser/url-storage.ts';
export type { UrlAccess } from '../storage/browser/url-access.ts';
export { createDownloadStorage, type DownloadStorage } from '../storage/browser/download-storage.ts';
export type { DirectoryHandle, FileHandle, WritableFile } from '../storage/browser/handles.ts';
export type { NamedBlob } from '../storage/browser/transfer.ts';
export { createMemoryStorage, type MemoryStorage } from '../storage/memory.ts';
export type { Cell, Row } from '../batch/forms/rows.ts';
export type { CsvDialect } from '../batch/decode-options.ts';
export type { BacktestExport, ExportTable, OpenOptions, ReadOptions } from '../export/find/backtest-export.ts';
export type {
  ExportCatalog,
  ExportWarning,
  ExportWarningCode,
  ForeignEntry,
  FoundExport,
  HiddenFile,
  PartFile,
} from '../export/entries/export-catalog.ts';
export type { ExportFiles } from '../export/entries/list-files.ts';
export { findExports, listExports, openExport, type BrowserSource } from './open-export.ts';
export type { ExportFolder, ExportSearch, FindExportsOptions } from '../export/find/find-exports.ts';
export type { ExportSource } from '../export/open-source.ts';
export {
  createExportWriter,
  type ExportWriter,
  type ExportWriterOptions,
  type TableWriter,
  type WrittenExport,
} from '../export/write/export-writer.ts';
export type { WritableRows } from '../export/write/table-writer.ts';
export { convertExport } from '../convert/convert-export.ts';
export { convertTable, type ConvertTableOptions, type TableConversion } from '../convert/convert-table.ts';
export type { ColumnNaming } from '../schema/column-naming.ts';
export type {
  ConversionLoss,
  ConversionResult,
  ConvertedTable,
  ConvertOptions,
  ConvertProgress,
} from '../convert/conversion.ts';
export type { ColumnBatch } from '../batch/columns/column-batch.ts';
export { summarize, type ExportSummary, type SkippedPart, type SummarizedExport } from '../metrics/summarize.ts';
export type { SummarizeOptions, SummarizeProgress } from '../metrics/summarize-options.ts';
export {
  toAccuracyMetrics,
  type AccuracyMetrics,
  type AccuracyMetricsResponse,
  type ErrorMetric,
  type EvaluationResult,
  type TestWindow,
} from '../metrics/accuracy/service-response.ts';
export type { DistributionsByMetric } from '../metrics/accuracy/item-distributions.ts';
export type { AccuracyNote } from '../metrics/accuracy/distribution-notes.ts';
export type { AccuracySummary } from '../metrics/accuracy/against-forecasts.ts';
export type { Distribution } from '../metrics/accuracy/distribution.ts';
export type { WapeEvidence, WapeMeaning } from '../metrics/accuracy/wape-meaning.ts';
export type { Note, NoteCode } from '../metrics/base/notes.ts';
export type { ReadingNote } from '../export/reading-notes.ts';
export type { Progress } from '../export/parts/run-parts.ts';
export type { RowPlace } from '../export/parts/locate-rows.ts';
export type { Reading } from '../metrics/base/reading.ts';
export type {
  Counts,
  Figure,
  ForecastSummary,
  GroupSummary,
  IntervalMetrics,
  Metrics,
  OverallSummary,
  WindowSummary,
  Worst,
} from '../metrics/base/summary.ts';
export type { ComparedCosts, ForecastCost, StockingCosts, UnitCosts, WindowCosts } from '../metrics/base/costs.ts';
export { verifyExport } from '../verify/verify-export.ts';
export type { VerifyOptions, VerifyPhase, VerifyProgress } from '../verify/base/verify-options.ts';
export type {
  Finding,
  FindingPlace,
  GreatestDifference,
  MetricCheck,
  NotChecked,
  VerificationReport,
} from '../verify/base/report.ts';
export {
  findingCodes,
  findingRules,
  type FindingCode,
  type NotCheckedCode,
  type FindingRule,
  type Severity,
} from '../verify/base/rules.ts';
export { compareExports, rankExports } from '../compare/compare-exports.ts';
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
  Rank,
  Ranking,
  RowComparison,
  TableComparison,
  Verdict,
} from '../compare/result.ts';
export { createReport } from '../report/create-report.ts';
export { reportToHtml } from '../report/report-to-html.ts';
export { reportToMarkdown } from '../report/report-to-markdown.ts';
export type { PageOptions } from '../report/page/page-options.ts';
export type { ReportOptions, ReportPhase, ReportProgress } from '../report/base/report-options.ts';
export type {
  HistoryValue,
  ItemSpread,
  PairedMetric,
  PairedDifference,
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
} from '../report/base/report.ts';
