import { metricValue } from '../../../metrics/base/metric.ts';
import type { Distribution } from '../../../metrics/accuracy/distribution.ts';
import { showFigure } from '../../../show/values/show-value.ts';
import { quoteList, quoteText } from '../../../quote-text.ts';
import type { ItemSpread, ParetoPoint, ReportedItem } from '../../base/report.ts';
import { metricTexts } from '../../charts/metric-texts.ts';
import type { Block, PageSection, TableBlock } from '../model.ts';
import { names, numbers, pageTable, texts, type PageField } from '../page-table.ts';
import { countOf, itemWords, showPercent, showWhole } from '../words/measures.ts';
import { readItems } from '../words/read-items.ts';
import { readSpread } from '../words/read-metrics.ts';
import { present, type SectionContext } from './context.ts';

/** How each metric is spread over items, in this export's forecasts and in its accuracy metrics. */
export function spreadSection({ report, most }: SectionContext): PageSection {
  const [one, many] = itemWords(report);
  const forecasts = pageTable<ItemSpread>(
    report.items.spread,
    [
      texts('metric', ({ metric }) => titleOf(metric)),
      ...distributionFields<ItemSpread>(({ distribution }) => distribution),
    ],
    { caption: `Metrics of each ${one}, over ${countOf(report.items.count, one, many)}`, most, folded: true, drop: 1 },
  );
  const charts = drawnSpreads(report.items.spread).map((index): Block => ({
    kind: 'chart',
    chart: { name: 'spread', index },
    title: `${titleOf(report.items.spread[index]?.metric ?? '')} over ${many}`,
    drop: 5 + index,
  }));
  const served = Object.entries(report.accuracyMetrics?.summary.metrics ?? {});
  const accuracy = pageTable<(typeof served)[number]>(
    served,
    [
      texts('metric', ([metric]) => titleOf(metric)),
      numbers('not defined', ([, { notDefined }]) => String(notDefined)),
      ...distributionFields<(typeof served)[number]>(([, distribution]) => distribution),
    ],
    { caption: 'Metrics in accuracy-metrics-values, by its Summary rows', most, folded: true, drop: 2 },
  );
  return {
    id: 'spread',
    title: `Spread over ${many}`,
    reading: readSpread(report),
    blocks: present([...charts, forecasts, accuracy]),
  };
}

const mostSpreads = 6;
/** Metrics whose spread is drawn first. */
const drawnFirst = ['averageWQL', 'WAPE', 'RMSE', 'MAPE', 'bias'];

/** Places of the spreads to draw: those of the usual metrics, then of others, a few in all. */
function drawnSpreads(spread: readonly ItemSpread[]): number[] {
  const rank = (index: number): number => {
    const place = drawnFirst.indexOf(spread[index]?.metric ?? '');
    return place < 0 ? drawnFirst.length : place;
  };
  return [...spread.keys()].sort((a, b) => rank(a) - rank(b)).slice(0, mostSpreads);
}

function distributionFields<Row>(distributionOf: (row: Row) => Distribution): PageField<Row>[] {
  const field = (header: string, read: (distribution: Distribution) => number | null): PageField<Row> =>
    numbers(header, (row) => showFigure(read(distributionOf(row))));
  return [
    field('count', ({ count }) => count),
    field('mean', ({ mean }) => mean),
    field('min', ({ min }) => min),
    field('p10', ({ quantiles }) => quantiles.p10),
    field('p25', ({ quantiles }) => quantiles.p25),
    field('p50', ({ quantiles }) => quantiles.p50),
    field('p75', ({ quantiles }) => quantiles.p75),
    field('p90', ({ quantiles }) => quantiles.p90),
    field('max', ({ max }) => max),
  ];
}

