import type { BacktestExport } from '../../export/find/backtest-export.ts';
import { nameList } from '../../quote-text.ts';
import type { PartFile } from '../../export/entries/export-catalog.ts';
import { findGaps } from '../../export/entries/part-warnings.ts';
import { planOf } from '../../export/tables/planned-table.ts';
import { tableNames, type TableName } from '../../schema/schema.ts';
import { successMarker } from '../../export/entries/classify-entry.ts';
import type { VerificationPlan } from '../base/plan.ts';
import type { FindingPlace } from '../base/report.ts';
import type { FindingCode } from '../base/rules.ts';

/** What names and sizes show: the places of each finding. */
export type FolderFindings = ReadonlyMap<FindingCode, readonly FindingPlace[]>;

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

type AddFinding = (code: FindingCode, places: readonly FindingPlace[]) => void;

/** The problems of the folder. */
export function findInFolder(plan: VerificationPlan): FolderFindings {
  const { layout, warnings } = plan.bx;
  const found = new Map<FindingCode, readonly FindingPlace[]>();
  const add: AddFinding = (code, places) => {
    if (places.length > 0) found.set(code, [...(found.get(code) ?? []), ...places]);
  };
  if (layout === 'export-folder') addMissing(plan, add);
  if (layout !== 'single-file') addPartFindings(plan, add);
  for (const { code, message, paths } of warnings) {
    // the place of an unfinished swap is its journal; the message says which writer it is and which side was read
    if (code === 'SWAP_UNFINISHED')
      add(
        code,
        paths.map((file) => ({ file, detail: message })),
      );
  }
  addOddColumns(plan.bx, add);
  return found;
}

function addMissing(plan: VerificationPlan, add: AddFinding): void {
  const { complete, catalog } = plan.bx;
  if (!complete) add('SUCCESS_MARKER_MISSING', [{ file: successMarker }]);
  const isChecked = catalog.markers.some((path) => path === '_CHECK' || path.endsWith('/_CHECK'));
  if (!isChecked) add('CHECK_MARKER_MISSING', [{ file: '_CHECK' }]);
  const missing = tableNames.filter((name) => partsOf(plan, name).length === 0);
  add(
    'TABLE_MISSING',
    missing.map((file) => ({ file })),
  );
}

function addPartFindings(plan: VerificationPlan, add: AddFinding): void {
  const { bx, opened } = plan;
  for (const code of ['MARKERS_SHARED', 'TABLE_MISPLACED', 'ENTRY_NOT_REGULAR', 'FILE_FOREIGN'] as const) {
    const paths = new Set(bx.warnings.flatMap((warning) => (warning.code === code ? warning.paths : [])));
    add(
      code,
      Array.from(paths, (file) => ({ file })),
    );
  }
  for (const name of tableNames) {
    const parts = partsOf(plan, name);
    const gaps = findGaps(parts);
    if (gaps.length > 0)
      add('PART_MISSING', [{ file: name, detail: `without the part ${nameList(gaps.map(String))}` }]);
    add('PART_NUMBER_REPEATED', findRepeats(parts));
  }
  add(
    'FORMATS_MIXED',
    opened.otherFormat.map(({ path }) => ({ file: path, detail: 'not read' })),
  );
}

/** Columns that were left out, and first columns that count the rows; each is reported for the part whose columns are known. */
function addOddColumns({ forecastedValues, accuracyMetrics, warnings }: BacktestExport, add: AddFinding): void {
  const counting = new Set(warnings.flatMap(({ code, paths }) => (code === 'COLUMN_COUNTS_ROWS' ? paths : [])));
  for (const table of [forecastedValues, accuracyMetrics]) {
    const { file, schema } = planOf(table).expected ?? {};
    if (file === undefined || schema === undefined) continue;
    const nameOf = (name: string, field: number): string => (name.trim() === '' ? `(column ${field + 1})` : name);
    const leftOut = schema.leftOut ?? [];
    add(
      'COLUMN_LEFT_OUT',
      leftOut.map(({ name, field }) => ({ file, column: nameOf(name, field) })),
    );
    if (counting.has(file)) add('COLUMN_COUNTS_ROWS', [{ file, column: schema.columns[0]?.name ?? '' }]);
  }
}

/** Whether part numbers of a table are missing, as far as the folder shows. */
export function hasGaps(plan: VerificationPlan, name: TableName): boolean {
  return plan.bx.layout !== 'single-file' && findGaps(partsOf(plan, name)).length > 0;
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
