import type { ReportedSeries, SeriesWindow } from '../../base/report.ts';
import { dateText } from '../axes/date-texts.ts';
import type { SeriesPlan } from './plan-series.ts';
import { bandText, type DrawnTypes } from './series-types.ts';
import { joinWords, shareText, shownText, typeText } from '../shown-text.ts';

/** `bike_12 (store 7): forecasts and actuals`; the ids cut. */
export function seriesTitle({ item, dimensions }: ReportedSeries): string {
  const others = Object.entries(dimensions).slice(0, 4);
  const where = others.map(([name, value]) => `${shownText(name, 20)} ${shownText(value, 30)}`);
  return `${shownText(item, 60)}${where.length === 0 ? '' : ` (${where.join(', ')})`}: forecasts and actuals`;
}

/** What the chart shows, how good the forecasts were, and what is not in it. */
export function describeSeries(series: ReportedSeries, plan: SeriesPlan): string {
  const { missing, isThinned, x, drawn } = plan;
  const { types } = drawn;
  const windows = drawn.windows.map(({ window }) => window);
  const historyDrawn = drawn.history.times.length;
  const forecasts = [
    ...(types.line === undefined ? [] : [`the ${typeText(types.line)} forecast`]),
    ...(types.lone === undefined ? [] : [typeText(types.lone)]),
    ...(types.bands.length === 0
      ? []
      : [`the ${types.bands.length === 1 ? 'band' : 'bands'} ${joinWords(types.bands.map(bandText))}`]),
  ];
  const [first, last] = [windows[0]?.timestamps[0] ?? '', windows.at(-1)?.timestamps.at(-1) ?? ''];
  const all = series.windows.length + series.windowsLeftOut;
  return [
    `Actuals, ${joinWords(forecasts)} in ${windows.length === 1 ? 'one window' : `${windows.length} windows`}, ${dateText(Date.parse(first))} to ${dateText(Date.parse(last))}.`,
    insideText(windows, types),
    missing.length === 0 ? '' : `Missing actuals, crosses at the foot: ${missing.length}.`,
    windows.length === all ? '' : `Windows that are not drawn: ${all - windows.length}.`,
    historyDrawn === series.history.length
      ? ''
      : `Of the history, the last ${historyDrawn} of ${series.history.length} values are drawn.`,
    x.breaks.length === 0 ? '' : 'Time without windows is left out at the slanted strokes.',
    isThinned ? 'Lines show the lowest and the highest value of each stretch.' : '',
  ]
    .filter((text) => text !== '')
    .join(' ');
}

/** How many of the actuals the widest band holds. */
function insideText(windows: readonly SeriesWindow[], { bands: [widest] }: DrawnTypes): string {
  if (widest === undefined) return '';
  const [lower, upper] = widest;
  let [inside, all] = [0, 0];
  for (const { actuals, forecasts } of windows) {
    for (const [at, actual] of actuals.entries()) {
      const [low, high] = [forecasts[lower]?.[at], forecasts[upper]?.[at]];
      if (typeof actual !== 'number' || typeof low !== 'number' || typeof high !== 'number') continue;
      all++;
      if (low <= actual && actual <= high) inside++;
    }
  }
  return all === 0 ? '' : `${shareText(inside / all)} of ${all} actuals lie in ${bandText(widest)}.`;
}
