import type { ForecastCost, StockingCosts, WindowCosts } from '../../metrics/base/costs.ts';
import type { Figure } from '../../metrics/base/summary.ts';
import { columnOfForecastType } from '../../schema/forecast-type.ts';
import { tableSection, type Field, type Section } from '../layout/document.ts';
import { left, right, whole } from '../layout/table.ts';
import { noFigure, showFigure, showShare, showTime } from '../values/show-value.ts';
import type { ShownSummary } from './shown-summary.ts';

/** What it costs to stock by each forecast, over all windows and in each of several; nothing where no costs were given. */
export function costTables({ costs, point }: ShownSummary): Section[] {
  if (costs === null) return [];
  return [costTable(costs, point), ...(costs.windows.length > 1 ? [windowTable(costs)] : [])];
}

function costTable(costs: StockingCosts, point: string | null): Section {
  const { under, over, criticalRatio, nearest, byType, cheapest } = costs;
  const usual = byType.find(({ forecastType }) => forecastType === point);
  return {
    title: `Costs (${showFigure(under)} for each unit short, ${showFigure(over)} for each unit over)`,
    facts: [
      [
        'stock by',
        `the quantile ${showShare(criticalRatio)} in theory${nearest === null ? '' : `, nearest ${nearest}`}`,
      ],
      ['cheapest', describeCheapest(costs, point, usual)],
    ],
    ...tableSection(byType, [
      [left('forecast'), ({ forecastType }) => forecastType],
      [right('units short'), ({ unitsShort }) => showFigure(unitsShort)],
      [right('units over'), ({ unitsOver }) => showFigure(unitsOver)],
      [right('cost'), ({ cost }) => showFigure(cost)],
      [right('rows', { drop: 2 }), ({ rows }) => String(rows)],
      [left('', { drop: 1 }), ({ forecastType }) => (forecastType === cheapest ? 'cheapest' : '')],
    ]),
  };
}

/** What the cheapest forecast saves, and which part of the point forecast's cost that is. */
function describeCheapest(
  { cheapest, saved }: StockingCosts,
  point: string | null,
  usual: ForecastCost | undefined,
): string {
  if (cheapest === null) return noFigure;
  if (saved === null || point === null || cheapest === point) return cheapest;
  const cost = usual?.cost ?? 0;
  const part = cost > 0 ? `, ${((100 * saved) / cost).toFixed(1)}% of its cost` : '';
  return `${cheapest}, which saves ${showFigure(saved)} against ${columnOfForecastType(point)}${part}`;
}

function windowTable({ windows, byType }: StockingCosts): Section {
  return {
    title: 'Costs by backtest window',
    ...tableSection(windows, [
      [whole('start'), ({ start }) => showTime(start)],
      [whole('end', { drop: 60, extra: true }), ({ end }) => showTime(end)],
      ...byType.map(({ forecastType }): Field<WindowCosts> => [
        right(`cost ${columnOfForecastType(forecastType)}`, { drop: 50, extra: true }),
        (window) => showFigure(costIn(window, forecastType)),
      ]),
      [left('cheapest'), ({ cheapest }) => cheapest ?? noFigure],
      [right('saves'), ({ saved }) => showFigure(saved)],
    ]),
  };
}

function costIn({ byType }: WindowCosts, type: string): Figure {
  return byType.find(({ forecastType }) => forecastType === type)?.cost ?? null;
}
