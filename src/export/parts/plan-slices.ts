import type { PartSlice } from '../../batch/decode-options.ts';
import { workerCosts } from '../../parallel/worker-costs.ts';
import { estimateWork } from './estimate-work.ts';
import type { PartSource } from './part-source.ts';

/** Units of work for each thread, so that all of them end at about the same time. */
const unitsPerThread = 4;

/**
 * Into which slices the part of each input is cut, so that no unit of work is much larger than a thread's share; undefined
 * where it stays whole, as do several parts of one input. `effort` is that of the task.
 */
export function planSlices(
  inputs: readonly (readonly PartSource[])[],
  threads: number,
  effort: number,
): (readonly PartSlice[] | undefined)[] {
  const work = inputs.map((sources) => estimateWork(sources) * effort);
  const share = work.reduce((sum, one) => sum + one, 0) / (threads * unitsPerThread);
  return inputs.map(([source, ...others], index) => {
    const own = work[index] ?? 0;
    if (threads < 2 || own < 1.5 * share) return undefined;
    if (source === undefined || others.length > 0 || !canSlice(source)) return undefined;
    const count = Math.min(Math.ceil(own / share), Math.floor(own / workerCosts.slice), source.part.size);
    return count < 2 ? undefined : cutSlices(source.part.size, count);
  });
}

/** Whether a part can be read in slices. */
export function canSlice({ part, decode, slice }: PartSource): boolean {
  return slice === undefined && (part.format === 'PARQUET' || decode.dialect === undefined);
}

/** So many slices of about the same size. */
export function cutSlices(size: number, count: number): PartSlice[] {
  const at = (number: number): number => Math.floor((size * number) / count);
  return Array.from({ length: count }, (_, number) => ({ from: at(number), to: at(number + 1) }));
}
