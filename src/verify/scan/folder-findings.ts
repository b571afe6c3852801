import type { BacktestExport } from '../../export/backtest-export.ts';
import { nameList } from '../../quote-text.ts';
import type { ExportWarningCode, PartFile } from '../../export/export-catalog.ts';
import { findGaps } from '../../export/part-warnings.ts';
import { planOf } from '../../export/planned-table.ts';
import { tableNames, type TableName } from '../../schema/schema.ts';
import { successMarker } from '../../export/classify-entry.ts';
import type { VerificationPlan } from '../base/plan.ts';
import type { FindingPlace } from '../base/report.ts';
import type { FindingCode } from '../base/rules.ts';

/** What names and sizes show. */
export interface FolderFinding {
  readonly code: FindingCode;
  readonly count: number;
  readonly places: readonly FindingPlace[];
}

/** Rules that need a folder, and those that need the folder of a whole export. */
export const folderRules: readonly FindingCode[] = [
  'MARKERS_SHARED',
  'TABLE_MISPLACED',
  'PART_MISSING',
  'PART_NUMBER_REPEATED',
  'FORMATS_MIXED',
  'ENTRY_NOT_REGULAR',
  'FILE_FOREIGN',
  'SWAP_UNFINISHED',
];
export const exportFolderRules: readonly FindingCode[] = [
  'SUCCESS_MARKER_MISSING',
  'CHECK_MARKER_MISSING',
  'TABLE_MISSING',
];

/** Listing's own warnings that are findings too. */
const ofWarnings: readonly (readonly [ExportWarningCode, FindingCode])[] = [
  ['MARKERS_SHARED', 'MARKERS_SHARED'],
  ['TABLE_MISPLACED', 'TABLE_MISPLACED'],
  ['ENTRY_NOT_REGULAR', 'ENTRY_NOT_REGULAR'],
  ['FILE_FOREIGN', 'FILE_FOREIGN'],
];

/** The problems of the folder, in the order of the rules. */
export function findInFolder(plan: VerificationPlan): FolderFinding[] {
  const { bx, opened } = plan;
  const { layout } = bx;
  const columns = findOddColumns(bx);
  const swaps = findSwaps(bx);
  if (layout === 'single-file') return [...swaps, ...columns];
  const findings: FolderFinding[] = [];
  const add = (code: FindingCode, places: readonly FindingPlace[]): void => {
    if (places.length > 0) findings.push({ code, count: places.length, places });
  };
  if (layout === 'export-folder') {
    add('SUCCESS_MARKER_MISSING', bx.complete ? [] : [{ file: successMarker }]);
    add('CHECK_MARKER_MISSING', hasMarker(plan, '_CHECK') ? [] : [{ file: '_CHECK' }]);
    add('TABLE_MISSING', missingTables(plan));
  }
  for (const [warning, code] of ofWarnings) {
    const concerned = bx.warnings.filter((each) => each.code === warning);
    add(
      code,
      [...new Set(concerned.flatMap(({ paths }) => paths))].map((file) => ({ file })),
    );
  }
  for (const name of tableNames) {
    const parts = partsOf(plan, name);
    const gaps = findGaps(parts);
    add(
      'PART_MISSING',
      gaps.length === 0 ? [] : [{ file: name, detail: `without the part ${nameList(gaps.map(String))}` }],
    );
    add('PART_NUMBER_REPEATED', findRepeats(parts));
  }
  add(
    'FORMATS_MIXED',
    opened.otherFormat.map(({ path }) => ({ file: path, detail: 'not read' })),
  );
  return joinCodes([...findings, ...swaps, ...columns]);
}

/** An unfinished swap: the place is its journal, the detail says which writer it is and which side was read. */
function findSwaps({ warnings }: BacktestExport): FolderFinding[] {
  return warnings.flatMap(({ code, message, paths }): FolderFinding[] => {
    if (code !== 'SWAP_UNFINISHED') return [];
    return [{ code, count: paths.length, places: paths.map((file) => ({ file, detail: message })) }];
  });
}

/** Columns that were left out, and first columns that count the rows; each is reported for the part whose columns are known. */
function findOddColumns({ forecastedValues, accuracyMetrics, warnings }: BacktestExport): FolderFinding[] {
  const counting = new Set(warnings.flatMap(({ code, paths }) => (code === 'COLUMN_COUNTS_ROWS' ? paths : [])));
  return [forecastedValues, accuracyMetrics].flatMap((table): FolderFinding[] => {
    const { expected } = planOf(table);
    if (expected === undefined) return [];
    const { file, schema } = expected;
    const { leftOut = [], columns } = schema;
    const left = leftOut.map(({ name, field }) => ({
      file,
      column: name.trim() === '' ? `(column ${field + 1})` : name,
    }));
    const counter = counting.has(file) ? [{ file, column: columns[0]?.name ?? '' }] : [];
    return [
      ...(left.length === 0 ? [] : [{ code: 'COLUMN_LEFT_OUT' as const, count: left.length, places: left }]),
      ...counter.map((place) => ({ code: 'COLUMN_COUNTS_ROWS' as const, count: 1, places: [place] })),
    ];
  });
}

/** Whether part numbers of a table are missing, as far as the folder shows. */
export function hasGaps(plan: VerificationPlan, name: TableName): boolean {
  return plan.bx.layout !== 'single-file' && findGaps(partsOf(plan, name)).length > 0;
}

function hasMarker({ bx }: VerificationPlan, marker: string): boolean {
  return bx.catalog.markers.some((path) => path === marker || path.endsWith(`/${marker}`));
}

function missingTables(plan: VerificationPlan): FindingPlace[] {
  return tableNames.filter((name) => partsOf(plan, name).length === 0).map((file) => ({ file }));
}

function partsOf({ parts }: VerificationPlan, name: TableName): PartFile[] {
  return parts
    .filter((planned) => planned.name === name)
    .map(({ part }) => part)
    .sort((a, b) => a.number - b.number);
}

function findRepeats(parts: readonly PartFile[]): FindingPlace[] {
  return parts.flatMap(({ number, path }, index) => {
    const earlier = parts[index - 1];
    return earlier?.number === number ? [{ file: path, of: { file: earlier.path } }] : [];
  });
}

function joinCodes(findings: readonly FolderFinding[]): FolderFinding[] {
  const codes = [...new Set(findings.map(({ code }) => code))];
  return codes.map((code) => {
    const places = findings.filter((finding) => finding.code === code).flatMap((finding) => finding.places);
    return { code, count: places.length, places };
  });
}
