import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

import { findMetric, listMetrics, metricValue } from '#src/metrics/base/metric.js';
import type { Metrics } from '#src/metrics/base/summary.js';

const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');

const metrics: Metrics = {
  wQL: { '0.1': 1, '0.9': 2 },
  averageWQL: 3,
  WAPE: 4,
  WAPESum: 5,
  RMSE: 6,
  MAPE: null,
  MASE: null,
  MAE: 7,
  bias: -8,
  coverage: { '0.1': 0.25, '0.9': 0.75 },
  intervals: [
    { lower: '0.01', upper: '0.99', nominal: 0.98, coverage: 0, meanWidth: 0 },
    { lower: '0.1', upper: '0.9', nominal: 0.8, coverage: 0.5, meanWidth: 9 },
  ],
};

it('docs/metrics.md has a row for each metric of the table, in order, with its unit and direction', () => {
  const rows = [...page.matchAll(/^\| `([^`]+)` +\|.*\| (ratio|share|target) +\| ([^|]+?) +\|[^|]*\|$/gm)];
  const table = listMetrics(['mean', 'τ'], [{ lower: 'τ', upper: '1−τ' }]);
  expect(rows.map(([, ...cells]) => cells)).toEqual(table.map(({ name, unit, better }) => [name, unit, better]));
});

it('reads every metric from a result, in the order of results', () => {
  const figures = listMetrics(['mean', '0.1', '0.9'], [{ lower: '0.1', upper: '0.9' }]);
  expect(figures.map(({ name, column, read }) => [name, column, read(metrics)])).toEqual([
    ['wQL[0.1]', 'wQL[0.1]', 1],
    ['wQL[0.9]', 'wQL[0.9]', 2],
    ['averageWQL', 'averageWQL', 3],
    ['WAPE', 'WAPE', 4],
    ['WAPESum', 'WAPESum', 5],
    ['RMSE', 'RMSE', 6],
    ['MAPE', 'MAPE', null],
    ['MASE', 'MASE', null],
    ['MAE', 'MAE', 7],
    ['bias', 'bias', -8],
    ['coverage[0.1]', 'coverage[0.1]', 0.25],
    ['coverage[0.9]', 'coverage[0.9]', 0.75],
    ['interval[0.1,0.9].coverage', 'interval_coverage[0.1-0.9]', 0.5],
    ['interval[0.1,0.9].meanWidth', 'interval_width[0.1-0.9]', 9],
  ]);
});

it('finds a metric by its name, and none by another', () => {
  expect(['wQL[0.9]', 'bias', 'coverage[0.1]'].map((name) => metricValue(metrics, name))).toEqual([2, -8, 0.25]);
  const others = ['', 'wQL', 'WAPE[0.9]', 'wape', 'toString', 'intervalWidth', 'wQL[0.5', 'interval[0.1,0.9].coverage'];
  expect(others.map(findMetric)).toEqual(others.map(() => undefined));
});

it('a smaller error is better: the figure, the magnitude of a bias, the distance from the nominal share', () => {
  const errorOf = (name: string): number | undefined => findMetric(name)?.errorOf(-0.25);
  expect(['WAPE', 'bias', 'coverage[0.5]'].map(errorOf)).toEqual([-0.25, 0.25, 0.75]);
  const [width] = listMetrics([], [{ lower: '0.1', upper: '0.9' }]).filter(({ kind }) => kind === 'intervalCoverage');
  expect(width?.errorOf(0.5)).toBeCloseTo(0.3, 15);
});
