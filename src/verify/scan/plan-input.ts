import type { PartSource } from '../../export/parts/part-source.ts';
import type { VerificationPlan } from '../base/plan.ts';
import type { SpillPlan } from '../records/record-sink.ts';

/** A part to read, for any check. Plain data. */
export interface PartTask {
  readonly source: PartSource;
  /** Number of the part among all that are read. */
  readonly file: number;
  /** Seed of all hashes. */
  readonly seed: Uint32Array;
  readonly partitions: number;
  /** Undefined where all records fit into memory. */
  readonly spill: SpillPlan | undefined;
}

/** Bytes of records that a thread keeps in memory. */
export const heldByThread: number = 16 * 1024 * 1024;

/** What is needed to read a part of the plan, for any check; nothing for a part without a source. */
export function planInput(plan: VerificationPlan, file: number, spillName: string): PartTask[] {
  const { parts, seed, partitions, spill } = plan;
  const source = parts[file]?.source;
  if (source === undefined) return [];
  const ownSpill = spill && { storage: spill, name: `${spillName}-${file}`, quota: heldByThread };
  return [{ source, file, seed, partitions, spill: ownSpill }];
}
