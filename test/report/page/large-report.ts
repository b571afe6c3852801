import type { Report } from '#src/index.js';
import { seriesOf } from './sample-report.js';

/**
 * As large as a report may become: 500 steps, 365 windows, 99 quantiles, 1,000 items in each list with ids that take six characters
 * for each of theirs. It has few charts, as each takes a few milliseconds to draw.
 */
export function largeReport(report: Report): Report {
  const quantiles = Array.from({ length: 99 }, (_, index) => String((index + 1) / 100));
  const byQuantile = Object.fromEntries(quantiles.map((type) => [type, 0.123456]));
  const intervals = quantiles.slice(0, 49).map((lower, index) => ({
    lower,
    upper: String((99 - index) / 100),
    nominal: (98 - 2 * index) / 100,
    coverage: 0.5,
    meanWidth: 123.456,
  }));
  const metrics = { ...report.summary.metrics, wQL: byQuantile, coverage: byQuantile, intervals };
  const none = Object.fromEntries(['mean', ...quantiles].map((type) => [type, 0]));
  const counts = {
    ...report.summary.counts,
    negativeForecasts: none,
    missingForecasts: none,
    nonFiniteForecasts: none,
  };
  const many = <Value>(length: number, make: (index: number) => Value): Value[] =>
    Array.from({ length }, (_, index) => make(index));
  const [item] = report.items.costliest;
  const [spread] = report.items.spread;
  if (item === undefined || spread === undefined) throw new Error('the fixture has items');
  const items = many(1000, (index) => ({ ...item, item: `<${'"'.repeat(100)}${index}`, metrics }));
  const day = (index: number): string => new Date(Date.UTC(2020, 0, 1 + index, 1)).toISOString();
  return {
    ...report,
    forecastTypes: ['mean', ...quantiles],
    summary: { ...report.summary, metrics, counts },
    windows: many(365, (index) => ({
      start: day(index),
      end: day(index + 1),
      itemCount: 1000,
      count: 1000,
      counts,
      metrics,
    })),
    steps: many(500, (index) => ({ step: index + 1, count: 1000, counts, metrics })),
    items: {
      ...report.items,
      count: 5_000_000,
      costliest: items,
      worst: items,
      best: items,
      chosen: items,
      spread: many(8, () => spread),
    },
    series: many(8, (index) => seriesOf(`item ${index}`, 500)),
  };
}
