import { listMetrics } from '../../../metrics/base/metric.ts';
import type { Metrics } from '../../../metrics/base/summary.ts';
import { quantilesOf } from '../../../schema/forecast-type.ts';
import type { ForecastType } from '../../../schema/schema.ts';
import { showFigure } from '../../../show/values/show-value.ts';
import type { Report } from '../../base/report.ts';
import type { Block } from '../model.ts';
import { numbers, type PageField } from '../page-table.ts';

/** What a section is made of. */
export interface SectionContext {
  readonly report: Report;
  /** Most rows of a table. */
  readonly most: number;
}

const shownKinds = ['averageWQL', 'WAPE', 'RMSE', 'MAPE', 'MAE', 'bias', 'wQL'] as const;

/** Columns of the usual metrics, those left out that no row has, and of the quantiles only a few. */
export function metricFields<Row>(report: Report, metricsOf: (row: Row) => Metrics): PageField<Row>[] {
  const quantiles = pickQuantiles(report, mostQuantiles);
  const metrics = listMetrics(['mean', ...quantiles]);
  return shownKinds.flatMap((kind) =>
    metrics
      .filter((metric) => metric.kind === kind)
      .map(({ title, read }) => numbers<Row>(title, (row) => showFigure(read(metricsOf(row))), true)),
  );
}

/** Most quantiles with a column of their own. */
export const mostQuantiles = 9;

/** At most `most` of the export's quantiles: the outermost, the median where there is one, the others evenly between. */
export function pickQuantiles({ forecastTypes }: Pick<Report, 'forecastTypes'>, most: number): ForecastType[] {
  const all = quantilesOf(forecastTypes);
  if (all.length <= most) return all;
  const step = (all.length - 1) / (most - 1);
  const chosen = new Set(Array.from({ length: most }, (_, index) => all[Math.round(index * step)]));
  if (all.includes('0.5') && !chosen.has('0.5')) {
    chosen.delete(all[Math.round(Math.floor(most / 2) * step)]);
    chosen.add('0.5');
  }
  return all.filter((type) => chosen.has(type));
}

/** The blocks that are there. */
export function present(blocks: readonly (Block | undefined)[]): Block[] {
  return blocks.filter((block) => block !== undefined);
}
