import {
  createMemoryStorage,
  verifyExport,
  type FindingCode,
  type FindingPlace,
  type MemoryStorage,
  type Storage,
  type VerificationReport,
  type VerifyOptions,
} from '#src/index.js';
import {
  generateExport,
  type DefectName,
  type DefectOption,
  type GenerateOptions,
  type PlantedDefect,
} from '#src/testing/index.js';
import { asidePath, formatJournal, journalName } from '#src/export/swap/journal.js';
import { deadOwner, journalOf } from './journal.ts';

/** How one rule is broken, and all that must be found then: `CODE count place; place …`. */
export interface VerifyCase {
  readonly defect?: DefectName | DefectOption;
  readonly options?: GenerateOptions;
  /** What else is done to the export. */
  readonly change?: (storage: MemoryStorage) => Storage | void;
  readonly verify?: VerifyOptions;
  /** Whether the finding stands where the generator says that the defect was planted; else the first list says where. */
  readonly atPlanted: boolean;
  readonly expected: readonly string[];
}

/** The export into which every defect is planted. */
export const smallExport: GenerateOptions = Object.freeze({
  items: 12,
  windows: 2,
  horizon: 6,
  parts: 3,
  dimensions: [{ name: 'store', cardinality: 2 }],
});

const forecastPart = 'forecasted-values/Forecasts_synthetic_backtest_2021-12-14T13-20-10Z_part';

/** A storage in which one more entry is named as a part is, and is a folder. */
function withIrregular(storage: MemoryStorage): Storage {
  const list: Storage['list'] = async (folder) => {
    const entries = await storage.list(folder);
    if (folder !== 'forecasted-values') return entries;
    return [...entries, { path: `${forecastPart}3.csv`, kind: 'folder', size: 0, version: '' }];
  };
  return Object.assign(Object.create(storage) as Storage, {
    list,
    open: storage.open.bind(storage),
    location: storage.location,
    folderName: storage.folderName,
    transfer: undefined,
  });
}

/** Changes every line of every part. */
function rewriteLines(storage: MemoryStorage, change: (line: string, index: number) => string): void {
  for (const table of ['forecasted-values/Forecasts', 'accuracy-metrics-values/Accuracy']) {
    for (let part = 0; part < 3; part++) {
      const path = `${table}_synthetic_backtest_2021-12-14T13-20-10Z_part${part}.csv`;
      const bytes = storage.get(path);
      if (bytes === undefined) continue;
      const lines = new TextDecoder().decode(bytes).trimEnd().split('\n');
      storage.put(path, `${lines.map(change).join('\n')}\n`);
    }
  }
}

/** One row of forecasts for each item. */
const oneStep: GenerateOptions = {
  items: 3,
  parts: 1,
  windows: 1,
  horizon: 1,
  dimensions: [{ name: 'store', cardinality: 1 }],
};

/** A folder whose writer ended in the middle of a swap: part 0 of forecasted-values is set aside, another has its name. */
function swapHalfway(storage: MemoryStorage): void {
  const path = `${forecastPart}0.csv`;
  const old = storage.get(path) ?? new Uint8Array();
  const temporary = 'forecasted-values/.backtest-export-p01234567-12-345-0f0f0f0f-0000-4000-8000-000000000000.tmp';
  const replaced = { path, size: old.length, kept: false };
  const journal = journalOf({ owner: deadOwner(), added: [{ path, temporary, size: 3 }], replaced: [replaced] });
  storage.put(asidePath(journal, replaced, 0), old);
  storage.put(path, 'new');
  storage.put(journalName, [...formatJournal(journal)].join(''));
}

/** The row index that pandas adds: a first column without a name. */
function withRowIndex(storage: MemoryStorage): void {
  rewriteLines(storage, (line, index) => `${index === 0 ? '' : index - 1},${line}`);
}

