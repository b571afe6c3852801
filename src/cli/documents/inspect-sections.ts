import type { HiddenFile } from '../../export/export-catalog.ts';
import { boundMessage } from '../../quote-text.ts';
import type { ColumnSchema, TableName } from '../../schema/schema.ts';
import type { InspectedExport, InspectedTable, Inspection } from './inspect-exports.ts';
import { factsSection, joinNames, listSection, tableSection } from '../print/sections.ts';
import { noFigure, showBytes, showCount, showText, showTime } from '../print/show-value.ts';
import type { Style } from '../print/style.ts';
import type { TableColumn } from '../print/table.ts';

/** What `inspect` prints for people: the list of exports, then each of those that were opened, then the folder. */
export function inspectSections(result: Inspection, style: Style): string {
  const opened = result.exports.filter((found) => found.tables !== undefined || found.error !== undefined);
  const sections = [
    result.exports.length === 1 ? '' : catalogSection(result, style),
    ...opened.map((found) => exportSection(found, result.location, style)),
    folderSection(result, style),
  ];
  return sections.filter((section) => section !== '').join('\n');
}

function catalogSection(result: Inspection, style: Style): string {
  const columns: TableColumn[] = [
    { header: 'job' },
    { header: 'exported at', whole: true },
    { header: 'format', drop: 3 },
    { header: 'parts', align: 'right', drop: 2 },
    { header: 'size', align: 'right', drop: 1 },
    { header: 'complete', drop: 4 },
  ];
  const rows = result.exports.map((found) => [
    found.jobName ?? noFigure,
    found.exportedAtText ?? noFigure,
    found.formats.join(', '),
    String(found.parts),
    showBytes(found.bytes),
    found.complete ? 'yes' : 'no',
  ]);
  const title = `${showText(result.location)}: ${showCount(result.exports.length, 'export')}`;
  return rows.length === 0 ? factsSection(title, [], style) : tableSection(title, columns, rows, style);
}

function exportSection(found: InspectedExport, location: string, style: Style): string {
  const name = found.jobName === null ? showText(location) : showText(found.jobName);
  const title = found.exportedAt === null ? name : `${name}, exported ${showTime(found.exportedAt)}`;
  const facts: [string, string][] = [
    ['format', found.formats.join(', ')],
    ['complete', found.complete ? 'yes' : 'not known: no _SUCCESS marker'],
  ];
  if (found.tables !== undefined) {
    facts.push(
      ['item column', showText(found.itemColumn ?? '')],
      ['dimensions', joinNames((found.dimensions ?? []).map((name) => showColumn(name, found)))],
      ['forecast types', joinNames(found.forecastTypes ?? [])],
      ['metrics', joinNames(metricColumns(found.tables['accuracy-metrics-values']))],
      ...tableFacts('forecasted-values', found.tables),
      ...tableFacts('accuracy-metrics-values', found.tables),
    );
  }
  if (found.formulas !== undefined && found.formulas !== null && found.formulas.count === 0) {
    const { complete, rowsScanned } = found.formulas;
    facts.push(['formula cells', complete ? 'none' : `none in the first ${rowsScanned} rows`]);
  }
  for (const { code, message } of found.warnings) facts.push(['warning', `${code}: ${boundMessage(message)}`]);
  if (found.error !== undefined) facts.push(['error', `${found.error.code}: ${found.error.message}`]);
  return factsSection(title, facts, style);
}

/** A dimension by its name, or by its place where it has none. */
function showColumn(name: string, { tables }: InspectedExport): string {
  const columns = Object.values(tables ?? {}).find((table) => table !== null)?.columns ?? [];
  return nameOrPlace(
    name,
    columns.findIndex((column) => column.name === name),
  );
}

function nameOrPlace(name: string, place: number): string {
  return name.trim() === '' ? `(column ${place + 1})` : showText(name);
}

function metricColumns(table: InspectedTable | null): string[] {
  const columns: readonly ColumnSchema[] = table?.columns ?? [];
  return columns.filter((column) => column.role === 'metric').map((column) => showText(column.name));
}

function tableFacts(name: TableName, tables: Readonly<Record<TableName, InspectedTable | null>>): [string, string][] {
  const table = tables[name];
  if (table === null) return [[name, 'none']];
  const empty = table.emptyParts === 0 ? '' : ` (${table.emptyParts} empty)`;
  return [
    [name, `${showCount(table.parts, 'part')}${empty}, ${showBytes(table.bytes)}`],
    [
      '  columns',
      joinNames(
        table.columns.map(({ name }, place) => nameOrPlace(name, place)),
        40,
      ),
    ],
  ];
}

function folderSection(result: Inspection, style: Style): string {
  if (result.layout === 'single-file') return '';
  const facts: [string, string][] = [
    ['markers', joinNames(result.markers.map(showText))],
    ['ignored', joinNames(result.ignored.map(showText))],
  ];
  const hidden = result.hidden.map((file) => `${showText(file.path)}: ${describeHidden(file)}`);
  const other = result.foreign.map(({ path, reason }) => `${showText(path)}: ${showText(reason)}`);
  const warnings = result.warnings
    .filter(({ code }) => code !== 'FILE_FOREIGN') // the list of what was not read says more
    .map(({ code, message }) => `${code}: ${boundMessage(message)}`);
  return [
    factsSection('Folder', facts, style),
    hidden.length === 0 ? '' : listSection('Left by writers', capped(hidden), style),
    other.length === 0 ? '' : listSection('Not read', capped(other), style),
    warnings.length === 0 ? '' : listSection('Warnings', warnings, style),
  ]
    .filter((section) => section !== '')
    .join('\n');
}

const mostForeign = 20;

function capped(lines: readonly string[]): string[] {
  const left = lines.length - mostForeign;
  return left > 0 ? [...lines.slice(0, mostForeign), `and ${left} more`] : [...lines];
}

function describeHidden({ size, kind, writer }: HiddenFile): string {
  if (kind === 'set-aside') return `an earlier file of ${showBytes(size)}, set aside while others take its place`;
  if (kind === 'journal') return "a writer's record of what it replaces";
  if (writer === 'alive') return `${showBytes(size)}, being written; it has no name yet`;
  const unnamed = `${showBytes(size)}, never given its name;`;
  if (writer === 'dead') return `${unnamed} its process has ended; the next write removes it`;
  return `${unnamed} of another machine or an earlier version; removed after a day without a change`;
}
