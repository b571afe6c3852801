import { randomSeed } from '../../batch/hash/mix.ts';
import { runParts, type Progress } from '../../export/parts/run-parts.ts';
import { given } from '../../given.ts';
import { ItemsScattered } from '../../metrics/forecast/groups/let-go.ts';
import { makeRoom } from '../../metrics/make-room.ts';
import type { VerificationPlan } from '../../verify/base/plan.ts';
import type { VerificationReport } from '../../verify/base/report.ts';
import type { VerifyProgress } from '../../verify/base/verify-options.ts';
import type { RecordStore } from '../../verify/records/record-store.ts';
import type { CheckOutput } from '../../verify/scan/check-part.ts';
import { gatherChecked, planInputs, storeRecords, type CheckedParts } from '../../verify/scan/check-parts.ts';
import { assertHistory } from '../../verify/scan/history-batches.ts';
import { verifyPlanned, type OpenedVerification } from '../../verify/verify-export.ts';
import type { ReportedSeries } from '../base/report.ts';
import type { ReportOptions, ReportPhase } from '../base/report-options.ts';
import { addHistory } from '../content/series-history.ts';
import { readSeries } from '../content/read-series.ts';
import { reportPartTask } from './report-part.ts';
import { ReportTotals, type ReportFigures } from './report-totals.ts';
import { seriesDimensions } from '../content/series-plan.ts';

/** What one pass over the parts of an export gives. */
export interface GatheredExport extends Pick<ReportFigures, 'summary' | 'ranked'> {
  /** The forecasts to be drawn. */
  readonly series: readonly ReportedSeries[];
  readonly verification: VerificationReport;
  /** Files of parts that repeat another one. */
  readonly repeatedParts: readonly string[];
}

/**
 * Reads every part once, for the figures, the items and the verification of a report. Where rows of an item are far apart, it
 * starts again, and holds the groups of all items.
 * @throws what `verifyExport` throws; the signal's reason
 */
export async function gatherExport(from: OpenedVerification, options: ReportOptions): Promise<GatheredExport> {
  try {
    return await gather(from, options, true);
  } catch (error) {
    if (error instanceof ItemsScattered) return gather(from, options, false);
    throw error;
  }
}

async function gather(from: OpenedVerification, options: ReportOptions, letGo: boolean): Promise<GatheredExport> {
  const { bx } = from.opened;
  const by = ['item', ...seriesDimensions(bx)];
  const room = letGo ? undefined : await makeRoom(bx, { by }, options.temporaryFolder);
  const spill = room && { storage: room.storage.transfer ?? room.storage, seed: randomSeed() };
  const totals = new ReportTotals(bx, options, from.frequency ?? undefined, { letGo, spill });
  try {
    let gathered: Omit<GatheredExport, 'verification'> | undefined;
    const verification = await verifyPlanned(from, verifyOptions(options), async (plan, store) => {
      for (const location of options.history ?? []) await assertHistory(location, bx, options);
      const pass = new Pass(plan, store, totals, options);
      const checked = await pass.read();
      const { collected, ...figures } = await pass.finish();
      const series = await pass.pickSeries(figures.ranked, collected);
      const repeatedParts = plan.parts.flatMap(({ part }, file) => (checked.dropped.has(file) ? [part.path] : []));
      gathered = { ...figures, series, repeatedParts };
      return checked;
    });
    if (gathered === undefined) throw new Error('verifying has not checked the parts');
    return { ...gathered, verification };
  } finally {
    totals.dispose();
    await room?.remove();
  }
}

/** Those that apply to the rules. */
function verifyOptions(options: ReportOptions): Parameters<typeof verifyPlanned>[1] {
  const { history, historyTarget, historyColumns, season, rules, tolerance } = options;
  const { open, threads, signal, temporaryFolder, onProgress } = options;
  return given({
    open, // a history in S3 is opened as the export is
    history,
    historyTarget,
    historyColumns,
    season,
    rules,
    tolerance,
    threads,
    signal,
    temporaryFolder,
    // parts are read by the pass, which tells of that itself
    onProgress:
      onProgress &&
      (({ phase = 'judging', steps: groups = 0, totalSteps: totalGroups = 0, ...read }: VerifyProgress) =>
        onProgress({ ...read, phase, groups, totalGroups })),
  });
}

/** One pass over the parts. */
class Pass {
  readonly #plan: VerificationPlan;
  readonly #store: RecordStore;
  readonly #totals: ReportTotals;
  readonly #options: ReportOptions;
  #progress: Progress = { bytes: 0, totalBytes: 0, parts: 0, totalParts: 0 };

  constructor(plan: VerificationPlan, store: RecordStore, totals: ReportTotals, options: ReportOptions) {
    this.#plan = plan;
    this.#store = store;
    this.#totals = totals;
    this.#options = options;
  }

  /** @throws failures to read or write a file; `ItemsScattered`; the signal's reason */
  async read(): Promise<CheckedParts> {
    const { parts } = this.#plan;
    const { threads, signal } = this.#options;
    for (const part of parts) this.#totals.skip(part, part.error);
    const inputs = planInputs(this.#plan).map(({ source, ...check }) => ({ source, check, plan: this.#totals.plan }));
    const found: CheckOutput[] = [];
    await runParts(reportPartTask, inputs, {
      threads,
      signal,
      onProgress: (progress) => {
        this.#progress = progress;
        this.tell('reading');
      },
      onResult: async (output, index) => {
        if (output.kind === 'failed') found.push(output.failed);
        else if (output.kind === 'gathered') found.push(storeRecords(output.checked, this.#plan, this.#store));
        await this.#totals.add(output, parts[inputs[index]?.check.file ?? -1], signal);
      },
    });
    return gatherChecked(this.#plan, found);
  }

  /** The figures of all parts. @throws `ItemsScattered`; the signal's reason */
  async finish(): Promise<ReportFigures> {
    return this.#totals.finish({
      ...given({ signal: this.#options.signal }),
      onGroups: (done, total, phase) => this.tell(phase, done, total),
    });
  }

  /** The forecasts of the items that are drawn; parts are read again for what was not kept of them. @throws as {@link read} */
  async pickSeries(
    { drawn }: ReportFigures['ranked'],
    collected: ReportFigures['collected'],
  ): Promise<readonly ReportedSeries[]> {
    const { forecasts } = this.#totals.plan;
    if (collected === undefined || forecasts === undefined) return [];
    this.tell('series');
    const { threads, signal } = this.#options;
    const sources = this.#plan.parts.map(({ source }) => source);
    const series = await collected.pick(drawn, readSeries(sources, forecasts.series, { threads, signal }));
    const { history, historyTarget, historyColumns, open } = this.#options;
    return addHistory(series, this.#plan.bx, given({ history, historyTarget, historyColumns, open, signal }));
  }

  /** Says how far it is. */
  tell(phase: ReportPhase, groups = 0, totalGroups = 0): void {
    this.#options.onProgress?.({ ...this.#progress, phase, groups, totalGroups });
  }
}
