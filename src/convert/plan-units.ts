import { BacktestExportError, quoteText } from '../errors.ts';
import type { BacktestExport, ExportTable } from '../export/find/backtest-export.ts';
import type { PartFile } from '../export/entries/export-catalog.ts';
import { partSources } from '../export/tables/planned-table.ts';
import { formatPartExtension, parsePartExtension, type ExportFormat } from '../naming/part-extension.ts';
import { formatPartName } from '../naming/part-name.ts';
import type { TableName } from '../schema/schema.ts';
import type { ConvertOptions } from './conversion.ts';
import type { UnitPlan, UnitTarget } from './unit.ts';

/**
 * Plans the units of a conversion: a part each, or, where rows are redistributed, a table each.
 * @throws `DESTINATION_INVALID` when two parts would get one name; `OPTION_INVALID` for `rowsPerPart` without a job's name.
 */
export function planUnits(source: BacktestExport, options: ConvertOptions): UnitPlan[] {
  const tables = [source.forecastedValues, source.accuracyMetrics].filter(({ parts }) => parts.length > 0);
  const units = tables.flatMap((table) => planTable(table, source, options));
  const taken = new Map<string, string>();
  for (const { target, sources } of units) {
    if (target.kind !== 'file') continue;
    const before = taken.get(target.path);
    const path = sources[0]?.part.path ?? '';
    if (before !== undefined) {
      const problem = `${quoteText(before)} and ${quoteText(path)} would both be written as ${quoteText(target.path)}`;
      throw new BacktestExportError('DESTINATION_INVALID', problem);
    }
    taken.set(target.path, path);
  }
  return units;
}

/** The path of a part, with a new extension. */
function targetPath(table: TableName, part: PartFile, format: ExportFormat): string {
  const name = part.path.slice(part.path.lastIndexOf('/') + 1);
  const extension = parsePartExtension(name)?.extension ?? '';
  return `${table}/${name.slice(0, name.length - extension.length)}${formatPartExtension(format)}`;
}

/** The path of the n-th part of redistributed rows. */
export function splitPath(
  table: TableName,
  target: Extract<UnitTarget, { kind: 'split' }>,
  number: number,
  format: ExportFormat,
): string {
  const { jobName, exportedAt } = target;
  return `${table}/${formatPartName({ jobName, exportedAt, table, number, format })}`;
}

function planTable(table: ExportTable, source: BacktestExport, options: ConvertOptions): UnitPlan[] {
  const { name } = table;
  if (!table.exists && (options.format === 'PARQUET' || options.rowsPerPart !== undefined)) return [];
  const sources = partSources(table);
  const [first] = sources;
  if (first === undefined) return [];
  const { schema } = first.expected;
  if (options.rowsPerPart === undefined) {
    return sources.map((each) => {
      const target = { kind: 'file', path: targetPath(name, each.part, options.format) } as const;
      return { table: name, schema, sources: [each], target };
    });
  }
  const { jobName, exportedAt } = source;
  if (jobName === undefined || exportedAt === undefined) {
    const problem = `rowsPerPart: expected part files whose names contain the job and time, found ${quoteText(first.part.path)}`;
    throw new BacktestExportError('OPTION_INVALID', problem);
  }
  return [{ table: name, schema, sources, target: { kind: 'split', rows: options.rowsPerPart, jobName, exportedAt } }];
}
