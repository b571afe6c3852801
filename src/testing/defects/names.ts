/** The defects by group, a closed list; `describeDefect` describes each. */
const groups = {
  /** Of the folder and of file names. */
  folder: [
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
  ],
  /** Of a part's bytes: line ends, encodings, other formats under the name `.csv`. */
  byte: [
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
  ],
  /** Of the header and of whole columns in one part. */
  column: [
    'missing-header',
    'wrong-header',
    'shuffled-columns',
    'duplicate-column',
    'columns-disagree',
    'quoted-everything',
  ],
  /** Of whole records. */
  record: [
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
  ],
  /** Of one field. */
  field: [
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
  ],
  /** Of readable rows that contradict others. */
  consistency: [
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
  ],
  /** About the shape or text of the whole export. */
  shape: [
    'digits-item-id',
    'formula-text',
    'hostile-text',
    'no-mean',
    'proto-column-names',
    'zero-actuals',
    'crossed-quantiles',
    'negative-forecasts',
  ],
} as const;

/** The defects of one group. */
export type DefectNameOf<Group extends keyof typeof groups> = (typeof groups)[Group][number];

/** Every defect that can be planted. */
export type DefectName = DefectNameOf<keyof typeof groups>;

/** All {@link DefectName}s, in the order of the groups above. */
export const defectNames: readonly DefectName[] = Object.values(groups).flat();
