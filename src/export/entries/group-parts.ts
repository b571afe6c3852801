import { exportKey } from '../../naming/export-identity.ts';
import { quoteList } from '../../quote-text.ts';
import type { ExportFormat } from '../../naming/part-extension.ts';
import { byTable, tableNames, type TableName } from '../../schema/schema.ts';
import { compareText } from '../../storage/storage-path.ts';
import { successMarker, type NamedPart } from './classify-entry.ts';
import type { ExportCatalog, ExportWarning, FoundExport, PartFile } from './export-catalog.ts';
import { findFormatWarning, findPartWarnings, findPlaceWarnings } from './part-warnings.ts';

/** What {@link groupParts} needs from the catalog. */
export type GroupContext = Pick<ExportCatalog, 'layout' | 'markers'>;

/** Groups parts into exports by job name and instant, across folders. One pass and one sort; no file access. */
export function groupParts(parts: readonly NamedPart[], context: GroupContext): FoundExport[] {
  const groups = new Map<string, NamedPart[]>();
  for (const part of parts) {
    const key = exportKey(part) ?? '';
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [part]);
    else group.push(part);
  }
  return [...groups.values()].map((group) => makeExport(group, context, groups.size)).sort(compareExports);
}

function makeExport(parts: readonly NamedPart[], context: GroupContext, exports: number): FoundExport {
  const sorted = parts.map(({ part }) => part).sort(compareParts);
  const tables = byTable((table) => partsOf(sorted, table));
  const undecided = partsOf(sorted, undefined);
  const complete = isComplete(parts, context.markers);
  const warnings: ExportWarning[] = [
    ...findMarkerWarnings(context, complete, exports),
    ...(context.layout === 'export-folder' ? findMissingTables(tables, undecided) : []),
    ...findFormatWarning(parts),
    ...findPlaceWarnings(parts),
  ];
  if (context.layout !== 'single-file') {
    const found = tableNames.map((table) => findPartWarnings(tables[table], table));
    for (const warning of [...found.flat(), ...findPartWarnings(undecided, 'the export')]) warnings.push(warning);
  }
  const first = parts[0];
  return {
    jobName: first?.jobName,
    exportedAt: first?.exportedAt,
    exportedAtText: first?.exportedAtText,
    formats: formatsOf(sorted),
    tables,
    undecided,
    complete,
    warnings,
  };
}

function partsOf(parts: readonly PartFile[], table: TableName | undefined): PartFile[] {
  return parts.filter((part) => part.table === table);
}

function formatsOf(parts: readonly PartFile[]): ExportFormat[] {
  const formats: readonly ExportFormat[] = ['CSV', 'PARQUET'];
  return formats.filter((format) => parts.some((part) => part.format === format));
}

function isComplete(parts: readonly NamedPart[], markers: readonly string[]): boolean {
  if (markers.includes(successMarker)) return true;
  return parts.every(({ folder }) => folder !== '' && markers.includes(`${folder}/${successMarker}`));
}

function findMarkerWarnings({ layout, markers }: GroupContext, complete: boolean, exports: number): ExportWarning[] {
  if (layout === 'single-file') return [];
  if (!complete) {
    const place = layout === 'part-folder' ? ' here (it may be in the parent folder)' : '';
    const message = `no ${successMarker} file${place}, which is written last: the export may be incomplete`;
    return [{ code: 'SUCCESS_MISSING', message, paths: [] }];
  }
  if (exports < 2) return [];
  const message = `${exports} exports share the folder and its ${quoteList(markers, 5)}: one of them may still be incomplete`;
  return [{ code: 'MARKERS_SHARED', message, paths: markers }];
}

function findMissingTables(tables: FoundExport['tables'], undecided: readonly PartFile[]): ExportWarning[] {
  if (undecided.length > 0) return [];
  return tableNames
    .filter((table) => tables[table].length === 0)
    .map((table) => ({ code: 'TABLE_MISSING', message: `the export has no part of ${table}`, paths: [] }));
}

function compareParts(left: PartFile, right: PartFile): number {
  return left.number - right.number || compareText(left.path, right.path);
}

function compareExports(left: FoundExport, right: FoundExport): number {
  const times = (left.exportedAt?.getTime() ?? 0) - (right.exportedAt?.getTime() ?? 0);
  return times || compareText(left.jobName ?? '', right.jobName ?? '');
}
