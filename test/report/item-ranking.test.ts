import { describe, expect, it } from 'vitest';
import { findMetric, type Metric } from '#src/metrics/base/metric.js';
import type { Counts, GroupSummary, Metrics } from '#src/metrics/base/summary.js';
import { ItemRanking, type RankedItems, type RankingOptions } from '#src/report/content/item-ranking.js';
import { rankingMetric } from '#src/report/content/ranking-metric.js';
import type { ReportedItem } from '#src/report/base/report.js';
import { exactSum } from '../reference/exact-sum.ts';
import { slowErrorShare, slowLists, type SlowGroup } from '../reference/slow-items.ts';
import { seededRandom } from '../support/column-batch.ts';

const forecastTypes = ['0.1', '0.5', '0.9'];
const wape = findMetric('WAPE') as Metric;
const usual: RankingOptions = { forecastTypes, dimensions: [], metric: wape, items: 10, chosen: [] };

interface Given {
  readonly error?: number | null;
  readonly actuals?: number;
  readonly bias?: number | null;
  readonly dimensions?: Record<string, string>;
}

/** A group of one window. */
function groupOf(item: string, { error = 1, actuals = 10, bias = null, dimensions = {} }: Given = {}): SlowGroup {
  const counts = { rows: 24, actuals: 24 } as Counts;
  const WAPE = error === null || actuals === 0 ? null : error / actuals;
  const pooled = { WAPESum: error, WAPE, bias, wQL: {}, coverage: {}, intervals: [] } as unknown as Metrics;
  const group = { key: { item, ...dimensions }, windowCount: 1, count: 24, counts, pooled, averaged: pooled };
  return { group, absoluteActuals: actuals };
}

function rank(groups: readonly SlowGroup[], options: Partial<RankingOptions> = {}): RankedItems {
  const ranking = new ItemRanking({ ...usual, ...options });
  for (const { group, absoluteActuals } of groups) ranking.add(group, absoluteActuals);
  return ranking.finish();
}

/** The same by several rankings, whose states are merged as if they came from other threads. */
function rankInParts(groups: readonly SlowGroup[], parts: number, options: Partial<RankingOptions>): RankedItems {
  const total = new ItemRanking({ ...usual, ...options });
  for (let part = parts - 1; part >= 0; part--) {
    const ranking = new ItemRanking({ ...usual, ...options });
    const own = groups.filter((_, index) => (index % 7) % parts === part);
    for (const { group, absoluteActuals } of own) ranking.add(group, absoluteActuals);
    total.merge(structuredClone(ranking.export()));
  }
  return total.finish();
}

const keysOf = (items: readonly ReportedItem[]): string[] =>
  items.map(({ item, dimensions }) => JSON.stringify([item, ...Object.values(dimensions)]));

