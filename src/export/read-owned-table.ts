import type { OwnedRows } from '../batch/owned-rows.ts';
import { streamTasks, type TaskStream } from '../parallel/stream-tasks.ts';
import { workersThatPay } from '../parallel/worker-costs.ts';
import { estimateWork } from './estimate-work.ts';
import { ownedPartTask, type OwnedPart } from './owned-part-task.ts';
import type { PartSource } from './part-source.ts';
import { readOwnedRows, type OwnedReading } from './read-owned.ts';
import { canMove, handOverSource } from './run-parts.ts';

/** How all parts of a table are read as owned rows. */
export interface OwnedTableReading extends Omit<OwnedReading, 'skippedRows'> {
  /** Threads at most; the available cores by default. */
  readonly threads?: number | undefined;
}

/**
 * Decodes the parts of a table as rows that the caller owns, in the order of the parts: on several threads where the
 * storage can be opened on others and there is enough to do. Then at most two parts for each thread are in memory, else a
 * batch. The first part is read here, and threads start when its second batch is asked for: who only looks at the first
 * one pays for no more.
 *
 * A part that fails elsewhere is read again here, from the row after the last one given: so the error is the same, and at
 * the same place, as without threads.
 * @throws as `readOwnedRows`
 */
export async function* readOwnedTable(
  sources: readonly PartSource[],
  { threads, ...reading }: OwnedTableReading,
): AsyncGenerator<OwnedRows, void, undefined> {
  const [first, ...others] = sources;
  if (first === undefined) return;
  const here = readOwnedRows(first, reading);
  if (threads === 1 || !paysOff(others)) {
    yield* here;
    for (const source of others) yield* readOwnedRows(source, reading);
    return;
  }
  let stream: TaskStream<OwnedPart> | undefined;
  try {
    for await (const rows of here) {
      yield rows;
      stream ??= startOthers(others, reading, threads);
    }
    stream ??= startOthers(others, reading, threads);
    for (const [index, source] of others.entries()) {
      const { rows, failed } = await stream.take();
      yield* rows;
      if (!failed) continue;
      await stream.end();
      const skippedRows = rows.reduce((sum, owned) => sum + owned.rows, 0);
      yield* readOwnedRows(source, { ...reading, skippedRows });
      for (const other of others.slice(index + 1)) yield* readOwnedRows(other, reading);
      return;
    }
  } finally {
    await stream?.end();
  }
}

function startOthers(
  others: readonly PartSource[],
  { columns, batchRows, signal }: OwnedReading,
  threads: number | undefined,
): TaskStream<OwnedPart> {
  const inputs = others.map((source) => ({ source: handOverSource(source), columns, batchRows }));
  return streamTasks(ownedPartTask, inputs, { threads, work: estimateWork(others), signal });
}

/** Whether further threads pay for these parts. */
function paysOff(sources: readonly PartSource[]): boolean {
  const { used } = workersThatPay(estimateWork(sources));
  return used > 0 && sources.every((source) => source.part.size <= mostPartBytes && canMove(source));
}

/** Bytes of the largest part that threads hold as a whole. */
const mostPartBytes = 128 * 1024 * 1024;
