import type { MetricKind } from '../../metrics/base/metric.ts';
import type { ShownSummary } from './shown-summary.ts';
import {
  drawnTable,
  tableSection,
  type DrawnField,
  type DrawnSection,
  type Field,
  type Section,
} from '../layout/document.ts';
import { noFigure, showCount, showFigure, showNames, showText, showTime } from '../values/show-value.ts';
import { drawn, left, right, whole, type TableColumn } from '../layout/table.ts';
import { flatKeys, flatRows, groupRows, metricsOf, windowKeys, windowRows, type FlatRow } from './flat-rows.ts';
import {
  drawnMetric,
  figuresOf,
  groupFigures,
  hasTwoReadings,
  readingTexts,
  type ShownFigure,
} from './shown-figures.ts';

/** The figures of each window. */
export function windowTable(result: ShownSummary): DrawnSection {
  const [start, end] = windowKeys;
  return {
    title: `Backtest windows (${result.windows.length})`,
    ...drawnTable(windowRows(result), [
      [whole('start'), (row) => showKey(row, start)],
      [whole('end', { drop: 60, extra: true }), (row) => showKey(row, end)],
      [right('items', { drop: 30, extra: true }), ({ itemCount }) => String(itemCount)],
      actualsField,
      ...withBars(result, figuresOf(result, lineKinds)),
    ]),
  };
}

/** The figures of each group. */
export function groupTable(result: ShownSummary): DrawnSection {
  return {
    title: `By ${showNames(result.by)} (${describeChoice(result)})`,
    ...drawnTable(groupRows(result), [
      ...flatKeys(result).map((name): Field<FlatRow> => [keyColumn(name), (row) => showKey(row, name)]),
      actualsField,
      ...withBars(result, groupFigures(result, lineKinds)),
      ...(result.costs === null ? [] : costFields(result)),
    ]),
  };
}

/** The cost of the point forecast, the cheapest forecast, and what that saves. */
function costFields({ point }: ShownSummary): Field<FlatRow>[] {
  const costOf = ({ costs }: FlatRow): number | null =>
    costs?.byType.find(({ forecastType }) => forecastType === point)?.cost ?? null;
  return [
    ...(point === null ? [] : [[right('cost', { drop: 4 }), (row: FlatRow) => showFigure(costOf(row))] as const]),
    [left('cheapest', { drop: 3 }), ({ costs }) => costs?.cheapest ?? noFigure],
    ...(point === null
      ? []
      : [[right('saves', { drop: 3 }), ({ costs }: FlatRow) => showFigure(costs?.saved ?? null)] as const]),
  ];
}

/** All rows in one table, for Markdown: the overall row, then windows or groups. */
export function flatTable(result: ShownSummary): Omit<Section, 'title'> {
  const figures = groupFigures(result, ['averageWQL', 'wQL', 'WAPE', 'RMSE', 'MAPE', 'MAE', 'bias']);
  return tableSection(flatRows(result), [
    [left('scope'), ({ scope }) => scope],
    ...flatKeys(result).map((name): Field<FlatRow> => [left(name), (row) => showKey(row, name, '')]),
    [right('Count'), ({ count }) => String(count)],
    ...figureFields(result, figures, ({ metric, reading }) =>
      right(reading === undefined ? metric.title : `${metric.title} ${reading}`),
    ),
  ]);
}

/** `10 groups`, `the worst 3 of 10 groups by WAPE; pooled over windows`. */
function describeChoice(result: ShownSummary): string {
  const { groups, groupCount, worst, reading } = result;
  const all = showCount(groupCount, 'group');
  const read = hasTwoReadings(result) ? `; ${readingTexts[reading]}` : '';
  if (worst === null) return all + read;
  const metric = showText(worst.metric);
  return groups.length === groupCount
    ? `${all}, worst ${metric} first${read}`
    : `the worst ${groups.length} of ${all} by ${metric}${read}`;
}

const actualsField: Field<FlatRow> = [right('actuals', { drop: 31, extra: true }), ({ count }) => String(count)];

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

function showKey({ key }: FlatRow, name: string, missing: string = noFigure): string {
  const value = key.get(name);
  if (value === undefined || value === null) return missing;
  if (typeof value === 'number') return String(value);
  return name.startsWith('window_') ? showTime(value) : showText(value);
}

/** The figures, and a bar after the one that is drawn, as far from its best value as it is. */
function withBars(result: ShownSummary, figures: readonly ShownFigure[]): DrawnField<FlatRow>[] {
  const fields = figureFields(result, figures, figureColumn);
  const metric = drawnMetric(result);
  const at = figures.findIndex((figure) => figure.metric.name === metric?.name && figure.reading === undefined);
  if (metric === undefined || at < 0) return fields;
  const bar: DrawnField<FlatRow> = [
    drawn(6, 20),
    (row) => ({ kind: 'bar', value: metric.read(metricsOf(row, result.reading)) }),
  ];
  return [...fields.slice(0, at + 1), bar, ...fields.slice(at + 1)];
}

/** Only groups have the other reading. */
function figureFields(
  result: ShownSummary,
  figures: readonly ShownFigure[],
  columnOf: (figure: ShownFigure) => TableColumn,
): Field<FlatRow>[] {
  return figures.map((figure) => [
    columnOf(figure),
    (row) =>
      figure.reading !== undefined && row.scope !== 'group'
        ? ''
        : showFigure(figure.metric.read(metricsOf(row, figure.reading ?? result.reading))),
  ]);
}
