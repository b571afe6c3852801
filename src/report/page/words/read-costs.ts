import type { Report } from '../../base/report.ts';
import { isFigure, showInText, showPercent, typeName } from './measures.ts';

/** Which forecast is the cheapest to stock by, and what that saves. */
export function readCosts({ costs, point }: Report): string | undefined {
  if (costs === null || costs.cheapest === null) return undefined;
  const costOf = (type: string | null): number | null =>
    costs.byType.find(({ forecastType }) => forecastType === type)?.cost ?? null;
  const cost = costOf(costs.cheapest);
  const given = `At ${showInText(costs.under)} for each unit short and ${showInText(costs.over)} for each unit left over`;
  const stock = `${given}, stocking by ${typeName(costs.cheapest)} costs least`;
  const total = isFigure(cost) ? `: ${showInText(cost)}` : '';
  if (costs.cheapest === point) return `${given}, no forecast is cheaper to stock by than ${typeName(point)}${total}.`;
  if (!isFigure(costs.saved) || point === null) return `${stock}${total}.`;
  if (costs.saved <= 0) return `${stock}${total}, as much as by ${typeName(point)}.`;
  const before = costOf(point);
  const share = isFigure(before) && before > 0 ? `, ${showPercent(costs.saved / before)}` : '';
  return `${stock}${total}, which saves ${showInText(costs.saved)}${share} against stocking by ${typeName(point)}.`;
}
