import type { SerializedError } from '../../errors.ts';
import type { BacktestExport, ExportTable } from '../../export/find/backtest-export.ts';
import type { PartFile } from '../../export/entries/export-catalog.ts';
import { skipHeaders, type PartSource } from '../../export/parts/part-source.ts';
import { partSources } from '../../export/tables/planned-table.ts';
import type { Frequency } from '../../schema/frequency.ts';
import type { TableName } from '../../schema/schema.ts';
import type { Storage, StorageTransfer } from '../../storage/storage.ts';
import type { OpenedExport } from './open-tolerantly.ts';
import type { VerifyOptions } from './verify-options.ts';

/** A part, or a file that looks like one. Its index in the plan's list is its number. */
export interface PlannedPart {
  readonly name: TableName;
  readonly part: PartFile;
  /** Undefined where its header could not be read: then nothing of it is read. */
  readonly source: PartSource | undefined;
  readonly error?: SerializedError;
}

/** Everything known before the first row is read. */
export interface VerificationPlan {
  readonly bx: BacktestExport;
  readonly opened: OpenedExport;
  /** By table and number; those whose header could not be read at the end. */
  readonly parts: readonly PlannedPart[];
  readonly options: VerifyOptions;
  readonly tolerance: number;
  readonly maxPlaces: number;
  readonly frequency: Frequency | null;
  /** Of the hashes of keys. */
  readonly seed: Uint32Array;
  /** The number of partitions of keys, a power of two. */
  readonly partitions: number;
  /** Where records are written that do not fit into memory. */
  readonly spill: StorageTransfer | undefined;
}

/** Bytes of text for each partition, whose records may take as much memory. */
const partitionBytes = 32 * 1024 * 1024;
const mostPartitions = 256;

/** Makes the plan, by default with a random seed. */
export function planVerification(
  opened: OpenedExport,
  options: VerifyOptions,
  frequency: Frequency | null,
  spill: Storage | undefined,
  seed: Uint32Array = crypto.getRandomValues(new Uint32Array(4)),
): VerificationPlan {
  const { bx } = opened;
  const parts: PlannedPart[] = [
    ...planTable(bx.forecastedValues),
    ...planTable(bx.accuracyMetrics),
    ...opened.unreadable.map(({ part, error }) => ({
      name: part.table ?? 'forecasted-values',
      part,
      source: undefined,
      error,
    })),
  ];
  const bytes = parts.reduce((sum, { part }) => sum + expectedBytes(part), 0);
  return {
    bx,
    opened,
    parts,
    options,
    tolerance: options.tolerance ?? 1e-9,
    maxPlaces: options.maxPlaces ?? 20,
    frequency,
    seed,
    partitions: 2 ** Math.min(Math.log2(mostPartitions), Math.ceil(Math.log2(Math.max(1, bytes / partitionBytes)))),
    spill: spill?.transfer,
  };
}

/** The bytes of records that a part may produce: those of its text, which Parquet compresses. */
export function expectedBytes({ size, format }: PartFile): number {
  return format === 'PARQUET' ? size * 8 : size;
}

function planTable(table: ExportTable): PlannedPart[] {
  return partSources(table).map((source) => ({ name: table.name, part: source.part, source: skipHeaders(source) }));
}
