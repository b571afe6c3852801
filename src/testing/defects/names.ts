/** Defects of the folder and of file names. */
const folderDefectNames = [
  'zero-byte-part',
  'header-only-part',
  'missing-part',
  'duplicate-part',
  'part-number-repeated',
  'second-export-in-folder',
  'foreign-file',
  'hidden-files',
  'no-success-marker',
  'no-markers',
  'missing-accuracy-table',
  'swapped-folders',
  'mixed-formats',
] as const;

/** Defects of a part's bytes: line ends, encodings, other formats under the name `.csv`. */
const byteDefectNames = [
  'byte-order-mark',
  'crlf',
  'mixed-line-ends',
  'lone-cr',
  'no-final-newline',
  'blank-lines',
  'cut-mid-row',
  'invalid-utf8',
  'gzip-as-csv',
  'zip-as-csv',
  'utf16-as-csv',
  'parquet-as-csv',
] as const;

/** Defects of the header and of whole columns in one part. */
const columnDefectNames = [
  'missing-header',
  'wrong-header',
  'shuffled-columns',
  'duplicate-column',
  'columns-disagree',
  'quoted-everything',
] as const;

/** Defects of whole records. */
const recordDefectNames = [
  'repeated-header',
  'too-few-fields',
  'too-many-fields',
  'unclosed-quote',
  'stray-quote',
  'endless-line',
  'duplicate-row',
  'duplicate-row-nearly',
  'duplicate-row-different',
  'merged-exports',
] as const;

/** Defects of one field. */
const fieldDefectNames = [
  'nul-byte-in-number',
  'nul-byte-in-text',
  'second-byte-order-mark',
  'empty-target',
  'empty-forecast',
  'empty-item',
  'nan-forecast',
  'infinite-forecast',
  'negative-zero',
  'overflow-number',
  'hex-number',
  'comma-decimal',
  'space-before-number',
  'underscore-number',
  'word-in-number',
  'not-defined-forecast',
  'long-number',
  'halfway-number',
  'loose-number',
  'mixed-time-spelling',
  'impossible-date',
  'year-zero',
  'leap-second',
  'not-a-time',
  'timestamp-outside-window',
  'window-start-after-end',
  'unknown-backtest-window',
  'not-defined-partly',
  'not-defined-with-forecasts',
] as const;

/** Defects of readable rows that contradict others. */
const consistencyDefectNames = [
  'missing-step',
  'timestamp-off-frequency',
  'empty-timestamp',
  'empty-metric',
  'missing-computed-row',
  'missing-summary-row',
  'only-summary-row',
  'summary-span-wrong',
  'computed-metric-wrong',
  'summary-metric-wrong',
  'missing-window-forecasts',
  'window-without-metrics',
  'window-without-forecasts',
  'series-without-metrics',
  'series-without-forecasts',
] as const;

/** Defects that concern the shape or text of the whole export. */
const shapeDefectNames = [
  'digits-item-id',
  'formula-text',
  'hostile-text',
  'no-mean',
  'proto-column-names',
  'zero-actuals',
  'crossed-quantiles',
  'negative-forecasts',
] as const;

export type FolderDefectName = (typeof folderDefectNames)[number];
export type ByteDefectName = (typeof byteDefectNames)[number];
export type ColumnDefectName = (typeof columnDefectNames)[number];
export type RecordDefectName = (typeof recordDefectNames)[number];
export type FieldDefectName = (typeof fieldDefectNames)[number];
export type ConsistencyDefectName = (typeof consistencyDefectNames)[number];
export type ShapeDefectName = (typeof shapeDefectNames)[number];

/** Every defect that can be planted, a closed list; `describeDefect` describes each. */
export type DefectName =
  | FolderDefectName
  | ByteDefectName
  | ColumnDefectName
  | RecordDefectName
  | FieldDefectName
  | ConsistencyDefectName
  | ShapeDefectName;

/** All {@link DefectName}s, in the order of the groups above. */
export const defectNames: readonly DefectName[] = [
  ...folderDefectNames,
  ...byteDefectNames,
  ...columnDefectNames,
  ...recordDefectNames,
  ...fieldDefectNames,
  ...consistencyDefectNames,
  ...shapeDefectNames,
];
