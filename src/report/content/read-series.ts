import { runParts } from '../../export/parts/run-parts.ts';
import { readPart, type PartSource } from '../../export/parts/part-source.ts';
import type { Task, TaskContext, TaskResult } from '../../parallel/task.ts';
import type { ReadAgain } from './collected-series.ts';
import { collectedBuffers, SeriesCollector, type CollectedState } from './series-collector.ts';
import type { SeriesPlan } from './series-plan.ts';

/** One part to be read again for some series. */
interface SeriesInput {
  readonly source: PartSource;
  readonly part: number;
  readonly plan: SeriesPlan;
}

/** Collects series of one part. @throws what reading throws; an abort */
async function collectSeries(
  { source, part, plan }: SeriesInput,
  { signal, onBytes, takeRoom }: TaskContext,
): Promise<TaskResult<CollectedState>> {
  const collector = new SeriesCollector(plan, part);
  const reading = { columns: collector.requiredColumns, batchRows, signal, onBytes, takeRoom };
  for await (const batch of readPart(source, reading)) collector.add(batch);
  const output = collector.takeState();
  return { output, transfer: collectedBuffers(output) };
}

/** As a summary takes them. */
const batchRows = 8192;

/** {@link collectSeries} for any thread. */
export const collectSeriesTask: Task<SeriesInput, CollectedState> = {
  name: 'collectSeries',
  waits: true,
  run: collectSeries,
};

/** Reads parts of an export again on several threads; `sources` are those of the parts by their numbers. */
export function readSeries(
  sources: readonly (PartSource | undefined)[],
  plan: SeriesPlan,
  { threads, signal }: { readonly threads?: number | undefined; readonly signal?: AbortSignal | undefined },
): ReadAgain {
  return async (parts, only) => {
    const inputs = parts.flatMap((part) => {
      const source = sources[part];
      return source === undefined ? [] : [{ source, part, plan: { ...plan, only } }];
    });
    const states: CollectedState[] = [];
    await runParts(collectSeriesTask, inputs, { threads, signal, onResult: (state) => states.push(state) });
    return states;
  };
}
