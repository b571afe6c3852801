import type { MetricKind } from '../../metrics/base/metric.ts';
import type { ExportSummary } from '../../metrics/summarize.ts';
import type { Section } from '../print/document.ts';
import { noFigure, showCount, showFigure, showNames, showText, showTime } from '../print/show-value.ts';
import { left, right, whole, type TableColumn } from '../print/table.ts';
import {
  flatKeys,
  flatRows,
  groupRows,
  mapRows,
  metricsOf,
  windowKeys,
  windowRows,
  type FlatRow,
} from './flat-rows.ts';
import { figuresOf, groupFigures, hasTwoReadings, readingTexts, type ShownFigure } from './shown-figures.ts';

/** The figures of each window. */
export function windowTable(result: ExportSummary): Section {
  const figures = figuresOf(result, lineKinds);
  return {
    title: `Backtest windows (${result.windows.length})`,
    columns: [
      whole('start'),
      whole('end', { drop: 60, extra: true }),
      right('items', { drop: 30, extra: true }),
      actualsColumn,
      ...figures.map(figureColumn),
    ],
    rows: mapRows(windowRows(result), (row) => [
      ...showKeys(row, windowKeys),
      String(row.itemCount),
      String(row.count),
      ...showFigures(row, figures, result),
    ]),
  };
}

/** The figures of each group. */
export function groupTable(result: ExportSummary): Section {
  const figures = groupFigures(result, lineKinds);
  const keys = flatKeys(result);
  return {
    title: `By ${showNames(result.by)} (${describeChoice(result)})`,
    columns: [...keys.map(keyColumn), actualsColumn, ...figures.map(figureColumn)],
    rows: mapRows(groupRows(result), (row) => [
      ...showKeys(row, keys),
      String(row.count),
      ...showFigures(row, figures, result),
    ]),
  };
}

/** All rows in one table, for Markdown: the overall row, then windows or groups. */
export function flatTable(result: ExportSummary): Omit<Section, 'title'> {
  const keys = flatKeys(result);
  const figures = groupFigures(result, ['averageWQL', 'wQL', 'WAPE', 'RMSE', 'MAPE', 'MAE', 'bias']);
  const numbers = ['Count', ...figures.map(figureName)];
  return {
    columns: [...['scope', ...keys].map((key) => left(key)), ...numbers.map((name) => right(name))],
    rows: mapRows(flatRows(result), (row) => [
      row.scope,
      ...showKeys(row, keys, ''),
      String(row.count),
      ...showFigures(row, figures, result),
    ]),
  };
}

/** `10 groups`, `the worst 3 of 10 groups by WAPE; pooled over windows`. */
function describeChoice(result: ExportSummary): string {
  const { groups, groupCount, worst, reading } = result;
  const all = showCount(groupCount, 'group');
  const read = hasTwoReadings(result) ? `; ${readingTexts[reading]}` : '';
  if (worst === null) return all + read;
  const metric = showText(worst.metric);
  return groups.length === groupCount
    ? `${all}, worst ${metric} first${read}`
    : `the worst ${groups.length} of ${all} by ${metric}${read}`;
}

const actualsColumn = right('actuals', { drop: 31, extra: true });

function keyColumn(name: string): TableColumn {
  if (name === 'window_end') return whole(name, { drop: 60, extra: true });
  if (name === 'window_start') return whole(name);
  return name === 'step' ? right(name) : left(showText(name));
}

/** Single quantiles and the other reading are left out first on a narrow terminal; what groups are ranked by stays. */
function figureColumn({ metric, reading, ranked }: ShownFigure): TableColumn {
  const header = metric.kind === 'averageWQL' ? 'avg wQL' : showText(metric.name);
  if (reading !== undefined) return right(`${header} ${reading}`, { drop: 40, extra: true });
  if (ranked) return right(header, { keep: true });
  const place = lineKinds.indexOf(metric.kind);
  const isOther = metric.of === 'quantile' || place < 0;
  return right(header, isOther ? { drop: 50, extra: true } : { drop: 10 + place });
}

/** The figures of a line. */
const lineKinds: readonly MetricKind[] = ['averageWQL', 'WAPE', 'RMSE', 'MAPE', 'bias', 'wQL'];

function figureName({ metric, reading }: ShownFigure): string {
  return reading === undefined ? metric.title : `${metric.title} ${reading}`;
}

function showKeys({ key }: FlatRow, names: readonly string[], missing: string = noFigure): string[] {
  return names.map((name) => {
    const value = key.get(name);
    if (value === undefined || value === null) return missing;
    if (typeof value === 'number') return String(value);
    return name.startsWith('window_') ? showTime(value) : showText(value);
  });
}

/** Only groups have the other reading. */
function showFigures(row: FlatRow, figures: readonly ShownFigure[], { reading }: ExportSummary): string[] {
  return figures.map((figure) =>
    figure.reading !== undefined && row.scope !== 'group'
      ? ''
      : showFigure(figure.metric.read(metricsOf(row, figure.reading ?? reading))),
  );
}
