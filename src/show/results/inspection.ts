import type { HiddenFile } from '../../export/entries/export-catalog.ts';
import { boundMessage } from '../../quote-text.ts';
import type { ColumnSchema, TableName } from '../../schema/schema.ts';
import { tableSection, type Document, type Fact, type Section } from '../layout/document.ts';
import { showBytes, showCount, showExport, showNames, showText } from '../values/show-value.ts';
import { exportColumns } from './export-columns.ts';
import type { InspectedExport, InspectedTable, Inspection } from './inspect-exports.ts';

/** What `inspect` prints: the list of exports, then each of those that were opened, then the folder. */
export function describeInspection(result: Inspection): Document {
  const opened = result.exports.filter((found) => found.tables !== undefined || found.error !== undefined);
  return {
    sections: () => [
      ...(result.exports.length === 1 ? [] : [catalogSection(result)]),
      ...opened.map((found) => exportSection(found, result.location)),
      ...(result.layout === 'single-file' ? [] : folderSections(result)),
    ],
    data: result,
  };
}

function catalogSection({ location, exports }: Inspection): Section {
  const title = `${showText(location)}: ${showCount(exports.length, 'export')}`;
  if (exports.length === 0) return { title };
  return {
    title,
    ...tableSection(exports, exportColumns),
  };
}

function exportSection(found: InspectedExport, location: string): Section {
  const { formats, complete, tables, formulas, warnings, error } = found;
  return {
    title: showExport(found, location),
    facts: [
      ['format', formats.join(', ')],
      ['complete', complete ? 'yes' : 'unknown: no _SUCCESS marker'],
      ...(tables === undefined ? [] : tableFacts(found, tables)),
      ...(formulas?.count === 0
        ? [['formula cells', formulas.complete ? 'none' : `none in the first ${formulas.rowsScanned} rows`] as const]
        : []),
      ...warnings.map(({ code, message }) => ['warning', `${code}: ${boundMessage(message)}`] as const),
      ...(error === undefined ? [] : [['error', `${error.code}: ${error.message}`] as const]),
    ],
  };
}

type Tables = NonNullable<InspectedExport['tables']>;

function tableFacts({ itemColumn = '', dimensions = [], forecastTypes = [] }: InspectedExport, tables: Tables): Fact[] {
  const columns = Object.values(tables).find((table) => table !== null)?.columns ?? [];
  const places = new Map(columns.map(({ name }, place) => [name, place]));
  return [
    ['item column', showText(itemColumn)],
    ['dimensions', showNames(dimensions.map((name) => nameOrPlace(name, places.get(name) ?? -1)))],
    ['forecast types', showNames(forecastTypes)],
    ['metrics', showNames(metricColumns(tables['accuracy-metrics-values']))],
    ...sizeFacts('forecasted-values', tables),
    ...sizeFacts('accuracy-metrics-values', tables),
  ];
}

/** A column by its name, or by its place where it has none. */
function nameOrPlace(name: string, place: number): string {
  return name.trim() === '' ? `(column ${place + 1})` : name;
}

function metricColumns(table: InspectedTable | null): string[] {
  const columns: readonly ColumnSchema[] = table?.columns ?? [];
  return columns.filter((column) => column.role === 'metric').map((column) => column.name);
}

function sizeFacts(name: TableName, tables: Tables): Fact[] {
  const table = tables[name];
  if (table === null) return [[name, 'none']];
  const empty = table.emptyParts === 0 ? '' : ` (${table.emptyParts} empty)`;
  const columns = table.columns.map((column, place) => nameOrPlace(column.name, place));
  return [
    [name, `${showCount(table.parts, 'part')}${empty}, ${showBytes(table.bytes)}`],
    ['  columns', showNames(columns, 40)],
  ];
}

function folderSections({ markers, ignored, hidden, foreign, warnings }: Inspection): Section[] {
  const warned = warnings.filter(({ code }) => code !== 'FILE_FOREIGN'); // the list of what was not read says more
  const lists: Section[] = [
    {
      title: 'Left by writers',
      notes: capped(hidden.map((file) => `${showText(file.path)}: ${describeHidden(file)}`)),
    },
    { title: 'Not read', notes: capped(foreign.map(({ path, reason }) => `${showText(path)}: ${showText(reason)}`)) },
    { title: 'Warnings', notes: warned.map(({ code, message }) => `${code}: ${boundMessage(message)}`) },
  ];
  const facts: Fact[] = [
    ['markers', showNames(markers)],
    ['ignored', showNames(ignored)],
  ];
  return [{ title: 'Folder', facts }, ...lists.filter(({ notes = [] }) => notes.length > 0)];
}

const mostForeign = 20;

function capped(lines: readonly string[]): readonly string[] {
  const left = lines.length - mostForeign;
  return left > 0 ? [...lines.slice(0, mostForeign), `and ${left} more`] : lines;
}

function describeHidden({ size, kind, writer }: HiddenFile): string {
  if (kind === 'set-aside') return `an earlier file of ${showBytes(size)}, set aside while others take its place`;
  if (kind === 'journal') return "a writer's record of what it replaces";
  if (kind === 'upload' && writer === 'alive') return 'an upload to S3 that is not complete yet';
  if (kind === 'upload') {
    const begun = 'an upload to S3 that was never completed;';
    return writer === 'dead'
      ? `${begun} its process has ended, and the next write removes it`
      : `${begun} left by another machine, removed after a day`;
  }
  if (writer === 'alive') return `${showBytes(size)}, being written, without its final name yet`;
  const unnamed = `${showBytes(size)}, unfinished;`;
  if (writer === 'dead') return `${unnamed} its process has ended, and the next write removes it`;
  return `${unnamed} left by another machine or an earlier version, removed after a day without changes`;
}
