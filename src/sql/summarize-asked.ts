import { randomSeed } from '../batch/hash/mix.ts';
import type { Progress } from '../export/parts/run-parts.ts';
import { detectFrequency } from '../export/detect-frequency.ts';
import { given } from '../given.ts';
import type { BacktestExport } from '../export/find/backtest-export.ts';
import { noteMessage } from '../metrics/base/notes.ts';
import { planGrouping, type GroupingPlan } from '../metrics/forecast/grouping-plan.ts';
import type { PartInput } from '../metrics/part-task.ts';
import { makeRoom } from '../metrics/make-room.ts';
import { planParts, planTables, type PlannedSummary } from '../metrics/plan-tables.ts';
import { addParts, finishOptions, finishSummary, summaryFacts, type ListedSummary } from '../metrics/summarize.ts';
import { SummaryTotals } from '../metrics/totals.ts';
import type { Frequency } from '../schema/frequency.ts';
import { EngineProgress, type Extent } from './summary/engine-progress.ts';
import { assertCovered } from './summary/assert-covered.ts';
import { fitLadders, readRanges, refuseRest } from './summary/choose-ladders.ts';
import type { SummaryQuestions } from './summary/questions.ts';
import { AnswerReader } from './engines/read-answer.ts';
import { readCounts, type ExportCounts } from './summary/read-counts.ts';
import { LadderTooShort } from './summary/read-groups.ts';
import { sumGroups } from './summary/sum-groups.ts';
import type { SummarizeWithOptions } from './summarize-with-options.ts';
import { usualLadders, type Ladders } from './terms/ladder.ts';

/** Runs work on the answers about the forecasts of an export, grouped by this plan; called once, where there are forecasts. */
export type Ask = <Result>(
  plan: GroupingPlan,
  work: (questions: SummaryQuestions) => Promise<Result>,
) => Promise<Result>;

/**
 * The summary of an export whose forecasts somebody else adds up: the same as `summarize` has, but for notes that only reading
 * the text can find. accuracy-metrics-values are read here.
 * @throws `SUMS_INEXACT`, `CELLS_UNREADABLE`, `ENGINE_RESULT_INVALID`; what asking throws; as `summarize`
 */
export async function summarizeAsked(
  source: BacktestExport,
  options: SummarizeWithOptions,
  ask: Ask,
): Promise<ListedSummary> {
  const { signal } = options;
  const detected = await detectFrequency(source, { isSkipped: () => false, signal });
  const room = await makeRoom(source, options);
  try {
    const spill = room && { storage: room.storage.transfer ?? room.storage, seed: randomSeed() };
    const frequency = options.frequency ?? detected.frequency ?? undefined;
    const plans = planTables(source, options, frequency, { spill });
    return await new AskedSummary(source, options, plans, frequency).run(ask);
  } finally {
    await room?.remove();
  }
}

class AskedSummary {
  readonly #source: BacktestExport;
  readonly #options: SummarizeWithOptions;
  readonly #plans: readonly PlannedSummary[];
  readonly #frequency: Frequency | undefined;
  /** The parts that are read here. */
  readonly #here: readonly PartInput[];
  readonly #progress: EngineProgress;

  constructor(
    source: BacktestExport,
    options: SummarizeWithOptions,
    plans: readonly PlannedSummary[],
    frequency: Frequency | undefined,
  ) {
    this.#source = source;
    this.#options = options;
    this.#plans = plans;
    this.#frequency = frequency;
    const parts = planParts(plans, {});
    this.#here = parts.filter(({ gather }) => gather.table !== 'forecasted-values');
    const asked = parts.filter(({ gather }) => gather.table === 'forecasted-values');
    this.#progress = new EngineProgress(extentOf(asked), extentOf(this.#here), options.onProgress);
  }

