import type { BacktestExport } from '../../export/find/backtest-export.ts';
import { given } from '../../given.ts';
import { findMetric } from '../../metrics/base/metric.ts';
import { choosePoint } from '../../metrics/forecast/point-forecast.ts';
import type { GatherPlan } from '../../metrics/part-task.ts';
import { planTables, type GroupKeeping } from '../../metrics/plan-tables.ts';
import type { Frequency } from '../../schema/frequency.ts';
import { defaultItems, type ReportOptions } from '../base/report-options.ts';
import { ItemRanking, type RankingOptions } from '../content/item-ranking.ts';
import { rankingMetric } from '../content/ranking-metric.ts';
import { seriesDimensions, type SeriesPlan } from '../content/series-plan.ts';

/** How the rows of forecasted-values are added up. */
type ForecastPlan = Extract<GatherPlan, { table: 'forecasted-values' }>['options'];
/** How those of accuracy-metrics-values are. */
type AccuracyPlan = Extract<GatherPlan, { table: 'accuracy-metrics-values' }>['options'];

/** What a report needs of a part of either table. Plain data. */
export interface ReportPlan {
  /** Undefined without forecasted-values. */
  readonly forecasts: ForecastsPlan | undefined;
  /** Undefined without accuracy-metrics-values. */
  readonly accuracy: AccuracyPlan | undefined;
}

/** What a report needs of forecasted-values. Plain data. */
export interface ForecastsPlan {
  /** By item and dimensions: groups are let go and ranked while rows are read, or all held. */
  readonly items: ForecastPlan;
  /** By horizon step; items are counted by the others. */
  readonly steps: ForecastPlan;
  readonly ranking: RankingPlan;
  /** Which series may be drawn. */
  readonly series: SeriesPlan;
}

/** As plain data: the metric by its name. */
type RankingPlan = Omit<RankingOptions, 'metric'> & { readonly metric: string | null };

/**
 * Plans the report of an export.
 * @throws `OPTION_INVALID` for a metric or a point forecast that the export does not have; `TABLE_NOT_FOUND` for one, or costs,
 * without forecasts
 */
export function planReport(
  source: BacktestExport,
  { point, costs, rankBy, chosen = [], items: listed = defaultItems }: ReportOptions,
  frequency: Frequency | undefined,
  keeping: GroupKeeping,
): ReportPlan {
  const { forecastTypes, forecastedValues } = source;
  const { exists } = forecastedValues;
  const pointType = exists ? choosePoint(forecastTypes, point) : null;
  const metric = rankingMetric(rankBy, forecastTypes, pointType)?.name ?? null;
  const steps = planTables(source, { ...given({ point, costs }), ...(exists && { by: ['step'] }) }, frequency);
  const accuracy = accuracyOf(steps);
  if (!exists) return { forecasts: undefined, accuracy };
  const dimensions = seriesDimensions(source);
  const by = ['item', ...dimensions];
  const items = planTables(source, { ...given({ point }), by, accuracyMetrics: false }, frequency, keeping);
  return {
    forecasts: {
      items: forecastsOf(items),
      steps: { ...forecastsOf(steps), countsItems: false },
      ranking: { forecastTypes, dimensions, metric, items: listed, chosen },
      series: { schema: forecastedValues.schema, point: pointType, rankBy: metric, chosen },
    },
    accuracy,
  };
}

/** A ranking as planned. */
export function startRanking({ metric, ...options }: RankingPlan): ItemRanking {
  return new ItemRanking({ ...options, metric: metric === null ? null : (findMetric(metric) ?? null) });
}

type Planned = readonly { readonly gather: GatherPlan }[];

function forecastsOf(planned: Planned): ForecastPlan {
  for (const { gather } of planned) if (gather.table === 'forecasted-values') return gather.options;
  throw new Error('no forecasts are planned');
}

function accuracyOf(planned: Planned): AccuracyPlan | undefined {
  for (const { gather } of planned) if (gather.table === 'accuracy-metrics-values') return gather.options;
  return undefined;
}
