import { BacktestExportError, type ErrorCode } from '../../errors.ts';
import type { TableName } from '../../schema/schema.ts';
import { partPath } from '../plan-files.ts';
import type { DefectOption, PlantedDefect } from '../options.ts';
import type { ResolvedOptions } from '../resolve-options.ts';
import type { DraftExport } from './draft.ts';
import { formatRaw, parseRaw, type PlantedPlace, type RawTable } from './raw-table.ts';

/** The description of a defect. */
export interface DefectInfo {
  /** One line: what is wrong, and how reading reacts. */
  readonly description: string;
  /** The error code of reading; absent if reading must succeed. */
  readonly expects?: ErrorCode;
}

/** The input of planting a defect. */
export interface DefectSite {
  readonly draft: DraftExport;
  readonly options: ResolvedOptions;
  readonly defect: DefectOption;
  /** Writes another clean export to the draft. */
  readonly generate: (options: ResolvedOptions) => Promise<void>;
}

/** Where a defect was planted, before its name and code are added. */
export type DefectPlace = Omit<PlantedDefect, 'name' | 'expectedCode'>;

/** A defect and how it is planted. */
export interface Planter extends DefectInfo {
  readonly plant: (site: DefectSite) => DefectPlace | Promise<DefectPlace>;
}

/** A part chosen for an edit. */
export interface ChosenPart {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly raw: RawTable;
  /** The requested data record, or the middle one. */
  readonly record: number;
}

/**
 * Chooses the requested part, or the first one with rows that no defect has edited, and marks it as edited.
 * @throws `OPTION_INVALID` if there is none
 */
export function choosePart(site: DefectSite, table: TableName = 'forecasted-values'): ChosenPart {
  const { draft, options, defect } = site;
  const numbers = defect.part === undefined ? Array.from({ length: options.parts }, (_, part) => part) : [defect.part];
  for (const number of numbers) {
    const path = partPath(options, defect.table ?? table, number);
    const bytes = draft.files.get(path);
    if (bytes === undefined || draft.edited.has(path)) continue;
    const raw = parseRaw(bytes);
    const records = raw.rows.length - 1;
    const record = defect.record ?? Math.ceil(records / 2);
    if (record < 1 || record > records) continue;
    draft.edited.add(path);
    return { path, bytes, raw, record };
  }
  const problem =
    `option defects: no part is left for ${defect.name}: each part takes one defect and must contain its record; ` +
    `the export has ${options.parts} parts per table`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}

/** The requested record, or the first from `from` on that fits, or the last one that does. */
export function chooseRecord(
  { defect }: DefectSite,
  { raw, record }: ChosenPart,
  isFit: (row: readonly string[]) => boolean,
  from: number = record,
): number {
  const fits = raw.rows.flatMap((row, index) => (index > 0 && isFit(row) ? [index] : []));
  return defect.record ?? fits.find((each) => each >= from) ?? fits.at(-1) ?? record;
}

/** Whether a row of the accuracy table is of a window with metrics. */
export function isComputed(
  row: readonly string[],
  { backtestWindow, metric }: Readonly<Record<ColumnPlace, number>>,
): boolean {
  return row[backtestWindow] === 'Computed' && row[metric] !== 'not defined';
}

/** A defect of the rows of one part: edits them and returns the place. */
export interface RowsDefect extends DefectInfo {
  readonly edit: (raw: RawTable, record: number, site: DefectSite) => PlantedPlace;
}

/** Plants a {@link RowsDefect}. */
export function plantRowsDefect(site: DefectSite, defect: RowsDefect): DefectPlace {
  const { path, raw, record } = choosePart(site);
  const place = defect.edit(raw, record, site);
  site.draft.files.set(path, formatRaw(raw));
  return { path, ...place };
}

/** A path for an extra part. */
export function nextPartPath(site: DefectSite, table: TableName): string {
  let number = site.options.parts;
  while (site.draft.files.has(partPath(site.options, table, number))) number++;
  return partPath(site.options, table, number);
}

/** The column indexes of both tables. */
export function columnIndexes(options: ResolvedOptions): Readonly<Record<ColumnPlace, number>> {
  const key = options.dimensions.length;
  return {
    item: 0,
    timestamp: key + 1,
    target: key + 2,
    windowStart: key + 3,
    forecast: key + 5,
    backtestWindow: key + 1,
    metric: key + 4,
  };
}

/** A column by its role; `forecast` and `metric` are the first of their kind. */
export type ColumnPlace = 'item' | 'timestamp' | 'target' | 'windowStart' | 'forecast' | 'backtestWindow' | 'metric';
