import type { Frequency } from '../../schema/frequency.ts';
import type { MetricColumn, MetricTracker } from './arithmetic.ts';
import type { Duplicates } from '../base/duplicates.ts';
import type { FindingBook } from '../base/finding-book.ts';
import type { NotCheckedList } from '../base/not-checked-list.ts';
import type { SuspectRuns } from '../scan/suspect-runs.ts';
import type { WapeHypotheses } from './wape-hypotheses.ts';
import type { WindowList } from '../base/window-list.ts';
import type { WindowSteps } from '../base/window-steps.ts';

/** The inputs of judging time series, and where its results go. */
export interface JudgeContext {
  readonly book: FindingBook;
  readonly notChecked: NotCheckedList;
  readonly steps: WindowSteps;
  readonly frequency: Frequency | null;
  /** Parts whose records do not count. */
  readonly dropped: ReadonlySet<number>;
  readonly columns: readonly MetricColumn[];
  readonly hasMean: boolean;
  /** Whether a table exists, and whether all its parts were read and none is missing. */
  readonly forecasts: TableState;
  readonly metrics: TableState;
  readonly duplicateForecasts: Duplicates;
  readonly duplicateMetrics: Duplicates;
  readonly suspects: SuspectRuns;
  /** By metric column. */
  readonly computed: readonly MetricTracker[];
  readonly summary: readonly MetricTracker[];
  readonly wape: WapeHypotheses | undefined;
  /** Of MASE, in steps; undefined where it is not checked. */
  readonly season: number | undefined;
}

/** How much of a table is known. */
export interface TableState {
  readonly exists: boolean;
  readonly whole: boolean;
  readonly windows: WindowList;
}