/** By rule how it is broken. `F1:26` is line 26 of part 1 of forecasted-values, `A` of accuracy-metrics-values. */
export const verifyCases: Readonly<Record<FindingCode, VerifyCase>> = {
  SUCCESS_MARKER_MISSING: {
    defect: 'no-success-marker',
    atPlanted: true,
    expected: ['error SUCCESS_MARKER_MISSING 1 _SUCCESS'],
  },
  CHECK_MARKER_MISSING: {
    options: { markers: ['_SUCCESS'] },
    atPlanted: false,
    expected: ['warn CHECK_MARKER_MISSING 1 _CHECK'],
  },
  MARKERS_SHARED: {
    defect: 'second-export-in-folder',
    verify: { open: { exportedAt: 'latest' } },
    atPlanted: false,
    expected: ['warn MARKERS_SHARED 2 _CHECK; _SUCCESS'],
  },
  TABLE_MISSING: {
    defect: 'missing-accuracy-table',
    atPlanted: true,
    expected: ['error TABLE_MISSING 1 accuracy-metrics-values'],
  },
  TABLE_MISPLACED: {
    defect: 'swapped-folders',
    atPlanted: false,
    expected: ['error TABLE_MISPLACED 6 A0; A1; A2'],
  },
  PART_MISSING: {
    defect: 'missing-part',
    atPlanted: false,
    expected: ['error PART_MISSING 1 forecasted-values'],
  },
  PART_NUMBER_REPEATED: {
    defect: 'part-number-repeated',
    atPlanted: true,
    expected: ['error PART_NUMBER_REPEATED 1 F0 of F0'],
  },
  PART_REPEATED: {
    defect: 'duplicate-part',
    atPlanted: true,
    expected: ['error PART_REPEATED 1 F3 of F0'],
  },
  FORMATS_MIXED: {
    defect: 'mixed-formats',
    atPlanted: true,
    expected: ['error FORMATS_MIXED 1 F0'],
  },
  PART_COLUMNS_DIFFER: {
    defect: 'columns-disagree',
    atPlanted: true,
    expected: ['error PART_COLUMNS_DIFFER 1 F0:1'],
  },
  PART_UNREADABLE: {
    defect: 'word-in-number',
    atPlanted: true,
    expected: ['error PART_UNREADABLE 1 F0:49 mean'],
  },
  ENTRY_NOT_REGULAR: {
    change: withIrregular,
    atPlanted: false,
    expected: ['error ENTRY_NOT_REGULAR 1 F3'],
  },
  FILE_FOREIGN: {
    defect: 'foreign-file',
    atPlanted: false,
    expected: ['warn FILE_FOREIGN 2 notes.txt; forecasted-values/README.md'],
  },
  SWAP_UNFINISHED: {
    change: swapHalfway,
    atPlanted: false,
    expected: ['warn SWAP_UNFINISHED 1 .backtest-export-swap.jsonl'],
  },
  COLUMN_LEFT_OUT: {
    change: withRowIndex,
    verify: { open: { indexColumns: 'drop' } },
    atPlanted: false,
    expected: ['warn COLUMN_LEFT_OUT 2 F0 (column 1); A0 (column 1)'],
  },
  COLUMN_COUNTS_ROWS: {
    options: { ...oneStep, itemColumn: 'sku' },
    change: (storage) => rewriteLines(storage, (line) => line.replace(/^[a-z_]*?0*(\d+),/, '$1,')),
    atPlanted: false,
    expected: ['warn COLUMN_COUNTS_ROWS 1 F0 sku'],
  },
  EXPORTS_MERGED: {
    defect: 'merged-exports',
    atPlanted: false,
    expected: ['error EXPORTS_MERGED 2 F0; A0'],
  },
  HEADER_REPEATED: {
    defect: 'repeated-header',
    atPlanted: true,
    expected: ['error HEADER_REPEATED 1 F0:50'],
  },
  DUPLICATE_EXACT: {
    defect: 'duplicate-row',
    atPlanted: true,
    expected: ['error DUPLICATE_EXACT 1 F0:50 of F0:49'],
  },
  DUPLICATE_NEAR: {
    defect: 'duplicate-row-nearly',
    atPlanted: true,
    expected: ['error DUPLICATE_NEAR 1 F0:50 of F0:49'],
  },
  DUPLICATE_DIFFERENT: {
    defect: 'duplicate-row-different',
    atPlanted: true,
    expected: ['error DUPLICATE_DIFFERENT 1 F0:50 of F0:49'],
  },
  ITEM_EMPTY: {
    defect: 'empty-item',
    atPlanted: true,
    expected: ['error ITEM_EMPTY 1 F0:49', 'error STEP_MISSING 1 F0:44'],
  },
  TIME_MISSING: {
    defect: 'empty-timestamp',
    atPlanted: true,
    expected: ['error TIME_MISSING 1 F0:49', 'error STEP_MISSING 1 F0:44'],
  },
  TIME_OUTSIDE_WINDOW: {
    defect: 'timestamp-outside-window',
    atPlanted: true,
    expected: ['error TIME_OUTSIDE_WINDOW 1 F0:49'],
  },
  TIME_OFF_FREQUENCY: {
    defect: 'timestamp-off-frequency',
    atPlanted: true,
    expected: ['error TIME_OFF_FREQUENCY 1 F0:49'],
  },
  STEP_MISSING: {
    defect: 'missing-step',
    atPlanted: false,
    expected: ['error STEP_MISSING 1 F0:44'],
  },
  WINDOW_REVERSED: {
    defect: 'window-start-after-end',
    atPlanted: true,
    expected: ['error STEP_MISSING 1 F0:44', 'error WINDOW_REVERSED 1 F0:49'],
  },
  WINDOWS_OVERLAP: {
    options: { windowOffset: 3 },
    atPlanted: false,
    expected: ['warn WINDOWS_OVERLAP 1 F0:8'],
  },
  WINDOW_KIND_UNKNOWN: {
    defect: 'unknown-backtest-window',
    atPlanted: true,
    expected: ['error WINDOW_KIND_UNKNOWN 1 A0:14'],
  },
  ACTUAL_MISSING: {
    defect: 'empty-target',
    atPlanted: true,
    expected: ['warn ACTUAL_MISSING 1 F0:49 target_value'],
  },
  FORECAST_MISSING: {
    defect: 'empty-forecast',
    atPlanted: true,
    expected: ['error FORECAST_MISSING 1 F0:49 mean'],
  },
  METRIC_MISSING: {
    defect: 'empty-metric',
    atPlanted: true,
    expected: ['error METRIC_MISSING 1 A0:14 wQL[0.1]'],
  },
  NUMBER_NOT_FINITE: {
    defect: 'infinite-forecast',
    atPlanted: true,
    expected: ['error NUMBER_NOT_FINITE 1 F0:49 mean'],
  },
  NOT_DEFINED_PARTLY: {
    defect: 'not-defined-partly',
    atPlanted: true,
    expected: ['error NOT_DEFINED_PARTLY 1 A0:14 wQL[0.1]'],
  },
  FORECAST_NEGATIVE: {
    options: { negativeForecasts: 0.01 },
    atPlanted: false,
    expected: ['warn FORECAST_NEGATIVE 4 F0:6 mean; F0:6 p10; F0:6 p50'],
  },
  QUANTILES_CROSSED: {
    defect: 'crossed-quantiles',
    atPlanted: false,
    expected: ['warn QUANTILES_CROSSED 108 F0:2 p50; F0:8 p50; F0:9 p50'],
  },
  WINDOW_WITHOUT_METRICS: {
    defect: 'window-without-metrics',
    atPlanted: false,
    expected: ['error WINDOW_WITHOUT_METRICS 1 F0:2'],
  },
  WINDOW_WITHOUT_FORECASTS: {
    defect: 'window-without-forecasts',
    atPlanted: false,
    expected: ['error WINDOW_WITHOUT_FORECASTS 1 A0:2'],
  },
  SERIES_WITHOUT_METRICS: {
    defect: 'series-without-metrics',
    atPlanted: false,
    expected: ['error SERIES_WITHOUT_METRICS 1 F0:38'],
  },
  SERIES_WITHOUT_FORECASTS: {
    defect: 'series-without-forecasts',
    atPlanted: false,
    expected: ['error SERIES_WITHOUT_FORECASTS 1 A0:11'],
  },
  METRICS_ABSENT: {
    defect: 'missing-computed-row',
    atPlanted: false,
    expected: ['error METRICS_ABSENT 1 F0:50'],
  },
  FORECASTS_ABSENT: {
    defect: 'missing-window-forecasts',
    atPlanted: false,
    expected: ['error FORECASTS_ABSENT 1 A0:12'],
  },
  NOT_DEFINED_WITH_FORECASTS: {
    defect: 'not-defined-with-forecasts',
    atPlanted: true,
    expected: ['error NOT_DEFINED_WITH_FORECASTS 1 A0:14'],
  },
  SUMMARY_ABSENT: {
    defect: 'missing-summary-row',
    atPlanted: false,
    expected: ['error SUMMARY_ABSENT 1 A0:11'],
  },
  COMPUTED_ABSENT: {
    defect: 'only-summary-row',
    atPlanted: true,
    expected: ['error METRICS_ABSENT 2 F0:50; F0:56', 'error COMPUTED_ABSENT 1 A0:14'],
  },
  SUMMARY_SPAN: {
    defect: 'summary-span-wrong',
    atPlanted: true,
    expected: ['error SUMMARY_SPAN 1 A0:13'],
  },
  COMPUTED_DIFFERS: {
    defect: 'computed-metric-wrong',
    atPlanted: true,
    expected: ['error COMPUTED_DIFFERS 1 A0:14 wQL[0.1]', 'error SUMMARY_DIFFERS 1 A0:16 wQL[0.1]'],
  },
  SUMMARY_DIFFERS: {
    defect: 'summary-metric-wrong',
    atPlanted: true,
    expected: ['error SUMMARY_DIFFERS 1 A0:13 wQL[0.1]'],
  },
};

