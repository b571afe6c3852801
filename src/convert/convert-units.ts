import { estimateWork } from '../export/parts/estimate-work.ts';
import { planSlices } from '../export/parts/plan-slices.ts';
import { canMove, runParts } from '../export/parts/run-parts.ts';
import type { Destination } from '../export/write/destination.ts';
import { given } from '../given.ts';
import { threadsThatPay } from '../parallel/threads-that-pay.ts';
import { convertSliceTask } from './convert-slice.ts';
import { convertSliced } from './convert-sliced.ts';
import { convertUnitTask } from './convert-unit.ts';
import type { ConvertOptions } from './conversion.ts';
import type { ProvenUnits } from './proven-units.ts';
import type { UnitInput, UnitOutput } from './unit.ts';

/**
 * Converts all units; returns their results in order. A part that is much larger than a thread's share is converted in slices by
 * all threads, such parts one after another; then the threads share the others, and those that could not be cut. What is proven already
 * is taken as it is.
 */
export async function convertUnits(
  inputs: readonly UnitInput[],
  destination: Destination,
  { signal, threads: most, onProgress }: ConvertOptions,
  proven?: ProvenUnits,
): Promise<readonly UnitOutput[]> {
  const threads = destination.storage.transfer === undefined ? 1 : most;
  const outputs: UnitOutput[] = [];
  const progress = new Progress(inputs, onProgress);
  const take = (output: UnitOutput, index: number): void => {
    outputs[index] = output;
    for (const file of output.files) destination.take(file);
  };
  const takeNew = async (output: UnitOutput, index: number): Promise<void> => {
    take(output, index);
    const input = inputs[index];
    if (input !== undefined && inputs.length > 1) await proven?.keep(input, output);
  };
  const left: number[] = [];
  const plan = planSliced(inputs, threads);
  for (const [index, input] of inputs.entries()) {
    const onBytes = (bytes: number): void => progress.tell(bytes);
    const known = proven?.outputs.get(index);
    const isSliced = plan.sliced.has(index) && known === undefined;
    const made = isSliced ? await convertSliced(input, { threads: plan.threads, signal, onBytes }) : undefined;
    if (known !== undefined) take(known, index);
    else if (made !== undefined) await takeNew(made, index);
    else {
      left.push(index);
      continue;
    }
    progress.finish(bytesOf(input));
  }
  const others = left.flatMap((index) => inputs[index] ?? []);
  await runParts(convertUnitTask, others, {
    signal,
    threads,
    writesFar: destination.storage.movesByCopy,
    onProgress: ({ bytes }) => progress.tell(bytes),
    onResult: (output, at) => takeNew(output, left[at] ?? 0),
  });
  return outputs;
}

/** Which units all threads convert together, and how many threads pay. */
function planSliced(
  inputs: readonly UnitInput[],
  most: number | undefined,
): { readonly threads: number; readonly sliced: ReadonlySet<number> } {
  const { effort = 1 } = convertSliceTask;
  const sources = inputs.flatMap((input) => input.sources);
  if (!sources.every(canMove)) return { threads: 1, sliced: new Set() };
  const threads = threadsThatPay(convertSliceTask, given({ threads: most, work: estimateWork(sources) * effort }));
  const plans = planSlices(
    inputs.map((input) => input.sources),
    threads,
    effort,
  );
  const sliced = inputs.flatMap(({ target }, index) =>
    target.kind === 'file' && plans[index] !== undefined ? [index] : [],
  );
  return { threads, sliced: new Set(sliced) };
}

/** Bytes over all units, never fewer than before: a part that could not be cut is read again. */
class Progress {
  readonly #onProgress: ConvertOptions['onProgress'];
  readonly #totalBytes: number;
  #finished = 0;
  #told = 0;

  constructor(inputs: readonly UnitInput[], onProgress: ConvertOptions['onProgress']) {
    this.#onProgress = onProgress;
    this.#totalBytes = inputs.reduce((sum, input) => sum + bytesOf(input), 0);
  }

  /** Tells of so many bytes besides those of units that are finished. */
  tell(bytes: number): void {
    const all = this.#finished + bytes;
    if (all <= this.#told) return;
    this.#told = all;
    this.#onProgress?.({ bytes: all, totalBytes: this.#totalBytes });
  }

  finish(bytes: number): void {
    this.tell(bytes);
    this.#finished += bytes;
  }
}

function bytesOf({ sources }: UnitInput): number {
  return sources.reduce((sum, { part }) => sum + part.size, 0);
}
