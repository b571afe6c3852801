import type { TableName } from '../../schema/schema.ts';
import { formatJavaDouble } from '../../schema/java-double.ts';
import type { DefectNameOf } from './names.ts';
import { formatRaw, placeOf, type PlantedPlace, type RawTable } from './raw-table.ts';
import {
  choosePart,
  chooseRecord,
  columnIndexes,
  isComputed,
  type DefectInfo,
  type DefectPlace,
  type DefectSite,
} from './site.ts';

type Columns = ReturnType<typeof columnIndexes>;
type RowTest = (row: readonly string[], columns: Columns) => boolean;

/** A defect of readable rows that contradict others: what `verifyExport` finds. */
export interface ConsistencyDefect extends DefectInfo {
  readonly table: TableName;
  /** Which rows it can be planted in. */
  readonly fits: RowTest;
  /** Changes the chosen row, or removes rows related to it. */
  readonly edit: (raw: RawTable, record: number, columns: Columns) => PlantedPlace;
  /** Whether the related rows are edited in every part. */
  readonly everyPart?: boolean;
}

const isAny: RowTest = () => true;
const isSame = (row: readonly string[], other: readonly string[]): boolean => row === other;
const makeWrong = (clean: string): string => formatJavaDouble(2 * Number(clean) + 1);
const isSummary: RowTest = (row, columns) =>
  row[columns.backtestWindow] === 'Summary' && row[columns.metric] !== 'not defined';

/** Every consistency defect by its name. */
export const consistencyDefects: Readonly<Record<DefectNameOf<'consistency'>, ConsistencyDefect>> = {
  'missing-step': removal('forecasted-values', 'a step of a window without a row', isAny, isSame),
  'timestamp-off-frequency': {
    description: 'a timestamp half a minute away from its step',
    table: 'forecasted-values',
    fits: isAny,
    edit: (raw, record, columns) => {
      const row = raw.rows[record] ?? [];
      const last = row[columns.timestamp]?.slice(0, 19) === row[columns.windowStart + 1]?.slice(0, 19);
      return changeField(raw, record, columns.timestamp, (clean) => moveTime(clean, last ? -30_000 : 30_000));
    },
  },
  'empty-timestamp': change('forecasted-values', 'a row without a timestamp', isAny, 'timestamp', () => ''),
  'empty-metric': change('accuracy-metrics-values', 'an empty metric', isComputed, 'metric', () => ''),
  'missing-computed-row': removal(
    'accuracy-metrics-values',
    'a window of a series with forecasts but no Computed row',
    isComputed,
    isSame,
  ),
  'missing-summary-row': removal(
    'accuracy-metrics-values',
    'a series with Computed rows but no Summary row',
    isSummary,
    isSame,
  ),
  'only-summary-row': removal(
    'accuracy-metrics-values',
    'a series with a Summary row but no Computed row',
    isComputed,
    (row, other, columns) => isSameSeries(row, other, columns) && row[columns.backtestWindow] === 'Computed',
  ),
  'summary-span-wrong': {
    description: 'a Summary row that starts where it ends',
    table: 'accuracy-metrics-values',
    fits: isSummary,
    edit: (raw, record, columns) =>
      changeField(raw, record, columns.backtestWindow + 1, () => raw.rows[record]?.[columns.backtestWindow + 2] ?? ''),
  },
  'computed-metric-wrong': change(
    'accuracy-metrics-values',
    'the first metric of a Computed row does not match its forecasts',
    isComputed,
    'metric',
    makeWrong,
  ),
  'summary-metric-wrong': change(
    'accuracy-metrics-values',
    'the first metric of a Summary row is not the mean of its Computed rows',
    isSummary,
    'metric',
    makeWrong,
  ),
  'missing-window-forecasts': removal(
    'forecasted-values',
    'a window of a series with metrics but no forecasts',
    isAny,
    (row, other, columns) =>
      isSameSeries(row, other, columns) && row[columns.windowStart] === other[columns.windowStart],
  ),
  'window-without-metrics': {
    ...removal(
      'accuracy-metrics-values',
      'a window with forecasts but no Computed row of any series',
      isComputed,
      (row, other, { backtestWindow }) =>
        row[backtestWindow] === 'Computed' && row[backtestWindow + 1] === other[backtestWindow + 1],
    ),
    everyPart: true,
  },
  'window-without-forecasts': {
    ...removal(
      'forecasted-values',
      'a window with metrics but no forecasts of any series',
      isAny,
      (row, other, { windowStart }) => row[windowStart] === other[windowStart],
    ),
    everyPart: true,
  },
  'series-without-metrics': removal(
    'accuracy-metrics-values',
    'a series with forecasts but no metrics row',
    isAny,
    isSameSeries,
  ),
  'series-without-forecasts': removal(
    'forecasted-values',
    'a series with metrics but no forecasts',
    isAny,
    isSameSeries,
  ),
};

