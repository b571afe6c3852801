import { writeCell } from '../../batch/columns/cell-bits.ts';
import { readPart } from '../../export/parts/part-source.ts';
import type { Task, TaskContext, TaskResult } from '../../parallel/task.ts';
import { columnsOf } from '../../schema/columns-of.ts';
import type { PartTask } from './plan-input.ts';
import { openForecastBatch, type ForecastBatch } from '../base/forecast-columns.ts';
import { forecastRow as layout, forecastRowDoubles } from '../records/record-fields.ts';
import { RecordSink, type RecordPiece } from '../records/record-sink.ts';
import { TextHasher } from '../../batch/hash/text-hash.ts';

/** A part, and which of its rows to read again. */
export interface SuspectInput extends PartTask {
  /** First record and number of rows, in pairs, by rising record. */
  readonly runs: Float64Array;
}

/**
 * Reads a part of forecasted-values again, as far as necessary, and writes a record for each requested row.
 * @throws what reading throws, `WRITE_FAILED`; an abort
 */
export async function readSuspects(input: SuspectInput, context: TaskContext): Promise<TaskResult<RecordPiece[]>> {
  const { schema } = input.source.expected;
  const names = columnsOf(schema);
  const hasher = new TextHasher(input.seed);
  const sink = new RecordSink(forecastRowDoubles(schema.forecastTypes.length), input.partitions, input.spill);
  const chosen = new ChosenRecords(input.runs);
  for await (const batch of readPart(input.source, { signal: context.signal })) {
    const columns = openForecastBatch(batch, names, hasher);
    for (let row = 0; row < columns.rows; row++) {
      if (chosen.has(columns.firstRecord + row)) writeRow(columns, row, input.file, sink);
    }
    if (chosen.done) break;
    await sink.relieve();
  }
  const pieces = await sink.finish();
  return { output: pieces, transfer: pieces.flatMap((piece) => ('bytes' in piece ? [piece.bytes] : [])) };
}

/** Runs of records, requested in rising order. */
class ChosenRecords {
  readonly #runs: Float64Array;
  #at = 0;

  constructor(runs: Float64Array) {
    this.#runs = runs;
  }

  get done(): boolean {
    return this.#at >= this.#runs.length;
  }

  has(record: number): boolean {
    for (; !this.done; this.#at += 2) {
      const first = this.#runs[this.#at] ?? 0;
      if (record < first) return false;
      if (record < first + (this.#runs[this.#at + 1] ?? 0)) return true;
    }
    return false;
  }
}

const key = new Uint32Array(6);

function writeRow(columns: ForecastBatch, row: number, file: number, sink: RecordSink): void {
  columns.series.writeKey(row, key);
  const [start, end] = [columns.starts[row] ?? Number.NaN, columns.ends[row] ?? Number.NaN];
  const at = sink.begin(key, start, end, file, columns.firstRecord + row);
  const { doubles, words } = sink;
  doubles[at + layout.time] = columns.times[row] ?? Number.NaN;
  for (const [index, { values, states }] of columns.numbers.entries()) {
    writeCell(doubles, words, at + layout.values + index, values[row] ?? Number.NaN, states[row] ?? 0);
  }
}

/** {@link readSuspects} for any thread. */
export const readSuspectsTask: Task<SuspectInput, RecordPiece[]> = {
  name: 'readSuspects',
  run: readSuspects,
};
