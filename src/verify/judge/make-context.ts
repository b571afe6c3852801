import { tableOf } from '../../export/find/backtest-export.ts';
import type { TableName } from '../../schema/schema.ts';
import { metricColumns, MetricTracker } from './arithmetic.ts';
import type { CheckedParts } from '../scan/check-parts.ts';
import { Duplicates } from '../base/duplicates.ts';
import { FindingBook } from '../base/finding-book.ts';
import { hasGaps } from '../scan/folder-findings.ts';
import type { JudgeContext, TableState } from './judge-context.ts';
import { NotCheckedList } from '../base/not-checked-list.ts';
import type { VerificationPlan } from '../base/plan.ts';
import { SuspectRuns } from '../scan/suspect-runs.ts';
import { WapeHypotheses } from './wape-hypotheses.ts';
import type { WindowList } from '../base/window-list.ts';
import { WindowSteps } from '../base/window-steps.ts';

/** Prepares judging the records of the parts. `season` is undefined where MASE is not checked. */
export function makeContext(plan: VerificationPlan, checked: CheckedParts, season: number | undefined): JudgeContext {
  const { bx, maxPlaces, frequency } = plan;
  const { forecastedValues, accuracyMetrics } = bx;
  const columns = metricColumns(
    accuracyMetrics.exists ? accuracyMetrics.schema : undefined,
    forecastedValues.exists ? forecastedValues.schema : undefined,
  );
  const trackers = (code: 'COMPUTED_DIFFERS' | 'SUMMARY_DIFFERS'): MetricTracker[] =>
    columns.map(({ name }, order) => new MetricTracker(code, name, order, plan));
  const wape = columns.findIndex(({ metric }) => metric === 'WAPE');
  const stateOf = (name: TableName, windows: WindowList): TableState => {
    const { exists } = tableOf(bx, name);
    const failed = [...checked.failed].some((file) => plan.parts[file]?.name === name);
    return { exists, whole: exists && !failed && !hasGaps(plan, name), windows };
  };
  return {
    book: new FindingBook(maxPlaces),
    notChecked: new NotCheckedList(),
    steps: new WindowSteps(frequency),
    frequency,
    dropped: checked.dropped,
    columns,
    hasMean: forecastedValues.exists && forecastedValues.schema.forecastTypes.includes('mean'),
    forecasts: stateOf('forecasted-values', checked.forecastWindows),
    metrics: stateOf('accuracy-metrics-values', checked.metricWindows),
    duplicateForecasts: new Duplicates(checked.headers, maxPlaces),
    duplicateMetrics: new Duplicates(checked.headers, maxPlaces),
    suspects: new SuspectRuns(),
    computed: trackers('COMPUTED_DIFFERS'),
    summary: trackers('SUMMARY_DIFFERS'),
    wape: wape < 0 ? undefined : new WapeHypotheses(columns[wape]?.name ?? '', wape, plan),
    season,
  };
}
