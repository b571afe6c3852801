import type { ZodType } from 'zod';
import { BacktestExportError, serializeError } from '../errors.ts';
import { detectFrequency } from '../export/detect-frequency.ts';
import type { OpenOptions } from '../export/find/backtest-export.ts';
import { openOptionsShape } from '../export/open-export.ts';
import { openIfFolder, type ExportSource } from '../export/open-source.ts';
import { planOf } from '../export/tables/planned-table.ts';
import { given } from '../given.ts';
import { planParts, planTables, type PlannedSummary } from '../metrics/plan-tables.ts';
import { isSkipped, summaryFacts } from '../metrics/summarize.ts';
import { checkOptions, objectShape, type Zod } from '../options.ts';
import { frequencyShape, type Frequency } from '../schema/frequency.ts';
import type { PlanLine, PlannedHeader, SummaryHead } from './plan-line.ts';
import { headerNames, toPlanLines, transferOf } from './plan-lines.ts';
import { planVerificationLines } from './plan-verification.ts';

/** Options of {@link planExport}: those of `summarize` on which sums depend. */
export interface PlanOptions {
  /** What the states are for: `summarize` by default. */
  readonly for?: 'summarize' | 'verify';
  /** Places that `verify` keeps for each finding; 20 by default. The options between are those of `summarize`. */
  readonly maxPlaces?: number;
  /** How the export is chosen and read, where a location is given; refused for an opened export. */
  readonly open?: OpenOptions;
  /** Any of `window`, `item`, `step` and the dimension names: the keys of `groups`. None by default. */
  readonly by?: readonly string[];
  /** The forecast type that WAPE, RMSE, MAPE, MAE and bias are of; by default `mean` where there is one, else p50. */
  readonly point?: string;
  /** A part that cannot be read stops everything (the default), or is left out and listed. */
  readonly onBadPart?: 'stop' | 'skip';
  /** Most groups (windows × distinct keys); no limit by default. */
  readonly maxGroups?: number;
  /** Step between timestamps, where the caller knows it; inferred by default. */
  readonly frequency?: Frequency;
  /** Whether accuracy-metrics-values is read as well, where there is one; true by default. */
  readonly accuracyMetrics?: boolean;
  readonly signal?: AbortSignal;
}

const planOptionsShape = (z: Zod): ZodType<PlanOptions> =>
  objectShape<PlanOptions>(z, {
    for: z.enum(['summarize', 'verify']).optional(),
    maxPlaces: z.int().min(0).max(100_000).optional(),
    open: openOptionsShape(z).optional(),
    by: z.array(z.string()).optional(),
    point: z.string().optional(),
    onBadPart: z.enum(['stop', 'skip']).optional(),
    maxGroups: z.int().min(1).optional(),
    frequency: frequencyShape(z).optional(),
    accuracyMetrics: z.boolean().optional(),
    signal: z.instanceof(AbortSignal).optional(),
  });

/**
 * Shares the reading of an export out: a line for each part with data, which {@link mapPart} turns into a state anywhere that
 * the storage can be reached from, and `reduceStates` all states into what `summarize` gives (`reduceVerification`: `verifyExport`).
 * Lists the export and reads its headers and first rows. Lines take about 2 KB each.
 * @throws what `openExport` throws; `OPTION_INVALID`, also for a storage that only this process can read; `TABLE_NOT_FOUND`
 */
export async function planExport(from: ExportSource, options: PlanOptions = {}): Promise<PlanLine[]> {
  await checkOptions('planExport', options, planOptionsShape);
  const { signal, frequency, open, maxPlaces } = options;
  refuseIdle(options);
  if (options.for === 'verify') return planVerificationLines(from, given({ open, frequency, maxPlaces, signal }));
  return planSummary(from, options);
}

const ofSummaries = ['by', 'point', 'onBadPart', 'maxGroups', 'accuracyMetrics'] as const;

/** Options without effect are mistakes. */
function refuseIdle(options: PlanOptions): void {
  const isVerify = options.for === 'verify';
  const idle = (isVerify ? ofSummaries : (['maxPlaces'] as const)).find((name) => options[name] !== undefined);
  if (idle === undefined) return;
  const problem = `planExport.${idle}: it is of plans for ${isVerify ? 'summarize' : 'verify'}`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}

async function planSummary(from: ExportSource, options: PlanOptions): Promise<PlanLine[]> {
  const { signal, onBadPart } = options;
  const source = await openIfFolder('planExport', from, options.open, signal);
  const storage = transferOf(source);
  const detected = await detectFrequency(source, {
    isSkipped: (error) => isSkipped(error, given({ onBadPart })),
    signal,
  });
  const frequency = options.frequency ?? detected.frequency;
  const tables = planTables(source, options, frequency ?? undefined);
  const head: SummaryHead = {
    for: 'summarize',
    export: summaryFacts(source).export,
    tables: Object.fromEntries(tables.map((table) => [table.gather.table, headerOf(table)])),
    decode: planOf(source.forecastedValues).decode,
    frequency,
    unread: [...detected.failed].map(([file, error]) => ({ file, error: serializeError(error) })),
    options: given({ by: options.by, point: options.point, maxGroups: options.maxGroups, onBadPart }),
  };
  const units = planParts(tables, {}).map(({ source: { part }, gather: { table } }) => ({ storage, table, part }));
  return toPlanLines(head, units, source.warnings);
}

function headerOf({ table }: PlannedSummary): PlannedHeader {
  const { expected, parts } = planOf(table);
  return { header: headerNames(table.schema), file: expected?.file ?? '', parts: parts.length, bytes: table.bytes };
}
