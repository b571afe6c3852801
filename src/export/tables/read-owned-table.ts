import type { PartSlice } from '../../batch/decode-options.ts';
import type { OwnedRows } from '../../batch/forms/owned-rows.ts';
import { given } from '../../given.ts';
import { threadsThatPay } from '../../parallel/threads-that-pay.ts';
import { streamTasks, type TaskStream } from '../../parallel/stream-tasks.ts';
import { estimateWork } from '../parts/estimate-work.ts';
import { ownedPartTask, type OwnedPart } from './owned-part-task.ts';
import type { PartSource } from '../parts/part-source.ts';
import { canSlice, cutSlices } from '../parts/plan-slices.ts';
import { readOwnedRows, type OwnedReading } from './read-owned.ts';
import { RowsOfSlices } from './rows-of-slices.ts';
import { canMove, handOverSource } from '../parts/run-parts.ts';

/** How all parts of a table are read as owned rows. */
export interface OwnedTableReading extends Pick<OwnedReading, 'columns' | 'batchRows' | 'signal'> {
  /** Threads at most; the available cores by default. */
  readonly threads?: number | undefined;
  /** Bytes of a slice at most, where threads share the work; 16 MB of CSV or 8 MB of Parquet by default. */
  readonly sliceBytes?: number;
}

/** The work of threads for one reader of a table, once it has begun. */
interface ThreadsWork {
  stream: TaskStream<OwnedPart> | undefined;
}

/** Ends the work for readers that were dropped in the middle, when the engine collects them. */
const dropped = new FinalizationRegistry<ThreadsWork>(({ stream }) => void stream?.end());

/**
 * Decodes the parts of a table as rows that the caller owns, in the order of the parts: in slices on several threads where
 * the storage can be opened on others and there is enough to do. Then at most two slices for each thread are in memory,
 * else a batch. The first slice is read here, and threads start when its second batch is asked for: who only looks at
 * the first one pays for no more. The rows do not depend on threads and slices, nor does an error and what precedes it;
 * the rows at a time do. Who stops reading calls `return`; else threads are held until the engine collects the generator.
 * @throws as `readOwnedRows`
 */
export function readOwnedTable(
  sources: readonly PartSource[],
  reading: OwnedTableReading,
): AsyncGenerator<OwnedRows, void, undefined> {
  const work: ThreadsWork = { stream: undefined };
  const rows = readInOrder(sources, reading, work);
  dropped.register(rows, work);
  return rows;
}

async function* readInOrder(
  sources: readonly PartSource[],
  { threads: most, sliceBytes, ...reading }: OwnedTableReading,
  work: ThreadsWork,
): AsyncGenerator<OwnedRows, void, undefined> {
  const threads = sources.every((source) => canMove(source) && isHandy(source))
    ? threadsThatPay(ownedPartTask, given({ threads: most, work: estimateWork(sources) }))
    : 1;
  const [first, ...others] = threads === 1 ? [] : sources.flatMap((source) => toUnits(source, reading, sliceBytes));
  if (first === undefined) {
    for (const source of sources) yield* readOwnedRows(source, reading);
    return;
  }
  try {
    for await (const rows of first.part.read(first.slice)) {
      yield rows;
      work.stream ??= startUnits(others, reading, threads);
    }
    const stream = (work.stream ??= startUnits(others, reading, threads));
    for (const { part, slice } of others) yield* part.give(slice, await stream.take());
  } finally {
    await work.stream?.end();
  }
}

/** What one thread reads at a time: a part, or a slice of it. */
export interface OwnedUnit {
  readonly part: RowsOfSlices;
  readonly source: PartSource;
  readonly slice: PartSlice | undefined;
}

/** The units of a part, of about `sliceBytes` each. */
export function toUnits(source: PartSource, reading: OwnedReading, sliceBytes?: number): OwnedUnit[] {
  const part = new RowsOfSlices(source, reading);
  const { size, format } = source.part;
  const count = Math.ceil(size / (sliceBytes ?? mostBytes[format]));
  const slices = count > 1 && canSlice(source) ? cutSlices(size, count) : [undefined];
  return slices.map((slice) => ({ part, source, slice }));
}

/** Whether a thread can hold the rows of the part, or it can be cut. */
function isHandy(source: PartSource): boolean {
  return canSlice(source) || source.part.size <= 4 * mostBytes.CSV;
}

const mostBytes = { CSV: 16_000_000, PARQUET: 8_000_000 } as const;

function startUnits(
  units: readonly OwnedUnit[],
  { columns, batchRows, signal }: OwnedReading,
  threads: number,
): TaskStream<OwnedPart> {
  const inputs = units.map(({ source, slice }) => {
    return { source: handOverSource({ ...source, slice }), columns, batchRows };
  });
  return streamTasks(ownedPartTask, inputs, { threads, signal });
}
