import type { ComparisonPhase } from './result.ts';
import { BacktestExportError } from '../errors.ts';
import type { PartReading, PartSource } from '../export/parts/part-source.ts';
import type { JoinPlan, SideColumns } from './join-plan.ts';
import { everySeries, splitPartition, type Partition } from './partition.ts';
import { readBlocks } from './read-blocks.ts';
import type { RowBits } from './row-bits.ts';
import { RowCursor } from './row-cursor.ts';
import { walkRows, type JoinSink } from './walk-rows.ts';

/** One side of a join. */
export interface JoinSide {
  readonly sources: readonly PartSource[];
  /** Only these rows, by their number in the table; all by default. */
  readonly only?: RowBits | undefined;
}

/** How to join. */
export interface JoinOptions extends Pick<PartReading, 'signal' | 'onBytes'> {
  readonly maxHeldRows: number;
  /** Called with the bytes of each pass before it begins. */
  readonly onPass?: ((bytes: number) => void) | undefined;
  /** Called while groups are worked on, once rows are read. */
  readonly onGroups?: ((done: number, total: number, phase: ComparisonPhase) => void) | undefined;
}

/** Series are split into at most this many shares, which limits how often a table is read. */
const mostShares = 256;

/**
 * Joins the rows of two tables, in one pass over each where they are in about the same order. Where more than
 * `maxHeldRows` rows would wait for their partners, the pass is abandoned and the series are taken in four shares, each
 * with a pass of its own, and so on up to 256 shares: time for memory, and nothing on disk.
 *
 * `start` makes the sink of a share, `accept` takes it when the share is done: each row is in exactly one of those.
 * @throws `TOO_MANY_GROUPS` where 256 shares do not suffice; what reading throws.
 */
export async function joinTables<Sink extends JoinSink>(
  a: JoinSide,
  b: JoinSide,
  plan: JoinPlan,
  options: JoinOptions,
  steps: { readonly start: () => Sink; readonly accept: (sink: Sink) => void },
): Promise<void> {
  const bytes = [...a.sources, ...b.sources].reduce((sum, { part }) => sum + part.size, 0);
  let waiting: Partition[] = [everySeries()];
  for (let share = waiting.pop(); share !== undefined; share = waiting.pop()) {
    const sink = steps.start();
    options.onPass?.(bytes);
    if (await joinShare(a, b, plan, options, share, sink)) steps.accept(sink);
    else if (share.modulus < mostShares) waiting = [...waiting, ...splitPartition(share).reverse()];
    else throw tooMany(options.maxHeldRows);
  }
}

async function joinShare(
  a: JoinSide,
  b: JoinSide,
  plan: JoinPlan,
  options: JoinOptions,
  partition: Partition,
  sink: JoinSink,
): Promise<boolean> {
  const open = (side: JoinSide, columns: SideColumns): RowCursor => {
    const blocks = readBlocks(side.sources, {
      columns: [...columns.texts, ...columns.times, ...columns.numbers],
      series: columns.texts.slice(0, plan.seriesTexts),
      partition,
      only: side.only,
      signal: options.signal,
      onBytes: options.onBytes,
    });
    return new RowCursor(blocks, columns);
  };
  const cursors = [open(a, plan.a), open(b, plan.b)] as const;
  try {
    return await walkRows(...cursors, plan, sink, options.maxHeldRows, options.signal);
  } finally {
    await Promise.all(cursors.map((cursor) => cursor.close()));
  }
}

function tooMany(maxHeldRows: number): BacktestExportError {
  const problem =
    `expected at most ${maxHeldRows} unmatched rows in each of ${mostShares} shares of the series, found more; ` +
    'increase maxHeldRows if memory allows (75 to 150 bytes each)';
  return new BacktestExportError('TOO_MANY_GROUPS', problem);
}
