import { showFigure, showText, showTime } from '../../../show/values/show-value.ts';
import type { Report, ReportedItem, ReportedSeries, SeriesReason, SeriesWindow } from '../../base/report.ts';
import type { Block, ChartBlock, PageSection, TableBlock } from '../model.ts';
import { numbers, pageTable, texts } from '../page-table.ts';
import { countOf, isFigure, joinWords, sentence, typeName } from '../words/measures.ts';
import { titleOf } from './item-sections.ts';
import { mostQuantiles, pickQuantiles, type SectionContext } from './context.ts';

/** Most values of a series beneath its chart. */
const mostValues = 120;

/** The first series, which has the largest share of the error where errors are known: it is shown at the top. */
export function leadSeries(context: SectionContext): ChartBlock | undefined {
  const [first] = context.report.series;
  return first && { ...seriesBlock(context, first, 0), drop: 0 };
}

/** The actuals and forecasts of single items: of all but the first one, which is at the top. */
export function seriesSection(context: SectionContext): PageSection {
  const blocks = context.report.series.slice(1).map((series, at): Block => seriesBlock(context, series, at + 1));
  return {
    id: 'series',
    title: 'Forecasts and actuals',
    reading:
      blocks.length === 0
        ? undefined
        : 'Actuals and the point forecast, with bands between quantiles. Below each name it says why the series is shown. The first one is at the top of the page.',
    blocks,
  };
}

function seriesBlock({ report, most }: SectionContext, series: ReportedSeries, index: number): ChartBlock {
  const table = valuesTable(report, series, Math.min(most, mostValues));
  return {
    kind: 'chart',
    chart: { name: 'series', index },
    title: nameOf(series),
    isHeading: true,
    text: describeSeries(report, series),
    ...(table && { table }),
    drop: 20 + index,
    pageOnly: true,
  };
}

/** An item with its dimensions. */
export function nameOf({ item, dimensions }: Pick<ReportedSeries, 'item' | 'dimensions'>): string {
  return [item, ...Object.values(dimensions)].map(shorten).join(' · ');
}

function shorten(text: string): string {
  const shown = showText(text.slice(0, 60));
  return text.length > 60 ? `${shown}…` : shown;
}

function describeSeries({ items }: Report, series: ReportedSeries): string {
  const ranked = items.rankedBy === null ? '' : ` by ${titleOf(items.rankedBy)}`;
  const words: Readonly<Record<SeriesReason, string>> = {
    chosen: 'asked for',
    costliest: `${placeOf(series, items.costliest, 'largest')} share of the total error`,
    worst: placeOf(series, items.worst, 'worst') + ranked,
    median: `in the middle${ranked}`,
    best: placeOf(series, items.best, 'best') + ranked,
  };
  const { averageWQL, bias } = series.metrics;
  const figures = [
    // the chart says what its WAPE is
    ...(isFigure(averageWQL) ? [`average wQL ${showFigure(averageWQL)}`] : []),
    ...(isFigure(bias) ? [`bias ${showFigure(bias)}`] : []),
  ];
  // the chart says how many windows it leaves out
  const left = series.rowsLeftOut === 0 ? [] : [`${countOf(series.rowsLeftOut, 'row')} not drawn`];
  const why = joinWords(series.reasons.map((reason) => words[reason]));
  return [sentence(why).slice(0, -1), ...figures, ...left].join(' · ');
}

/** `largest`, `2nd largest`, or where it is not in the list, which is bounded, `among the largest`. */
function placeOf(series: ReportedSeries, items: readonly ReportedItem[], word: string): string {
  const name = nameOf(series);
  const place = items.findIndex((item) => item.item === series.item && nameOf(item) === name);
  if (place < 0) return `among the ${word}`;
  const ending = ['', '', 'nd', 'rd'][place + 1] ?? 'th';
  return place === 0 ? `the ${word}` : `the ${place + 1}${ending} ${word}`;
}

interface SeriesValue {
  readonly window: SeriesWindow;
  readonly at: number;
}

function valuesTable(report: Report, series: ReportedSeries, most: number): TableBlock | undefined {
  const values = series.windows.flatMap((window) => window.timestamps.map((_, at): SeriesValue => ({ window, at })));
  const quantiles = pickQuantiles(report, Math.min(5, mostQuantiles));
  const types = [...(report.point === null || quantiles.includes(report.point) ? [] : [report.point]), ...quantiles];
  return pageTable<SeriesValue>(
    values,
    [
      texts('timestamp', ({ window, at }) => showTime(window.timestamps[at] ?? '')),
      texts('window from', ({ window }) => showTime(window.start)),
      numbers('actual', ({ window, at }) => showFigure(window.actuals[at] ?? null)),
      ...types.map((type) =>
        numbers<SeriesValue>(typeName(type), ({ window, at }) => showFigure(window.forecasts[type]?.[at] ?? null)),
      ),
    ],
    { caption: `Values of ${nameOf(series)}`, most, drop: 10, pageOnly: true },
  );
}