/** The items that cost most, those that are forecast worst and best, and those asked for. */
export function itemsSection({ report, most }: SectionContext): PageSection {
  const { items } = report;
  const [, many] = itemWords(report);
  const ranked = items.rankedBy === null ? '' : ` by ${titleOf(items.rankedBy)}`;
  const list = (rows: readonly ReportedItem[], caption: string, drop: number, sums = false): TableBlock | undefined =>
    pageTable(rows, itemFields({ report, most }, rows, sums), { caption, most, drop });
  const pareto = pageTable<ParetoPoint>(
    someOf(items.pareto),
    [
      numbers(`share of ${many}`, (point) => showPercent(point.items)),
      numbers('share of error', ({ error }) => showPercent(error)),
    ],
    {
      caption: `The ${many} with the largest errors, and their share of the total error`,
      most,
      drop: 4,
      pageOnly: true,
    },
  );
  const unknown = items.notFound.length === 0 ? [] : [`Not in the export: ${quoteList(items.notFound)}.`];
  const left =
    items.chosenLeftOut === 0
      ? []
      : [`${countOf(items.chosenLeftOut, 'further time series', 'further time series')} of the items asked for.`];
  const notes = [...unknown, ...left];
  return {
    id: 'items',
    title: `Where the error is`,
    reading: readItems(report),
    blocks: present([
      pareto && {
        kind: 'chart',
        chart: { name: 'pareto' },
        title: `Share of ${many} and of error`,
        table: pareto,
        drop: 3,
      },
      list(items.costliest, `Largest share of the total error`, 1, true),
      list(items.worst, `Worst${ranked}`, 2),
      list(items.best, `Best${ranked}`, 2),
      list(items.chosen, 'Asked for', 1),
      notes.length === 0 ? undefined : { kind: 'notes', title: 'Left out', notes, drop: 0 },
    ]),
  };
}

const mostPoints = 21;

/** Points of a curve, the first and the last among them, a few in all. */
function someOf(points: readonly ParetoPoint[]): readonly ParetoPoint[] {
  if (points.length <= mostPoints) return points;
  const step = (points.length - 1) / (mostPoints - 1);
  return Array.from({ length: mostPoints }, (_, index) => points[Math.round(index * step)]).filter(
    (point) => point !== undefined,
  );
}

const mostDimensions = 10;
const usual = ['WAPE', 'averageWQL', 'bias'];

function itemFields(
  { report }: SectionContext,
  rows: readonly ReportedItem[],
  sums: boolean,
): PageField<ReportedItem>[] {
  const { itemColumn, dimensions } = report.export;
  const { rankedBy } = report.items;
  const metrics = [...(rankedBy === null || usual.includes(rankedBy) ? [] : [rankedBy]), ...usual];
  let sum = 0;
  const cumulative = rows.map(({ errorShare }) => wholeOf((sum += errorShare ?? 0)));
  return [
    names(quoteText(itemColumn, ''), ({ item }) => item),
    ...dimensions
      .slice(0, mostDimensions)
      .map((name) => names<ReportedItem>(quoteText(name, ''), (row) => row.dimensions[name] ?? '')),
    numbers('windows', ({ windowCount }) => showWhole(windowCount)),
    numbers('actuals', ({ count }) => showWhole(count)),
    numbers('share of error', ({ errorShare }) => showPercent(errorShare)),
    ...(sums ? [numbers<ReportedItem>('cumulative', (_, index) => showPercent(cumulative[index] ?? 0))] : []),
    numbers('share of actuals', ({ actualShare }) => showPercent(actualShare)),
    ...metrics.map((name) =>
      numbers<ReportedItem>(titleOf(name), (row) => showFigure(metricValue(row.metrics, name)), true),
    ),
  ];
}

/** A sum of shares, 1 where only rounding keeps it from that: the list of all items has all of the error. */
function wholeOf(sum: number): number {
  return sum > 1 - 1e-12 ? 1 : sum;
}

/** A metric as people name it. */
export function titleOf(metric: string): string {
  return metricTexts(metric).title;
}