function shuffled<Value>(values: readonly Value[], random: () => number): Value[] {
  return values
    .map((value) => ({ value, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

/** Errors of many sizes, many ties, zeros and unknown ones. */
function randomGroups(count: number, random: () => number): SlowGroup[] {
  return Array.from({ length: count }, (_, index) => {
    const error = random() < 0.1 ? null : random() < 0.3 ? Math.floor(random() * 4) : 2 ** (random() * 30 - 10);
    const actuals = random() < 0.1 ? 0 : random() < 0.5 ? 4 : 1 + random() * 100;
    return groupOf(`item ${(index * 7919) % count}`, { error, actuals });
  });
}

describe('ItemRanking', () => {
  for (const count of [0, 1, 3, 12, 64, 65, 500, 3000]) {
    it(`lists what sorting all ${count} items lists, in any order of adding`, () => {
      const random = seededRandom(count);
      const groups = randomGroups(count, random);
      const found = rank(groups, { items: 7 });
      const slow = slowLists(groups, ({ pooled }: GroupSummary) => pooled.WAPE);
      const { items } = found;
      expect(items.count).toBe(count);
      expect(keysOf(items.costliest)).toEqual(slow.costliest.slice(0, 7));
      expect(keysOf(items.worst)).toEqual(slow.worst.slice(0, 7));
      expect(keysOf(items.best)).toEqual(slow.best.slice(0, 7));
      if (count <= 64) expect(items.median?.item).toBe(slow.median);
      for (const { item, errorShare, actualShare } of items.costliest) {
        const given = groups.find(({ group }) => group.key['item'] === item);
        expect(errorShare).toBe((given?.group.pooled.WAPESum ?? 0) / slow.errors);
        expect(actualShare).toBe((given?.absoluteActuals ?? 0) / slow.actuals);
      }
      expect(rank(shuffled(groups, random), { items: 7 })).toEqual(found);
      expect(rankInParts(groups, 5, { items: 7 })).toEqual(found);
    });
  }

  it('takes a median near the middle from the sample of many', () => {
    const random = seededRandom(5);
    const groups = randomGroups(20_000, random);
    const values = groups.flatMap(({ group }) => group.pooled.WAPE ?? []).sort((a, b) => a - b);
    const place = values.indexOf(rank(groups).items.median?.metrics.WAPE ?? -1) / values.length;
    expect(place).toBeGreaterThan(0.45);
    expect(place).toBeLessThan(0.55);
  });

  it('breaks ties by key, dimension by dimension', () => {
    const groups = ['b', 'a', 'Ä', 'B'].flatMap((item) =>
      ['y', 'x'].map((region) => groupOf(item, { dimensions: { region } })),
    );
    const { items } = rank(groups, { dimensions: ['region'] });
    const order = [
      '["B","x"]',
      '["B","y"]',
      '["a","x"]',
      '["a","y"]',
      '["b","x"]',
      '["b","y"]',
      '["Ä","x"]',
      '["Ä","y"]',
    ];
    expect([items.costliest, items.worst, items.best].map(keysOf)).toEqual([order, order, order]);
    expect(items.median).toMatchObject({ item: 'a', dimensions: { region: 'y' } });
  });

  it('ranks by how far a metric is from its aim', () => {
    const groups = [-3, 1, -2, 0.5, null].map((bias, index) => groupOf(`i${index}`, { bias }));
    const { items } = rank(groups, { metric: findMetric('bias') as Metric });
    expect(items.rankedBy).toBe('bias');
    expect(items.worst.map(({ metrics }) => metrics.bias)).toEqual([-3, -2, 1, 0.5]);
    expect(items.best.map(({ metrics }) => metrics.bias)).toEqual([0.5, 1, -2, -3]);
    expect(items.median?.metrics.bias).toBe(1);
  });

  it('names no metric that no item has, and ranks by none', () => {
    const groups = [groupOf('a', { error: null }), groupOf('b', { actuals: 0 })];
    expect(rank(groups).items).toMatchObject({ rankedBy: null, worst: [], best: [], median: null });
    expect(rank(groups, { metric: null }).items).toMatchObject({ rankedBy: null, worst: [], best: [], median: null });
    expect(
      rank(groups).items.costliest.map(({ item, errorShare, actualShare }) => ({ item, errorShare, actualShare })),
    ).toEqual([{ item: 'b', errorShare: 1, actualShare: 0 }]);
    expect(rank([groupOf('a', { error: 0, actuals: 0 })]).items).toMatchObject({ costliest: [], pareto: [] });
  });

  it('finds chosen items in the order asked for, all series of each, and says which are missing or too many', () => {
    const dimensions = ['region'];
    const hostile = ['', 'a\0b', 'x'.repeat(10_000), '__proto__', '<script>'];
    const groups = [...hostile, 'plain'].flatMap((item) =>
      ['n', 's'].map((region) => groupOf(item, { dimensions: { region } })),
    );
    const chosen = ['<script>', 'none', 'a\0b', '', 'x'.repeat(10_000), '__proto__', 'a\0b', 'constructor'];
    const { items, drawn } = rank(groups, { dimensions, chosen });
    const found = ['<script>', 'a\0b', '', 'x'.repeat(10_000), '__proto__'];
    expect(keysOf(items.chosen)).toEqual(found.flatMap((item) => ['n', 's'].map((r) => JSON.stringify([item, r]))));
    expect(items.notFound).toEqual(['none', 'constructor']);
    expect(items.chosenLeftOut).toBe(0);
    expect(drawn.filter(({ reasons }) => reasons.includes('chosen'))).toHaveLength(10);
    expect(rankInParts(groups, 3, { dimensions, chosen })).toEqual({ items, drawn });

    const many = Array.from({ length: 1500 }, (_, index) => groupOf('one', { dimensions: { region: `r${index}` } }));
    const crowd = rank(many, { dimensions, chosen: ['one'] });
    expect([crowd.items.chosen.length, crowd.items.chosenLeftOut, crowd.drawn.length]).toEqual([1000, 500, 50]);
  });

  it('draws two of the costliest and worst, the median, the best and the chosen ones, each once with its reasons', () => {
    const groups = [5, 40, 3, 2, 1, 0].map((error, index) =>
      groupOf(`i${index}`, { error, actuals: index === 1 ? 1e6 : 10 }),
    );
    const { drawn } = rank(groups, { chosen: ['i2', 'i0'] });
    expect(drawn.map(({ item, reasons }) => [item.item, ...reasons])).toEqual([
      ['i1', 'costliest'],
      ['i0', 'costliest', 'worst', 'chosen'],
      ['i2', 'worst', 'chosen'],
      ['i4', 'median'],
      ['i5', 'best'],
    ]);
    expect(drawn.map(({ rows }) => rows)).toEqual([24, 24, 24, 24, 24]);
    expect(rank([groupOf('only')]).drawn.map(({ reasons }) => reasons)).toEqual([
      ['costliest', 'worst', 'median', 'best'],
    ]);
  });

  it('draws two where one is listed', () => {
    const { items, drawn } = rank(
      [3, 2, 1].map((error) => groupOf(`i${error}`, { error })),
      { items: 1 },
    );
    expect([items.costliest, items.worst, items.best].map((list) => list.length)).toEqual([1, 1, 1]);
    expect(drawn.filter(({ reasons }) => reasons.includes('costliest'))).toHaveLength(2);
  });
});

describe('the Pareto curve', () => {
  for (const count of [1, 5, 98, 99, 1000, 1001, 5000]) {
    it(`has only exact points, of ${count} items`, () => {
      const random = seededRandom(count);
      const errors = Array.from({ length: count }, () => (random() < 0.1 ? 0 : 2 ** (random() * 24 - 12)));
      const { pareto } = rank(errors.map((error, index) => groupOf(`i${index}`, { error }))).items;
      expect(pareto.length).toBeLessThanOrEqual(100);
      expect(pareto.length).toBe(count <= 98 ? count + 1 : pareto.length);
      expect([pareto[0], pareto.at(-1)]).toEqual([
        { items: 0, error: 0 },
        { items: 1, error: 1 },
      ]);
      for (const { items, error } of pareto) expect(error).toBe(slowErrorShare(errors, Math.round(items * count)));
      for (const [index, point] of pareto.slice(1).entries()) {
        const before = pareto[index] ?? point;
        expect(point.items).toBeGreaterThan(before.items);
        if (count >= 1000) expect(point.items - before.items + point.error - before.error).toBeLessThan(0.12);
      }
    });
  }

  it('is the same from parts of few items and of many, in any order', () => {
    const groups = randomGroups(1600, seededRandom(9));
    const cuts = [0, 10, 1590, 1600].map((from, index, all) => groups.slice(from, all[index + 1] ?? from));
    const states = cuts.map((own) => {
      const ranking = new ItemRanking(usual);
      for (const { group, absoluteActuals } of own) ranking.add(group, absoluteActuals);
      return ranking.export();
    });
    for (const order of [states, states.toReversed()]) {
      const total = new ItemRanking(usual);
      for (const state of order) total.merge(state);
      expect(total.finish()).toEqual(rank(groups));
    }
  });

  it('is the same in any order, and empty where the sum overflows', () => {
    const random = seededRandom(8);
    const groups = randomGroups(2500, random);
    expect(rank(shuffled(groups, random)).items.pareto).toEqual(rank(groups).items.pareto);
    const huge = Number.MAX_VALUE;
    const { items } = rank([groupOf('a', { error: huge }), groupOf('b', { error: huge })]);
    expect(items).toMatchObject({ pareto: [], costliest: [{ errorShare: null }, { errorShare: null }] });
  });
});

describe('the spread over items', () => {
  const spreadOf = (values: readonly (number | null)[]) =>
    rank(values.map((bias, index) => groupOf(`i${index}`, { bias }))).items.spread.find(
      ({ metric }) => metric === 'bias',
    );

  const kinds: Record<string, (random: () => number) => number> = {
    'skewed to the right': (random) => (-Math.log(random())) ** 3,
    'of both signs': (random) => (random() - 0.4) * 1e6,
    'round, as the edges are': (random) => Math.floor(random() * 30) / 10 - 1,
    'mostly equal': (random) => (random() < 0.95 ? 0.25 : random()),
    'far apart': (random) => 2 ** (random() * 1000 - 500),
    'negative or zero': (random) => 0 - Math.floor(random() * 5),
    'so large that steps cannot be counted': (random) => 2 ** 60 + Math.floor(random() * 3) * 2 ** 9,
  };
  for (const [kind, make] of Object.entries(kinds)) {
    for (const count of [2, 40, 1000, 4000]) {
      it(`has bins that hold what they say, of ${count} values ${kind}`, () => {
        const random = seededRandom(count);
        const values = Array.from({ length: count }, () => make(random));
        const spread = spreadOf(values);
        const bins = spread?.bins ?? [];
        expect(spread?.distribution).toMatchObject({ count, min: Math.min(...values), max: Math.max(...values) });
        expect([bins[0]?.from, bins.at(-1)?.to]).toEqual([spread?.distribution.min, spread?.distribution.max]);
        expect(bins.length).toBeLessThanOrEqual(61);
        for (const [index, { from, to, items }] of bins.entries()) {
          const isLast = index === bins.length - 1;
          expect(items).toBe(values.filter((value) => value >= from && (value < to || isLast)).length);
          if (!isLast) expect(bins[index + 1]?.from).toBe(to);
        }
      });
    }
  }

  it('shows the middle of skewed values in round bins, what is far out in the last', () => {
    const values = Array.from({ length: 900 }, (_, index) => (index < 890 ? (index % 100) / 100 : 1000 + index));
    const bins = spreadOf(values)?.bins ?? [];
    expect(bins.slice(0, 3).map(({ from, to, items }) => [from, to, items])).toEqual([
      [0, 0.05, 45],
      [0.05, 0.1, 45],
      [0.1, 0.15, 45],
    ]);
    expect(bins.at(-1)).toEqual({ from: 1.65, to: 1899, items: 10 });
  });

  it('counts items without the metric, leaves metrics out that none has, and has one bin where all are equal', () => {
    expect(spreadOf([null, 0.5, 0.5])).toMatchObject({
      distribution: { count: 2, notDefined: 1, quantiles: { p50: 0.5 } },
      bins: [{ from: 0.5, to: 0.5, items: 2 }],
    });
    expect(spreadOf([null])).toBeUndefined();
    expect(spreadOf([-0, -0])).toMatchObject({
      distribution: { min: 0, max: 0 },
      bins: [{ from: 0, to: 0, items: 2 }],
    });
    expect(rank([groupOf('a')]).items.spread.map(({ metric }) => metric)).toEqual(['WAPE', 'WAPESum']);
  });

  it('has the exact mean', () => {
    const random = seededRandom(3);
    const values = Array.from({ length: 3000 }, () => random() * 1e6);
    expect(spreadOf(values)?.distribution.mean).toBe(exactSum(values) / 3000);
  });
});

describe('rankingMetric', () => {
  it('is WAPE, else the average wQL, else none; or the one asked for', () => {
    expect(rankingMetric(undefined, forecastTypes, '0.5')?.name).toBe('WAPE');
    expect(rankingMetric(undefined, ['0.1'], null)?.name).toBe('averageWQL');
    expect(rankingMetric(undefined, [], null)).toBeNull();
    expect(rankingMetric('wQL[0.9]', forecastTypes, null)?.name).toBe('wQL[0.9]');
  });

  it('refuses what the export does not have', () => {
    const problem = (name: string, types: string[], point: string | null): unknown => {
      try {
        return rankingMetric(name, types, point);
      } catch (error) {
        return [(error as { code: string }).code, (error as Error).message];
      }
    };
    expect(problem('RMSE', ['0.1'], null)).toEqual([
      'OPTION_INVALID',
      "createReport.rankBy: expected one of wQL[0.1], averageWQL, coverage[0.1], found 'RMSE'",
    ]);
    expect(problem('MASE', ['mean'], 'mean')).toMatchObject(['OPTION_INVALID', {}]);
    expect(problem('averageWQL', ['mean'], 'mean')).toMatchObject(['OPTION_INVALID', {}]);
  });
});
