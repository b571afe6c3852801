import type { ZodType } from 'zod';
import { BacktestExportError, quoteText, serializeError } from '../errors.ts';
import { detectFrequency } from '../export/detect-frequency.ts';
import type { BacktestExport, OpenOptions } from '../export/find/backtest-export.ts';
import { openOptionsShape } from '../export/open-export.ts';
import { openIfFolder, type ExportSource } from '../export/open-source.ts';
import { planOf } from '../export/tables/planned-table.ts';
import { given } from '../given.ts';
import { planParts, planTables, type PlannedSummary } from '../metrics/plan-tables.ts';
import { isSkipped, summaryFacts } from '../metrics/summarize.ts';
import { checkOptions, objectShape, type Zod } from '../options.ts';
import { frequencyShape, type Frequency } from '../schema/frequency.ts';
import type { TableSchema } from '../schema/schema.ts';
import type { StorageTransfer } from '../storage/storage.ts';
import { digestOfJson } from './digest.ts';
import { planDigest, unitDigest } from './plan-digest.ts';
import {
  formatVersion,
  planKind,
  type PlanHead,
  type PlanLine,
  type PlannedHeader,
  type PlannedUnit,
} from './plan-line.ts';

/** Options of {@link planExport}: those of `summarize` on which sums depend. */
export interface PlanOptions {
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
 * the storage can be reached from, and `reduceStates` all states into what `summarize` gives. Lists the export and reads
 * its headers and first rows. Lines take about 2 KB each.
 * @throws what `openExport` throws; `OPTION_INVALID`, also for a storage that only this process can read; `TABLE_NOT_FOUND`
 */
export async function planExport(from: ExportSource, options: PlanOptions = {}): Promise<PlanLine[]> {
  await checkOptions('planExport', options, planOptionsShape);
  const { signal, onBadPart } = options;
  const source = await openIfFolder('planExport', from, options.open, signal);
  const storage = transferOf(source);
  const detected = await detectFrequency(source, {
    isSkipped: (error) => isSkipped(error, given({ onBadPart })),
    signal,
  });
  const frequency = options.frequency ?? detected.frequency;
  const { export: described } = summaryFacts(source);
  const tables = planTables(source, options, frequency ?? undefined);
  const head: PlanHead = {
    for: 'summarize',
    export: described,
    tables: Object.fromEntries(tables.map((table) => [table.gather.table, headerOf(table)])),
    decode: planOf(source.forecastedValues).decode,
    frequency,
    unread: [...detected.failed].map(([file, error]) => ({ file, error: serializeError(error) })),
    options: given({ by: options.by, point: options.point, maxGroups: options.maxGroups, onBadPart }),
  };
  const units = planParts(tables, {}).map(({ source: { part }, gather: { table } }) => ({ storage, table, part }));
  return toLines(head, units, source);
}

/** The lines of some units. */
function toLines(
  head: PlanHead,
  units: readonly Omit<PlannedUnit, 'head'>[],
  { warnings }: Pick<BacktestExport, 'warnings'>,
): PlanLine[] {
  const whole = units.map((unit, index): PlannedUnit => ({ head, ...unit, ...(index === 0 ? { warnings } : {}) }));
  const plan = planDigest(whole.map(unitDigest));
  return whole.map((unit, index) => {
    const line = {
      kind: planKind,
      format: formatVersion,
      plan,
      number: index + 1,
      total: units.length,
      ...unit,
    } as const;
    return { ...line, check: digestOfJson(line) };
  });
}

function headerOf({ table }: PlannedSummary): PlannedHeader {
  const { expected, parts } = planOf(table);
  return { header: namesOf(table.schema), file: expected?.file ?? '', parts: parts.length, bytes: table.bytes };
}

/** The names of a header, those of columns that were left out included. */
function namesOf({ columns, leftOut = [] }: TableSchema): string[] {
  const names = columns.map(({ name }) => name);
  for (const { name, field } of leftOut) names.splice(field, 0, name);
  return names;
}

function transferOf({ storage, location }: BacktestExport): StorageTransfer {
  const { transfer, base } = storage;
  if (transfer !== undefined) return transfer;
  const problem =
    base === undefined
      ? `expected a folder or a location in S3, found ${quoteText(location)}, which no other process can read`
      : `the export in ${quoteText(location)} is being replaced: plan it when its writer has ended`;
  throw new BacktestExportError('OPTION_INVALID', `planExport: ${problem}`);
}
