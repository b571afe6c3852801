import type { ForecastCost } from '../../../metrics/base/costs.ts';
import { showFigure } from '../../../show/values/show-value.ts';
import type { PageSection } from '../model.ts';
import { numbers, pageTable, texts } from '../page-table.ts';
import { showPercent, showWhole, typeName } from '../words/measures.ts';
import { readCosts } from '../words/read-costs.ts';
import { present, type SectionContext } from './context.ts';

/** What it costs to stock by each forecast; without blocks where no costs were given. */
export function costsSection({ report, most }: SectionContext): PageSection {
  const { costs } = report;
  const table = pageTable<ForecastCost>(
    costs?.byType ?? [],
    [
      texts('stocked by', ({ forecastType }) => typeName(forecastType)),
      numbers('rows', ({ rows }) => showWhole(rows)),
      numbers('units short', ({ unitsShort }) => showFigure(unitsShort)),
      numbers('units left over', ({ unitsOver }) => showFigure(unitsOver)),
      numbers('cost', ({ cost }) => showFigure(cost)),
    ],
    { caption: 'What it would have cost to stock as much as each forecast says', most, drop: 1 },
  );
  const nearest =
    costs === null || costs.nearest === null ? '' : `; the nearest in this export is ${typeName(costs.nearest)}`;
  const ratio =
    costs === null
      ? []
      : [
          `In theory the quantile under / (under + over) = ${showPercent(costs.criticalRatio)} costs least, where quantiles are calibrated${nearest}.`,
        ];
  return {
    id: 'costs',
    title: 'What errors cost',
    reading: readCosts(report),
    blocks: present([
      table && { kind: 'chart', chart: { name: 'costs' }, title: 'Cost by forecast', table, drop: 2 },
      ratio.length === 0 ? undefined : { kind: 'notes', title: 'Note', notes: ratio, drop: 0 },
    ]),
  };
}
