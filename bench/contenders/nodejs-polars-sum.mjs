import { quantilesOf } from './columns.mjs';
import { polars, scanAll } from './nodejs-polars.mjs';

/** The figures by window, in one lazy query. */
export async function run(input) {
  const pl = polars(input);
  const quantiles = quantilesOf(input.columns);
  const y = pl.col('target_value');
  const absolute = y.abs().sum();
  const error = y.sub(pl.col('mean'));
  const loss = ([name, tau]) => {
    const over = y.sub(pl.col(name));
    const each = pl
      .when(over.gt(0))
      .then(over.mul(tau))
      .otherwise(over.mul(tau - 1));
    return each.sum().mul(2).div(absolute).alias(`w${name}`);
  };
  const window = ['backtestwindow_start_time', 'backtestwindow_end_time'];
  const frame = await scanAll(pl, input)
    .groupBy(window)
    .agg(
      y.count().alias('n'),
      ...quantiles.map(loss),
      error.abs().sum().div(absolute).alias('wape'),
      error.mul(error).mean().alias('mse'),
    )
    .collect();
  return frame
    .sort(window)
    .rows()
    .map(([, , count, ...figures]) => ({
      count: Number(count),
      wQL: figures.slice(0, quantiles.length),
      WAPE: figures.at(-2),
      RMSE: Math.sqrt(figures.at(-1)),
    }));
}
