import type { ColumnBatch } from '../../batch/columns/column-batch.ts';
import { numberColumn, timeColumn } from '../../batch/columns/typed-column.ts';
import { TextHasher } from '../../batch/hash/text-hash.ts';
import { columnsOf } from '../../schema/columns-of.ts';
import type { TableSchema } from '../../schema/schema.ts';
import { historyBatches } from './history-batches.ts';
import { heldByThread } from './plan-input.ts';
import { SeriesCodes } from '../base/forecast-columns.ts';
import type { VerificationPlan } from '../base/plan.ts';
import { historyValue as layout } from '../records/record-fields.ts';
import { RecordSink } from '../records/record-sink.ts';
import type { RecordStore } from '../records/record-store.ts';

/**
 * Reads the training history from CSV files of the target time series and writes a record for each value, on this
 * thread.
 * @throws what {@link historyBatches} throws
 */
export async function readHistory(plan: VerificationPlan, store: RecordStore): Promise<void> {
  const { options, spill, partitions } = plan;
  for (const [index, location] of (options.history ?? []).entries()) {
    const ownSpill = spill && { storage: spill, name: `history-${index}`, quota: heldByThread };
    const sink = new RecordSink(layout.doubles, partitions, ownSpill);
    await readLocation(location, plan, sink);
    store.add('history', await sink.finish());
  }
}

async function readLocation(location: string, plan: VerificationPlan, sink: RecordSink): Promise<void> {
  const hasher = new TextHasher(plan.seed);
  for await (const { batch, schema } of historyBatches(location, plan.bx, plan.options)) {
    addBatch(batch, schema, hasher, sink);
    await sink.relieve();
  }
}

const key = new Uint32Array(6);

function addBatch(batch: ColumnBatch, schema: TableSchema, hasher: TextHasher, sink: RecordSink): void {
  const columns = columnsOf(schema);
  const series = new SeriesCodes(batch, columns, hasher);
  const times = timeColumn(batch, columns.timestamp).values;
  const values = numberColumn(batch, columns.target).values;
  for (let row = 0; row < batch.rows; row++) {
    if (row === 0 || !series.same(row, row - 1)) series.writeKey(row, key);
    const at = sink.next(key[4] ?? 0);
    sink.words.set(key, 2 * at);
    sink.doubles[at + layout.time] = times[row] ?? Number.NaN;
    sink.doubles[at + layout.value] = values[row] ?? Number.NaN;
  }
}
