import type { ZodType } from 'zod';
import { BacktestExportError } from '../errors.ts';
import type { OpenOptions } from '../export/find/backtest-export.ts';
import { openOptionsShape } from '../export/open-export.ts';
import type { Progress } from '../export/parts/run-parts.ts';
import { objectShape, type FieldShapes, type Zod } from '../options.ts';
import { frequencyShape, type Frequency } from '../schema/frequency.ts';
import { unitCostsShape, type UnitCosts } from './base/costs.ts';
import type { Reading } from './base/reading.ts';
import type { GroupPhase, GroupSummary, Worst } from './base/summary.ts';

/** How far a summary is: its parts, then its groups, again from 0 in each phase. The last call of a phase has all of them. */
export interface SummarizeProgress extends Progress {
  /** What is done at the moment. */
  readonly phase: 'reading' | GroupPhase;
  /** Groups that are done in this phase, and their total: 0 of 0 until all parts are read. */
  readonly groups: number;
  readonly totalGroups: number;
}

/** Options of {@link summarize}. */
export interface SummarizeOptions {
  /** How the export is chosen and read, where a location is given; refused for an opened export. */
  readonly open?: OpenOptions;
  /** Any of `window`, `item`, `step` and the dimension names: the keys of `groups`. None by default. */
  readonly by?: readonly string[];
  /** Show only the worst groups; all by default. Needs `by`. */
  readonly worst?: Worst;
  /** Which reading of groups `worst` ranks by: `pooled` over all their rows (the default), or `averaged` over windows. Needs `by`. */
  readonly reading?: Reading;
  /**
   * The forecast type that WAPE, RMSE, MAPE, MAE and bias are of: `mean`, `p50` …; by default `mean` where there is one, else
   * p50. The result names it.
   */
  readonly point?: string;
  /**
   * What a unit too few (`under`) and a unit too many (`over`) cost: then `costs` of the result, and of each group, says what it
   * would have cost to stock as much as each forecast type said.
   */
  readonly costs?: UnitCosts;
  /** Threads at most; the available cores by default. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Called periodically, on the caller's thread. */
  readonly onProgress?: (progress: SummarizeProgress) => void;
  /**
   * Takes the groups one after another, in their order, instead of `groups`, which is then empty: so very many need not be in
   * memory as plain data, which takes 1.5 KB each. The next one is made when the returned promise is fulfilled; an error ends
   * `summarize`. Needs `by`.
   */
  readonly onGroup?: (group: GroupSummary) => void | Promise<void>;
  /** A part that cannot be read stops everything (the default), or is left out entirely and listed in `skippedParts`. */
  readonly onBadPart?: 'stop' | 'skip';
  /** Most groups (windows × distinct keys); no limit by default. */
  readonly maxGroups?: number;
  /** Step between timestamps, where the caller knows it; inferred by default. */
  readonly frequency?: Frequency;
  /** Whether accuracy-metrics-values is read as well, where there is one; true by default. */
  readonly accuracyMetrics?: boolean;
}

/** Options about groups have no effect without them; `what` is the function that was called. @throws `OPTION_INVALID` */
export function refuseIdleOptions(
  { by = [], worst, reading, onGroup }: Pick<SummarizeOptions, 'by' | 'worst' | 'reading' | 'onGroup'>,
  what = 'summarize',
): void {
  if (by.length > 0) return;
  let problem: string;
  if (worst !== undefined) problem = `${what}.worst: it chooses among groups`;
  else if (reading !== undefined) problem = `${what}.reading: it is of groups`;
  else if (onGroup !== undefined) problem = `${what}.onGroup: it takes groups`;
  else return;
  throw new BacktestExportError('OPTION_INVALID', `${problem}, say which with by`);
}

/** The fields of options for every way to summarize, here or in an engine. */
export const summaryFields = (z: Zod): FieldShapes<Omit<SummarizeOptions, 'onBadPart'>> => ({
  open: openOptionsShape(z).optional(),
  by: z.array(z.string()).optional(),
  worst: objectShape<Worst>(z, { metric: z.string(), count: z.int().min(1) }).optional(),
  reading: z.enum(['pooled', 'averaged']).optional(),
  point: z.string().optional(),
  costs: unitCostsShape(z).optional(),
  threads: z.int().min(1).max(256).optional(),
  signal: z.instanceof(AbortSignal).optional(),
  onProgress: z.function().optional(),
  onGroup: z.function().optional(),
  maxGroups: z.int().min(1).optional(),
  frequency: frequencyShape(z).optional(),
  accuracyMetrics: z.boolean().optional(),
});

/** The zod shape of {@link SummarizeOptions}. */
export const summarizeOptionsShape = (z: Zod): ZodType<SummarizeOptions> =>
  objectShape<SummarizeOptions>(z, { ...summaryFields(z), onBadPart: z.enum(['stop', 'skip']).optional() });
