import type { PageSection } from '../model.ts';

/** What the words of the page mean. y is the actual, m the point forecast, q the forecast of a quantile τ. */
const glossary: readonly (readonly [string, string])[] = [
  ['WAPE', 'Σ|y−m| / Σ|y|: errors of the point forecast, as a share of actuals. Lower is better.'],
  [
    'wQL[τ]',
    '2 Σ (τ max(y−q, 0) + (1−τ) max(q−y, 0)) / Σ|y|: loss of the quantile τ. Being too low costs τ, being too high 1−τ.',
  ],
  ['Average wQL', 'The mean of wQL over the quantiles of the export. Lower is better.'],
  ['RMSE', '√(Σ(y−m)² / n), in the unit of the target: large errors weigh more.'],
  ['MAPE', 'The mean of |y−m| / |y|; rows whose actual is 0 add nothing, but count.'],
  ['MAE', 'Σ|y−m| / n, in the unit of the target.'],
  ['Bias', 'Σ(m−y) / n: above 0 where the point forecast is too high.'],
  ['Coverage', 'The share of actuals at or below a quantile, or within an interval. A calibrated p90 covers 90%.'],
  ['Window', 'A backtest window: a span of time that was forecast as if it lay ahead, and compared with what came.'],
  ['Step', 'A timestamp of a window, counted from 1: how far ahead it was forecast.'],
  ['Share of error', "An item's Σ|y−m| as a share of that of all items."],
  [
    'Over windows',
    'Items are pooled within a window; figures over all windows are the means of the windows’ figures, as in the service.',
  ],
];

/** The words of the page and the formulas behind them. */
export function glossarySection(): PageSection {
  return {
    id: 'glossary',
    title: 'Words and formulas',
    reading: 'y is the actual, m the point forecast, q the forecast of a quantile τ, n the number of rows.',
    blocks: [{ kind: 'facts', facts: glossary, drop: 0, pageOnly: true }],
  };
}
