import type { ZodType } from 'zod';
import type { OpenOptions } from '../../export/find/backtest-export.ts';
import type { ExportSource } from '../../export/open-source.ts';
import { unitCostsShape, type UnitCosts } from '../../metrics/base/costs.ts';
import type { GroupPhase } from '../../metrics/base/summary.ts';
import type { SummarizeProgress } from '../../metrics/summarize-options.ts';
import { objectShape, type Zod } from '../../options.ts';
import { verifyOptionFields, type VerifyOptions, type VerifyPhase } from '../../verify/base/verify-options.ts';

/**
 * What is done for a report at the moment: its parts are read, the figures of items and steps are computed, the rules of
 * `verifyExport` are applied to what was read, the forecasts to be drawn are looked up, the other exports are compared.
 */
export type ReportPhase = 'reading' | GroupPhase | VerifyPhase | 'series' | 'comparing';

/** How far a report is: its parts, and the groups, or steps, of the phase at hand, from 0 in each phase. */
export interface ReportProgress extends Omit<SummarizeProgress, 'phase'> {
  readonly phase: ReportPhase;
}

/** Options of `createReport`; those of `verifyExport` that concern the history, rules and reading mean the same here. */
export interface ReportOptions extends Pick<
  VerifyOptions,
  | 'history'
  | 'historyTarget'
  | 'historyColumns'
  | 'season'
  | 'rules'
  | 'tolerance'
  | 'frequency'
  | 'threads'
  | 'signal'
  | 'temporaryFolder'
> {
  /** Which export, and how its text is written, where a location is given; refused for an opened export. */
  readonly open?: Omit<OpenOptions, 'repeatedHeaders'>;
  /** Items in each list: the costliest, worst and best ones; 10 by default, 1,000 at most. */
  readonly items?: number;
  /** Ids of items whose forecasts are drawn besides those of the worst, a median and the best one; at most 1,000. */
  readonly chosen?: readonly string[];
  /**
   * The metric by which items are ranked: `WAPE` by default (`averageWQL` without a point forecast), or any other that
   * `summarize` ranks by.
   */
  readonly rankBy?: string;
  /** The forecast type that WAPE, RMSE, MAPE, MAE and bias are of, as for `summarize`. */
  readonly point?: string;
  /** Costs of stocking by a forecast; without them the report has none. */
  readonly costs?: UnitCosts;
  /** Other exports to compare it with, on the rows that all of them have; at most 20. */
  readonly compare?: readonly ExportSource[];
  /** Called periodically, on the caller's thread. */
  readonly onProgress?: (progress: ReportProgress) => void;
}

/** Items in a list, where the caller does not say. */
export const defaultItems = 10;

/** The zod shape of {@link ReportOptions}. */
export function reportOptionsShape(z: Zod): ZodType<ReportOptions> {
  const { maxPlaces: _, ...shared } = verifyOptionFields(z);
  return objectShape<ReportOptions>(z, {
    ...shared,
    items: z.int().min(1).max(1000).optional(),
    chosen: z.array(z.string()).max(1000).optional(),
    rankBy: z.string().optional(),
    point: z.string().optional(),
    costs: unitCostsShape(z).optional(),
    compare: z.array(sourceShape(z)).max(20).optional(),
  });
}

/** What an export is given by is checked where it is opened. */
function sourceShape(z: Zod): ZodType<ExportSource> {
  const shape: ZodType = z.unknown();
  return shape as ZodType<ExportSource>;
}
