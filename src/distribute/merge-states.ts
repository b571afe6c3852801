import { randomSeed } from '../batch/hash/mix.ts';
import type { PartNotes } from '../batch/decode-options.ts';
import { BacktestExportError, quoteText, reviveError, type ErrorPosition } from '../errors.ts';
import type { ExpectedSchema } from '../export/parts/part-source.ts';
import { given } from '../given.ts';
import { fromDoubles } from '../metrics/accuracy/state-doubles.ts';
import { isCount, refuseState, StateFault } from '../metrics/base/state-fault.ts';
import { planGrouping, type GroupingPlan } from '../metrics/forecast/grouping-plan.ts';
import type { FinishOptions } from '../metrics/base/summary.ts';
import { assertSkipped, finishSummary, type ListedSummary, type SummaryFacts } from '../metrics/summarize.ts';
import type { Gathered } from '../metrics/part-task.ts';
import { SummaryTotals } from '../metrics/totals.ts';
import { columnsOf } from '../schema/columns-of.ts';
import type { TableName } from '../schema/schema.ts';
import { createTemporaryStorage } from '../storage/temporary.ts';
import type { TemporaryStorage } from '../storage/temporary-storage.ts';
import { fromBuffers } from './forecast-buffers.ts';
import { unpackBuffers } from './pack-buffers.ts';
import type { SummaryHead } from './plan-line.ts';
import { expectedOf, gatherPlans } from './plan-tables.ts';
import type { StateLine } from './state-line.ts';

/** A part of which not all states have come. */
interface OpenPart {
  rows: number;
  pieces: number;
  /** Of its last piece. */
  last: number | undefined;
  records: number;
}

/** Merges the states of one plan into a summary. */
export class StateMerger {
  readonly #head: SummaryHead;
  readonly #totals: SummaryTotals;
  readonly #grouping: GroupingPlan | undefined;
  readonly #expected: ReadonlyMap<TableName, ExpectedSchema>;
  readonly #open = new Map<number, OpenPart>();
  readonly #room: TemporaryStorage | undefined;
  #rows = 0;

  private constructor(head: SummaryHead, room: TemporaryStorage | undefined) {
    const spill = room && { storage: room.storage, seed: randomSeed() };
    const plans = gatherPlans(head, spill);
    const forecasts = plans.find((plan) => plan.table === 'forecasted-values');
    this.#head = head;
    this.#room = room;
    this.#expected = new Map(
      plans.flatMap(({ table }) => {
        const expected = expectedOf(head, table);
        return expected === undefined ? [] : [[table, expected] as const];
      }),
    );
    this.#grouping = forecasts && planGrouping(forecasts.options);
    this.#totals = new SummaryTotals(plans);
  }

  /**
   * For the states of a plan. Groups that do not fit into memory go to a temporary folder, if there is one.
   * @throws what an impossible plan does
   */
  static async create(head: SummaryHead): Promise<StateMerger> {
    const { by = [] } = head.options;
    const isFew = by.every((name) => name === 'window' || name === 'step');
    const room = isFew ? undefined : await createTemporaryStorage().catch(() => undefined);
    try {
      return new StateMerger(head, room);
    } catch (error) {
      await room?.remove();
      throw error;
    }
  }

  /** Adds a state. @throws `STATE_INVALID`; what merging throws; the signal's reason */
  async add(state: StateLine, place: ErrorPosition, signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.#add(state, signal);
    } catch (error) {
      if (!(error instanceof StateFault)) throw error;
      const problem = `the state of part ${state.number}, ${quoteText(state.file)}: ${error.message}`;
      throw new BacktestExportError('STATE_INVALID', problem, { position: place, cause: error });
    }
  }

  /** The summary of the plan, all of whose states were added. @throws what finishing does; `STATE_INVALID` */
  async finish(warnings: SummaryFacts['warnings'], options: FinishOptions): Promise<ListedSummary> {
    const { export: described, tables, frequency, unread } = this.#head;
    assertSkipped(new Map(unread.map(({ file, error }) => [file, reviveError(error)])), this.#totals);
    const accuracy = tables['accuracy-metrics-values'];
    const facts = {
      export: described,
      accuracyMetrics: {
        parts: accuracy?.parts ?? 0,
        bytes: accuracy?.bytes ?? 0,
        schema: this.#expected.get('accuracy-metrics-values')?.schema,
      },
      warnings,
    };
    return finishSummary(this.#totals, facts, { ...options, ...given({ frequency: frequency ?? undefined }) });
  }

  /** Frees the memory and removes the temporary folder. */
  async dispose(): Promise<void> {
    this.#totals.dispose();
    await this.#room?.remove();
  }

  async #add({ number, table, file, sums, error, notes, ...state }: StateLine, signal?: AbortSignal): Promise<void> {
    const expected = this.#expected.get(table) ?? refuseState(`its plan does not read ${table}`);
    if (error !== undefined) {
      const isWhole = state.piece === 1 && state.last && sums === undefined && notes === undefined;
      if (!isWhole || this.#head.options.onBadPart !== 'skip') refuseState('expected sums, found an error');
      await this.#totals.add({ kind: 'skipped', table, file, error });
      return;
    }
    if (sums === undefined || (notes !== undefined) !== state.last)
      refuseState('expected sums, and notes in the last state');
    const { gathered, rows } = this.#read(table, unpackBuffers(sums), state.rowsWithoutWindow);
    this.#count(number, state, rows, notes?.records);
    await this.#totals.add(
      { kind: 'summed', table, gathered: [gathered], notes: notes && readNotes(file, expected, notes) },
      signal,
    );
  }

  #read(
    table: TableName,
    buffers: readonly ArrayBuffer[],
    rowsWithoutWindow: number,
  ): { readonly gathered: Gathered; readonly rows: number } {
    if (table === 'forecasted-values' && this.#grouping !== undefined) {
      const { state, rows } = fromBuffers(buffers, rowsWithoutWindow, this.#grouping);
      return { gathered: { table: 'forecasted-values', state }, rows };
    }
    const [doubles, ...others] = buffers;
    if (doubles === undefined || others.length > 0 || doubles.byteLength % 8 !== 0 || rowsWithoutWindow !== 0) {
      return refuseState('expected one list of sums of accuracy metrics');
    }
    const schema =
      this.#expected.get('accuracy-metrics-values')?.schema ?? refuseState('its plan has no accuracy metrics');
    const { state, rows } = fromDoubles(new Float64Array(doubles), columnsOf(schema).metrics.length);
    return { gathered: { table: 'accuracy-metrics-values', state }, rows };
  }

  /** The rows of a part's states must be those that were read of it. */
  #count(number: number, { piece, last }: Pick<StateLine, 'piece' | 'last'>, rows: number, records = 0): void {
    this.#rows += rows;
    if (!isCount(this.#rows)) refuseState('expected fewer rows in all');
    const part = this.#open.get(number) ?? { rows: 0, pieces: 0, last: undefined, records: 0 };
    part.rows += rows;
    part.pieces++;
    if (last) [part.last, part.records] = [piece, records];
    this.#open.set(number, part);
    if (part.pieces !== part.last) return;
    this.#open.delete(number);
    if (part.rows !== part.records)
      refuseState(`expected sums of ${part.records} rows, as were read, found ${part.rows}`);
  }
}

function readNotes(
  file: string,
  { schema }: ExpectedSchema,
  { timeSpellings, ...notes }: NonNullable<StateLine['notes']>,
): PartNotes {
  return { file, schema, ...notes, timeSpellings: new Map(timeSpellings) };
}