/** Plants what breaks a rule into the small export and verifies it. */
export async function runCase(
  { defect, options, change, verify }: VerifyCase,
  maxPlaces = 3,
): Promise<{ readonly report: VerificationReport; readonly planted: PlantedDefect | undefined }> {
  const storage = createMemoryStorage();
  const defects = defect === undefined ? [] : [defect];
  const made = await generateExport(storage, { ...smallExport, ...options, defects });
  const report = await verifyExport(change?.(storage) ?? storage, Object.freeze({ maxPlaces, ...verify }));
  return { report, planted: made.planted[0] };
}

/** The findings of a report, one line each. */
export function describeFindings({ findings }: VerificationReport): string[] {
  return findings.map(({ severity, code, count, places }) =>
    `${severity} ${code} ${count} ${places.map(showPlace).join('; ')}`.trim(),
  );
}

function showPlace({ file, record, line, column, of }: FindingPlace): string {
  const short = file.replace(
    /^(f|a)(?:orecasted|ccuracy-metrics)-values\/.*?(\d+)\.(?:csv|parquet)$/,
    (_, table: string, part: string) => `${table.toUpperCase()}${part}`,
  );
  const at = line === undefined ? (record === undefined ? '' : `#${record}`) : `:${line}`;
  return `${short}${at}${column === undefined ? '' : ` ${column}`}${of === undefined ? '' : ` of ${showPlace(of)}`}`;
}
