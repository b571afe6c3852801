import { readBlocks } from './read-blocks.ts';
import { partSources } from '../export/tables/planned-table.ts';
import { given } from '../given.ts';
import { ForecastAccumulator } from '../metrics/forecast/accumulator.ts';
import { ItemsScattered } from '../metrics/forecast/groups/let-go.ts';
import { planRecordShape } from '../metrics/forecast/record-shape.ts';
import type { Metric } from '../metrics/base/metric.ts';
import type { Figure, OverallSummary, TakeGroup } from '../metrics/base/summary.ts';
import type { CommonRows } from './find-common-rows.ts';
import { toComparedExport } from './describe-export.ts';
import { planMeasures, type MeasurePlan } from './item-measures.ts';
import { PairedItems } from './paired-items.ts';
import { ItemTable, sumsOf, type WindowSums } from './item-table.ts';
import { everySeries, type Partition } from './partition.ts';
import type { PairedMetric } from './result.ts';
import { listRows, withTypes, type FigureOptions } from './summarize-rows.ts';

/** What two or more exports are compared by, on their common rows. */
export interface PairedPlan {
  readonly common: readonly CommonRows[];
  /** Those that all exports have. */
  readonly forecastTypes: readonly string[];
  readonly point: string | null;
  readonly metrics: readonly Metric[];
}

/** How to read, without the options of groups. */
export type PairedOptions = Omit<FigureOptions, 'by' | 'maxGroups' | 'point'>;

/** One export of a paired comparison, measured. */
interface Side {
  readonly rows: CommonRows;
  readonly summary: OverallSummary;
  readonly windows: WindowSums;
}

/**
 * Compares exports with the first of them, item by item: the figures over all windows, their differences with confidence
 * intervals, and the items won and lost. Costs a summary of each, then another pass over each, on one thread; exports of very many
 * items are read in shares of these, a pass for each. Memory: about 400 bytes for an item of a share, and an export.
 * @throws what reading throws; the signal's reason
 */
export async function comparePaired(
  plan: PairedPlan,
  options: PairedOptions,
  limits: HeldLimits = usualLimits,
): Promise<PairedMetric[]> {
  const pair = new PairedRun(plan, options, limits);
  const sides: Side[] = [];
  for (const rows of plan.common) sides.push(await pair.measure(rows));
  const [first, ...others] = sides;
  if (first === undefined) return [];
  try {
    return await pair.run(first, others, true);
  } catch (error) {
    // the rows of an item are not together in a file: its groups are held until all are read
    if (error instanceof ItemsScattered) return pair.run(first, others, false);
    throw error;
  }
}

/** What of an export is held at a time. */
export interface HeldLimits {
  /** Items that are let go while rows are read. */
  readonly items: number;
  /** Windows of items that are held as groups until all rows are read, 1 KB each. */
  readonly groups: number;
  /** Groups held before any are let go; the usual number by default. */
  readonly held?: number;
}

/** Some 250 MB for two exports. */
const usualLimits: HeldLimits = { items: 300_000, groups: 150_000 };

class PairedRun {
  readonly #plan: PairedPlan;
  readonly #options: PairedOptions;
  readonly #limits: HeldLimits;
  readonly #measures: MeasurePlan;

  constructor(plan: PairedPlan, options: PairedOptions, limits: HeldLimits) {
    const [first] = plan.common;
    const schema = withTypes((first ?? noExports()).source.forecastedValues.schema, plan.forecastTypes);
    this.#plan = plan;
    this.#options = options;
    this.#limits = limits;
    // the same for all: types have the same numbers wherever their columns are
    this.#measures = planMeasures(planRecordShape(schema, plan.point ?? undefined), plan.metrics);
  }

  /** The figures of an export over all windows, and the sums of each window. */
  async measure(rows: CommonRows): Promise<Side> {
    const { forecastTypes } = this.#plan;
    const only = rows.rows.size === rows.total ? undefined : rows.rows;
    const listed = await listRows(rows.source, only, forecastTypes, {
      ...this.#options,
      point: this.#plan.point ?? undefined,
      by: ['window'],
      keepSums: true,
    });
    const windows = new Map<string, Float64Array>();
    const take: TakeGroup = ({ key }, _actuals, record) => {
      windows.set(String(key['window']), sumsOf(this.#measures, record));
    };
    await listed.groups.forEach(take, given({ signal: this.#options.signal }));
    return { rows, summary: listed.summary, windows };
  }

  /** Reads all items, which are let go while rows are read or held to the end, in as many shares as it takes. */
  async run(first: Side, others: readonly Side[], letGo: boolean): Promise<PairedMetric[]> {
    const { metrics } = this.#measures;
    const paired = others.map(() => metrics.map((metric) => new PairedItems(metric)));
    for (const share of this.#sharesOf(first, letGo)) {
      const base = await this.#gather(first, share, letGo);
      for (const [index, other] of others.entries()) {
        const table = await this.#gather(other, share, letGo);
        for (const pair of paired[index] ?? []) pair.add(base, table);
      }
    }
    return metrics.map(({ metric }, number): PairedMetric => {
      const values = [first, ...others].map(({ summary }) => metric.read(summary.metrics));
      const [base = null] = values;
      const differences = others.map((other, index) => ({
        export: toComparedExport(other.rows.source, index + 1).label,
        ...(paired[index]?.[number] ?? noExports()).finish(subtract(values[index + 1] ?? null, base)),
      }));
      return { metric: metric.name, values, differences: [null, ...differences] };
    });
  }

  /** Shares of the items, small enough to be held. */
  #sharesOf({ summary: { itemCount, windowCount } }: Side, letGo: boolean): Partition[] {
    const { items, groups } = this.#limits;
    const shares = letGo ? itemCount / items : (itemCount * windowCount) / groups;
    const modulus = 2 ** Math.ceil(Math.log2(Math.max(1, shares)));
    const { seed } = everySeries();
    return Array.from({ length: modulus }, (_, residue) => ({ modulus, residue, seed }));
  }

  /** The items of a share of an export. */
  async #gather({ rows, summary, windows }: Side, partition: Partition, letGo: boolean): Promise<ItemTable> {
    const { source, total } = rows;
    const { onPass, onBytes, signal } = this.#options;
    const table = new ItemTable(this.#measures, windows, summary.itemCount);
    const take: TakeGroup = ({ key }, _actuals, record) =>
      table.add(String(key['item']), String(key['window']), record);
    const schema = withTypes(source.forecastedValues.schema, this.#plan.forecastTypes);
    const grouping = { schema, by: ['item', 'window'], ...given({ point: this.#plan.point ?? undefined }) };
    const sums = new ForecastAccumulator({
      ...grouping,
      ...(letGo ? { letGo: { take, ...given({ held: this.#limits.held }) } } : {}),
    });
    try {
      const only = rows.rows.size === total ? undefined : rows.rows;
      const reading = { columns: sums.requiredColumns, series: [source.itemColumn], partition, only, signal, onBytes };
      onPass?.(source.forecastedValues.bytes);
      for await (const { batch } of readBlocks(partSources(source.forecastedValues), reading)) {
        sums.add(batch);
        if (sums.isFull) await sums.relieve(signal);
      }
      await sums.finish({ take, ...given({ signal }) });
      return table;
    } finally {
      sums.dispose();
    }
  }
}

function subtract(value: Figure, base: Figure): Figure {
  const difference = value === null || base === null ? Number.NaN : value - base;
  return Number.isFinite(difference) ? difference : null;
}

function noExports(): never {
  throw new RangeError('a paired comparison is between exports');
}
