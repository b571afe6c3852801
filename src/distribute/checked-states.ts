import type { ErrorPosition } from '../errors.ts';
import { BacktestExportError, quoteText } from '../errors.ts';
import { isInstant, refuseState, StateFault } from '../metrics/base/state-fault.ts';
import { columnsOf } from '../schema/columns-of.ts';
import { quantilesOf } from '../schema/forecast-type.ts';
import type { VerificationPlan } from '../verify/base/plan.ts';
import { findingCodes } from '../verify/base/rules.ts';
import type { FoundWindow } from '../verify/base/window-list.ts';
import { checkRecords, type ExpectedRecords } from '../verify/records/check-records.ts';
import { metricRowDoubles, runDoubles } from '../verify/records/record-fields.ts';
import type { RecordPiece } from '../verify/records/record-sink.ts';
import type { RecordStore } from '../verify/records/record-store.ts';
import type { CheckInput, CheckOutput } from '../verify/scan/check-part.ts';
import { planInputs, storeRecords } from '../verify/scan/check-parts.ts';
import { unpackBuffers } from './pack-buffers.ts';
import type { PlacedState } from './read-states.ts';
import type { StateChecked, StateLine } from './state-line.ts';

/** The states of parts that were checked elsewhere: their records go into the store, the rest is kept until all are there. */
export class CheckedStates {
  readonly outputs: CheckOutput[] = [];
  readonly #plan: VerificationPlan;
  readonly #store: RecordStore;
  readonly #inputs: readonly CheckInput[];
  /** Of each part, the rows of its records so far, and those that were read of it, once its last state is there. */
  readonly #rows = new Map<number, { ofRecords: number; read: number }>();

  constructor(plan: VerificationPlan, store: RecordStore) {
    this.#plan = plan;
    this.#store = store;
    this.#inputs = planInputs(plan);
  }

  /** Takes a state. @throws `STATE_INVALID`; `WRITE_FAILED` */
  take({ state, place }: PlacedState): void {
    try {
      this.#take(state);
    } catch (error) {
      if (!(error instanceof StateFault)) throw error;
      const problem = `the state of part ${state.number}, ${quoteText(state.file)}: ${error.message}`;
      const position: ErrorPosition = place;
      throw new BacktestExportError('STATE_INVALID', problem, { position, cause: error });
    }
  }

  #take({ number, total, file: path, piece, last, sums, partitions = [], checked, error, notes }: StateLine): void {
    const input = this.#inputs[number - 1];
    if (input === undefined || total !== this.#inputs.length || input.source.part.path !== path) {
      return refuseState('it is not of a part of the export');
    }
    const { file } = input;
    if (error !== undefined) {
      if (piece !== 1 || !last || sums !== undefined || checked !== undefined)
        refuseState('expected records, found an error');
      this.outputs.push({ kind: 'failed', file, error });
      return;
    }
    if (sums === undefined || (checked !== undefined) !== last)
      refuseState('expected records, and findings in the last state');
    const buffers = unpackBuffers(sums);
    if (buffers.length !== partitions.length) refuseState('expected a partition for each list of records');
    const expected = this.#expected(input);
    const records: RecordPiece[] = buffers.map((bytes, index) => ({ partition: partitions[index] ?? 0, bytes }));
    const rows = this.#rows.get(file) ?? { ofRecords: 0, read: Number.POSITIVE_INFINITY };
    this.#rows.set(file, rows);
    for (const [index, bytes] of buffers.entries()) {
      rows.ofRecords += checkRecords(bytes, partitions[index] ?? 0, expected);
    }
    if (checked !== undefined) rows.read = checked.rows;
    if (rows.ofRecords > rows.read) {
      refuseState(`expected records of ${rows.read} rows at most, found ${rows.ofRecords}`);
    }
    const nothing = { rows: 0, digest: '', windows: [], definedWindows: [], found: [] };
    const output = { kind: 'checked', file, ...(checked ?? nothing), records, notes: undefined } as const;
    if (checked === undefined) {
      storeRecords(output, this.#plan, this.#store);
      return;
    }
    assertChecked(checked, file, this.#plan);
    if (notes?.records !== checked.rows) return refuseState(`expected notes on ${checked.rows} rows`);
    const { timeSpellings, ...rest } = notes;
    const { schema } = input.source.expected;
    const whole = { ...output, notes: { file: path, schema, ...rest, timeSpellings: new Map(timeSpellings) } };
    this.outputs.push(storeRecords(whole, this.#plan, this.#store));
  }

  #expected({ file, source }: CheckInput): ExpectedRecords {
    const { schema } = source.expected;
    const { partitions } = this.#plan;
    return schema.table === 'forecasted-values'
      ? { kind: 'run', width: runDoubles(quantilesOf(schema.forecastTypes).length), file, partitions }
      : { kind: 'metricRow', width: metricRowDoubles(columnsOf(schema).metrics.length), file, partitions };
  }
}

function assertChecked(checked: StateChecked, file: number, plan: VerificationPlan): void {
  const { windows, definedWindows, found, digest } = checked;
  if (!/^(?:[0-9a-f]{32})?$/.test(digest)) refuseState('expected a digest of its rows');
  for (const { start, end, place } of [...windows, ...definedWindows] satisfies FoundWindow[]) {
    if (!isInstant(start) || !isInstant(end) || place.file !== file) refuseState('expected windows of its rows');
  }
  for (const [code, finding] of found) {
    if (
      !findingCodes.includes(code) ||
      finding.places.length > plan.maxPlaces ||
      finding.count < finding.places.length
    ) {
      refuseState('expected findings by their codes');
    }
    const isOwn = finding.places.every((place) => place.file === file && (place.of?.file ?? 0) < plan.parts.length);
    if (!isOwn) refuseState('expected findings in its rows');
  }
}
