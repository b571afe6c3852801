import type { PartNotes } from '../batch/decode-options.ts';
import { readPart, type PartSource } from '../export/parts/part-source.ts';
import { AccuracyDistribution, type AccuracyDistributionOptions } from '../metrics/accuracy/item-distributions.ts';
import { toDoubles } from '../metrics/accuracy/state-doubles.ts';
import { ForecastAccumulator, type AccumulatorOptions } from '../metrics/forecast/accumulator.ts';
import { planGrouping } from '../metrics/forecast/grouping-plan.ts';
import type { GatherPlan } from '../metrics/part-task.ts';
import type { StorageFile } from '../storage/storage.ts';
import { toBuffers } from './forecast-buffers.ts';

/** The sums of some rows of a part, in a fixed order, and with the last of them the notes. */
export interface SumPiece {
  readonly buffers: readonly ArrayBuffer[];
  readonly rowsWithoutWindow: number;
  /** With the last piece; undefined of a part without bytes. */
  readonly notes: PartNotes | undefined;
  readonly last: boolean;
}

/** How a part is summed. */
export interface Summing {
  /** The part, if it is open. */
  readonly file: StorageFile | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onBytes: ((bytes: number) => void) | undefined;
}

/** Bytes of sums that are held before they become a piece. */
const mostHeld = 16 * 1024 * 1024;
/** Rows of a batch, as `summarize` has them. */
const batchRows = 8192;

/** Reads a part once and gives its sums in pieces. @throws what decoding throws */
export function sumPart(source: PartSource, gather: GatherPlan, how: Summing): AsyncGenerator<SumPiece> {
  return gather.table === 'forecasted-values'
    ? sumForecasts(source, gather.options, how)
    : sumAccuracy(source, gather.options, how);
}

async function* sumForecasts(
  source: PartSource,
  options: AccumulatorOptions,
  { file, signal, onBytes }: Summing,
): AsyncGenerator<SumPiece> {
  const plan = planGrouping(options);
  const sums = new ForecastAccumulator(options);
  const take = async (): Promise<Pick<SumPiece, 'buffers' | 'rowsWithoutWindow'>> => {
    const state = await sums.takeState(signal);
    return { buffers: toBuffers(state, plan), rowsWithoutWindow: state.rowsWithoutWindow };
  };
  let notes: PartNotes | undefined;
  const onNotes = (found: PartNotes): unknown => (notes = found);
  try {
    const reading = { columns: sums.requiredColumns, batchRows, file, signal, onBytes, onNotes };
    for await (const batch of readPart(source, reading)) {
      sums.add(batch);
      if (sums.heldBytes > mostHeld) yield { ...(await take()), notes: undefined, last: false };
    }
    yield { ...(await take()), notes, last: true };
  } finally {
    sums.dispose();
  }
}

async function* sumAccuracy(
  source: PartSource,
  options: AccuracyDistributionOptions,
  { file, signal, onBytes }: Summing,
): AsyncGenerator<SumPiece> {
  const sums = new AccuracyDistribution(options);
  let notes: PartNotes | undefined;
  const onNotes = (found: PartNotes): unknown => (notes = found);
  const reading = { columns: sums.requiredColumns, batchRows, file, signal, onBytes, onNotes };
  for await (const batch of readPart(source, reading)) sums.add(batch);
  yield { buffers: [toDoubles(sums.takeState()).buffer], rowsWithoutWindow: 0, notes, last: true };
}