/** Plants one of {@link consistencyDefects}. The place of a removal is where the first removed row was. */
export function plantConsistencyDefect(site: DefectSite, defect: ConsistencyDefect): DefectPlace {
  const columns = columnIndexes(site.options);
  const part = choosePart(site, defect.table);
  const from = defect.everyPart === true ? 1 : part.record;
  const record = chooseRecord(site, part, (row) => defect.fits(row, columns), from);
  const chosen = [...(part.raw.rows[record] ?? [])];
  const place = defect.edit(part.raw, record, columns);
  site.draft.files.set(part.path, formatRaw(part.raw));
  if (defect.everyPart === true) editOtherParts(site, defect, chosen);
  return { path: part.path, ...place };
}

/** Makes the same edit in every other part, using a copy of the chosen row to find the related ones. */
function editOtherParts(site: DefectSite, defect: ConsistencyDefect, chosen: string[]): void {
  for (let number = 0; number < site.options.parts; number++) {
    const other = { ...site, defect: { ...site.defect, table: defect.table, part: number, record: 1 } };
    if (site.defect.part === number || (site.defect.part === undefined && number === 0)) continue;
    const { path, raw } = choosePart(other);
    raw.rows.push(chosen);
    defect.edit(raw, raw.rows.length - 1, columnIndexes(site.options));
    site.draft.files.set(path, formatRaw(raw));
  }
}

function change(
  table: TableName,
  description: string,
  fits: RowTest,
  column: keyof Columns,
  text: (clean: string) => string,
): ConsistencyDefect {
  const edit: ConsistencyDefect['edit'] = (raw, record, columns) => changeField(raw, record, columns[column], text);
  return { description, table, fits, edit };
}

function changeField(raw: RawTable, record: number, column: number, text: (clean: string) => string): PlantedPlace {
  const row = raw.rows[record] ?? [];
  row[column] = text(row[column] ?? '');
  return placeOf(raw, record, column);
}

/** Makes a defect that removes the rows related to the chosen one. */
function removal(
  table: TableName,
  description: string,
  fits: RowTest,
  isRelated: (row: readonly string[], chosen: readonly string[], columns: Columns) => boolean,
): ConsistencyDefect {
  const edit: ConsistencyDefect['edit'] = (raw, record, columns) => {
    const chosen = raw.rows[record] ?? [];
    const first = raw.rows.findIndex((row, index) => index > 0 && isRelated(row, chosen, columns));
    const kept = raw.rows.filter((row, index) => index === 0 || !isRelated(row, chosen, columns));
    raw.rows.length = 0;
    for (const row of kept) raw.rows.push(row);
    return placeOf(raw, first);
  };
  return { description, table, fits, edit };
}

/** Whether two rows belong to one series: item and dimensions are the first fields. */
function isSameSeries(row: readonly string[], other: readonly string[], columns: Columns): boolean {
  return row.slice(0, columns.timestamp).every((field, index) => field === other[index]);
}

function moveTime(text: string, milliseconds: number): string {
  const time = new Date(Date.parse(`${text.slice(0, 19)}Z`) + milliseconds);
  return time.toISOString().slice(0, 19) + text.slice(19);
}
