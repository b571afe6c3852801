import { Pause, takeSteps, type Steps } from '../../pause.ts';
import { quantilesOf } from '../../schema/forecast-type.ts';
import type { JudgeContext } from './judge-context.ts';
import { judgeSeries } from './judge-series.ts';
import type { VerificationPlan } from '../base/plan.ts';
import { tellPhase } from '../base/tell-phase.ts';
import type { VerificationReport } from '../base/report.ts';
import { historyValue, metricRowDoubles, runDoubles } from '../records/record-fields.ts';
import type { RecordStore } from '../records/record-store.ts';
import { groupBySeries, recordsOf, type PartitionRecords } from '../records/series-records.ts';

/** How many distinct items and time series there are. */
export type SeriesCounts = Pick<VerificationReport, 'items' | 'series'>;

/**
 * Judges every time series, partition by partition, whose records are then freed. Memory: the records of one partition
 * and 40 bytes for each.
 */
export async function judgePartitions(
  plan: VerificationPlan,
  context: JudgeContext,
  store: RecordStore,
): Promise<SeriesCounts> {
  const { forecastedValues, accuracyMetrics } = plan.bx;
  const quantiles = forecastedValues.exists ? quantilesOf(forecastedValues.schema.forecastTypes).length : 0;
  const metrics = accuracyMetrics.exists ? context.columns.length : 0;
  const counts = { items: 0, series: 0 };
  const pause = new Pause(plan.options.signal);
  for (let partition = 0; partition < plan.partitions; partition++) {
    tellPhase(plan, 'judging', partition, plan.partitions);
    await pause.take();
    const records = {
      runs: recordsOf(await store.take('run', partition), runDoubles(quantiles)),
      rows: recordsOf(await store.take('metricRow', partition), metricRowDoubles(metrics)),
      history: recordsOf(await store.take('history', partition), historyValue.doubles),
    };
    const tell = (share: number): void => tellPhase(plan, 'judging', partition + share, plan.partitions);
    await takeSteps(judgePartition(records, context, counts, tell), pause);
  }
  return counts;
}

/** Series after which progress is told; and the share of a partition's work that is done when its series are known. */
const seriesToTell = 4096;
const grouped = 0.3;

function* judgePartition(
  records: PartitionRecords,
  context: JudgeContext,
  counts: { items: number; series: number },
  tell: (share: number) => void,
): Steps<void> {
  const series = yield* groupBySeries(records, context.dropped);
  counts.items += series.items;
  counts.series += series.size;
  for (let id = 0; id < series.size; id++) {
    yield* judgeSeries(records, yield* series.of(id), context);
    if (id % seriesToTell === 0) tell(grouped + ((1 - grouped) * id) / series.size);
    yield;
  }
}
