import { showFigure, showText, showTime } from '../../../show/values/show-value.ts';
import type { Report, ReportedSeries, SeriesReason, SeriesWindow } from '../../base/report.ts';
import type { Block, PageSection, TableBlock } from '../model.ts';
import { numbers, pageTable, texts } from '../page-table.ts';
import { countOf, isFigure, joinWords, typeName } from '../words/measures.ts';
import { titleOf } from './item-sections.ts';
import { mostQuantiles, pickQuantiles, type SectionContext } from './context.ts';

/** Most values of a series beneath its chart. */
const mostValues = 120;

/** The actuals and forecasts of single items. */
export function seriesSection({ report, most }: SectionContext): PageSection {
  const blocks = report.series.map((series, index): Block => {
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
  });
  return {
    id: 'series',
    title: 'Forecasts and actuals',
    reading:
      blocks.length === 0
        ? undefined
        : 'Actuals beside the point forecast, with bands between quantiles; why each is here stands below its name.',
    blocks,
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

const reasonWords: Readonly<Record<Exclude<SeriesReason, 'chosen' | 'costliest'>, string>> = {
  worst: 'worst',
  median: 'in the middle',
  best: 'best',
};

function describeSeries({ items: { rankedBy } }: Report, series: ReportedSeries): string {
  const ranked = rankedBy === null ? '' : ` by ${titleOf(rankedBy)}`;
  const reasons = series.reasons.map((reason) => {
    if (reason === 'chosen') return 'asked for';
    return reason === 'costliest' ? 'the largest share of the total error' : `${reasonWords[reason]}${ranked}`;
  });
  const { metrics } = series;
  const figures = [
    ...(isFigure(metrics.WAPE) ? [`WAPE ${showFigure(metrics.WAPE)}`] : []),
    ...(isFigure(metrics.averageWQL) ? [`average wQL ${showFigure(metrics.averageWQL)}`] : []),
    ...(isFigure(metrics.bias) ? [`bias ${showFigure(metrics.bias)}`] : []),
  ];
  // the chart says how many windows it leaves out
  const left = series.rowsLeftOut === 0 ? [] : [`${countOf(series.rowsLeftOut, 'row')} not drawn`];
  const why = joinWords(reasons);
  return [`${why.charAt(0).toUpperCase()}${why.slice(1)}`, ...figures, ...left].join(' · ');
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
