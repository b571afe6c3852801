import { Pause } from '../../pause.ts';
import { planFigures, type Figures, type FiguresPlan } from './figures.ts';
import { findSteps, type GroupSteps } from './find-steps.ts';
import { finishGroups } from './finish-groups.ts';
import type { Tallies } from './tallies.ts';
import { map } from './kernel/map.generated.ts';
import { NoteBook } from '../base/notes.ts';
import { orderByWindow, orderGroups } from './order-groups.ts';
import { RecordPool, type Pooled } from './record-pool.ts';
import type { FinishOptions, ForecastSummary, OverallSummary, WindowSummary } from '../base/summary.ts';
import { toCounts, toMetrics } from './to-result.ts';
import { planWorst } from './worst.ts';

/**
 * Computes the figures of the tallies without changing them; nothing may be added meanwhile. Costs about 10 µs for
 * each group of each window, and the memory of one more record. Gives way to the event loop.
 * @throws `OPTION_INVALID` for an impossible choice of groups; the signal's reason
 */
export async function finishForecast(tallies: Tallies, options: FinishOptions): Promise<ForecastSummary> {
  const mark = tallies.kernel.mark();
  try {
    return await new Finish(tallies, options).run();
  } finally {
    tallies.kernel.release(mark);
  }
}

class Finish {
  readonly #tallies: Tallies;
  readonly #options: FinishOptions;
  readonly #plan: FiguresPlan;
  readonly #pool: RecordPool;
  readonly #pause: Pause;
  readonly #notes = new NoteBook();
  readonly #windowNames: readonly string[];

  constructor(tallies: Tallies, options: FinishOptions) {
    this.#tallies = tallies;
    this.#options = options;
    this.#plan = planFigures(tallies.plan.shape);
    this.#pause = new Pause(options.signal);
    this.#pool = new RecordPool(tallies, this.#plan, this.#pause);
    this.#windowNames = tallies.windows.starts.map((start, id) => `${iso(start)}/${iso(tallies.windows.ends[id])}`);
  }

  async run(): Promise<ForecastSummary> {
    const { plan } = this.#tallies;
    const { frequency, worst, reading = 'pooled' } = this.#options;
    // an impossible choice is refused before any work is done
    if (worst !== undefined) planWorst(this.#plan, worst);
    const pooled = await this.#poolWindows();
    const overall = this.#pool.average([...pooled.values()]);
    const summary = this.#summarize(overall, pooled.size);
    const windows: WindowSummary[] = [];
    for (const [id, window] of pooled) {
      windows.push(this.#summarizeWindow(id, window));
      if (this.#pause.isDue(50)) await this.#pause.take();
    }
    const steps = await findSteps(this.#tallies, frequency, this.#pause);
    const { groups, groupCount } = await this.#finishGroups(steps);
    this.#noteRows(overall.counts);
    this.#noteSteps(steps);
    this.#notes.addFigures('MASE_NEEDS_HISTORY', 'MASE', 1 + windows.length + groupCount);
    return {
      forecastTypes: plan.shape.types,
      point: plan.shape.types[plan.shape.point] ?? null,
      by: plan.by,
      reading,
      frequency: steps.frequency,
      summary,
      windows,
      groups,
      groupCount,
      worst: worst ?? null,
      notes: this.#notes.list(),
    };
  }

  /** Pools all groups of each window, the windows by start, then end. */
  async #poolWindows(): Promise<Map<number, Pooled>> {
    const { keys, width } = this.#tallies.groups;
    const pooled = new Map<number, Pooled>();
    const windowOf = (group: number | undefined): number => keys[(group ?? -1) * width] ?? -1;
    const order = orderByWindow(this.#tallies);
    for (let from = 0, to = 0; from < order.length; from = to) {
      const window = windowOf(order[from]);
      while (to < order.length && windowOf(order[to]) === window) to++;
      pooled.set(window, await this.#poolWindow(order.subarray(from, to)));
    }
    return pooled;
  }

  async #poolWindow(groups: Uint32Array): Promise<Pooled> {
    if (this.#pause.isDue(100)) await this.#pause.take();
    return this.#pool.pool(groups, 'numerator');
  }

  async #finishGroups(steps: GroupSteps): ReturnType<typeof finishGroups> {
    if (this.#tallies.plan.by.length === 0) return { groups: [], groupCount: 0 };
    const ordered = await orderGroups(this.#tallies, steps, this.#windowNames, this.#pause);
    return finishGroups(ordered, {
      tallies: this.#tallies,
      plan: this.#plan,
      pool: this.#pool,
      notes: this.#notes,
      pause: this.#pause,
      options: this.#options,
    });
  }

  #summarize({ figures, counts }: Pooled, windowCount: number): OverallSummary {
    this.#noteFigures(figures, () => 'summary');
    return {
      windowCount,
      itemCount: this.#tallies.items.countAll(),
      count: counts[map.ACTUALS] ?? 0,
      counts: toCounts(this.#plan.shape, counts),
      metrics: toMetrics(this.#plan, figures),
    };
  }

  #summarizeWindow(id: number, { figures, counts }: Pooled): WindowSummary {
    this.#noteFigures(figures, () => `window ${this.#windowNames[id] ?? ''}`);
    return {
      start: iso(this.#tallies.windows.starts[id]),
      end: iso(this.#tallies.windows.ends[id]),
      itemCount: this.#tallies.items.count(id),
      count: counts[map.ACTUALS] ?? 0,
      counts: toCounts(this.#plan.shape, counts),
      metrics: toMetrics(this.#plan, figures),
    };
  }

  #noteFigures(figures: Figures, where: () => string): void {
    for (const [index, reason] of figures.reasons.entries()) {
      if (reason !== undefined) this.#notes.addFigure(reason, this.#plan.metrics[index]?.name ?? '', where);
    }
  }

  #noteRows(counts: Float64Array): void {
    const { plan, rowsWithoutWindow } = this.#tallies;
    const all = toCounts(plan.shape, counts);
    this.#notes.addRows('MISSING_ACTUALS', all.missingActuals);
    this.#notes.addRows('NON_FINITE_ACTUALS', all.nonFiniteActuals);
    if (plan.shape.point >= 0) this.#notes.addRows('ZERO_ACTUALS', all.zeroActuals);
    for (const type of plan.shape.types) {
      this.#notes.addRows('MISSING_FORECASTS', all.missingForecasts[type] ?? 0, type);
      this.#notes.addRows('NON_FINITE_FORECASTS', all.nonFiniteForecasts[type] ?? 0, type);
      this.#notes.addRows('NEGATIVE_FORECASTS', all.negativeForecasts[type] ?? 0, type);
    }
    this.#notes.addRows('CROSSED_QUANTILES', all.crossedQuantiles);
    this.#notes.addRows('ROWS_WITHOUT_WINDOW', rowsWithoutWindow);
  }

  /** Rows without a step, because there is no frequency or their timestamp does not fit it. */
  #noteSteps({ byGroup, frequency }: GroupSteps): void {
    const { kernel, groups } = this.#tallies;
    let rows = 0;
    for (const [group, step] of byGroup.entries()) {
      if (step === 0) rows += kernel.f64[((groups.addresses[group] ?? 0) + map.COUNTS) >>> 3] ?? 0;
    }
    this.#notes.addRows(frequency === null ? 'FREQUENCY_UNKNOWN' : 'TIMESTAMPS_WITHOUT_STEP', rows);
  }
}

function iso(time: number | undefined): string {
  return new Date(time ?? Number.NaN).toISOString();
}