  async run(ask: Ask): Promise<ListedSummary> {
    const forecasts = this.#plans.find(({ gather }) => gather.table === 'forecasted-values');
    if (forecasts?.gather.table !== 'forecasted-values') return this.#finish(this.#makeTotals(), undefined);
    const plan = planGrouping(forecasts.gather.options);
    const { totals, counts } = await ask(plan, (questions) => this.#ask(plan, questions));
    return this.#finish(totals, counts);
  }

  /** What the engine knows; its tables are needed no longer then. */
  async #ask(
    plan: GroupingPlan,
    questions: SummaryQuestions,
  ): Promise<{ readonly totals: SummaryTotals; readonly counts: ExportCounts }> {
    const { signal } = this.#options;
    const reader = new AnswerReader(questions.name);
    const statement = this.#progress.statement(signal);
    const { columns, rows } = questions.counts(statement);
    const counts = await readCounts(columns, rows, reader);
    statement.signal?.throwIfAborted();
    await assertCovered(this.#source.forecastedValues, counts, reader, signal);
    return { totals: await this.#sum(questions, { plan, reader, counts }), counts };
  }

  /** Asks for the sums; again, by the range of the numbers, where the usual ladders do not take them. */
  async #sum(questions: SummaryQuestions, asked: Asked): Promise<SummaryTotals> {
    if (asked.counts.rows === 0) return this.#makeTotals();
    if (this.#options.sums === 'plain') return this.#sumBy(questions, asked, 'plain');
    const rows = asked.counts.mostRows;
    const usual = usualLadders(rows);
    try {
      return await this.#sumBy(questions, asked, usual);
    } catch (error) {
      if (!(error instanceof LadderTooShort)) throw error;
    }
    const statement = this.#progress.statement(this.#options.signal);
    const answer = questions.ranges(statement);
    const fitting = fitLadders(usual, await readRanges(answer.columns, answer.rows, asked.reader), rows);
    statement.signal?.throwIfAborted();
    try {
      return await this.#sumBy(questions, asked, fitting);
    } catch (error) {
      if (error instanceof LadderTooShort) throw refuseRest(error.ladder, error.rows);
      throw error;
    }
  }

  async #sumBy(questions: SummaryQuestions, asked: Asked, sums: Ladders | 'plain'): Promise<SummaryTotals> {
    const statement = this.#progress.statement(this.#options.signal);
    const { signal } = statement;
    const totals = this.#makeTotals();
    try {
      await sumGroups(questions.groups(sums, statement), {
        ...asked,
        signal,
        onState: (state) => {
          const gathered = [{ table: 'forecasted-values', state } as const];
          return totals.add({ kind: 'summed', table: 'forecasted-values', gathered, notes: undefined }, signal);
        },
      });
      signal?.throwIfAborted();
      return totals;
    } catch (error) {
      totals.dispose();
      throw error;
    }
  }

  /** Adds accuracy-metrics-values, which are read here, and finishes. */
  async #finish(totals: SummaryTotals, counts: ExportCounts | undefined): Promise<ListedSummary> {
    try {
      totals.countRows('forecasted-values', counts?.rows ?? 0);
      const { worst, reading, costs, signal, threads, onProgress } = this.#options;
      const tell = (progress: Progress): void => onProgress?.(this.#progress.join(progress));
      const adding = { ...given({ threads, signal }), onProgress: tell };
      const read = this.#progress.join(await addParts(totals, this.#here, adding, { letGo: false }));
      onProgress?.(read);
      const finishing = finishOptions(given({ worst, reading, costs, signal, onProgress }), this.#frequency, read);
      const summary = await finishSummary(totals, summaryFacts(this.#source), finishing, counts?.items);
      if (this.#options.sums !== 'plain' || counts === undefined) return summary;
      const note = { code: 'SUMS_ROUNDED', message: noteMessage('SUMS_ROUNDED'), where: 'summary', count: 1 } as const;
      return { ...summary, notes: [...summary.notes, note] };
    } finally {
      totals.dispose();
    }
  }

  #makeTotals(): SummaryTotals {
    return new SummaryTotals(this.#plans.map(({ gather }) => gather));
  }
}

/** What all statements of a summary are read with. */
interface Asked {
  readonly plan: GroupingPlan;
  readonly reader: AnswerReader;
  readonly counts: ExportCounts;
}

function extentOf(parts: readonly PartInput[]): Extent {
  return { bytes: parts.reduce((sum, { source }) => sum + source.part.size, 0), parts: parts.length };
}
