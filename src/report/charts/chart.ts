/**
 * A chart as text of static SVG, which can stand in any page: it has a `viewBox` and scales, its colours are the custom properties of
 * `palette.ts`, its `title` and `desc` are its names for those who do not see it. It has no script, no `style` attribute and no
 * `<style>`, and every text of the data in it is escaped, its invisible characters made visible, and cut. At most about 60 kB.
 */
export interface Chart {
  /** `<svg …>…</svg>`. Ids in it begin with `chart-` and the chart's name, and are unique in a report. */
  readonly svg: string;
  /** What is measured, on one line; plain text, not escaped for HTML, without characters that cannot be seen. */
  readonly title: string;
  /** What the chart shows, with its main numbers, in one to three sentences; plain text as `title` is. */
  readonly description: string;
}

/** The charts of a report; each is undefined where there is nothing to draw. */
export interface DrawnReport {
  /** Error by horizon step. */
  readonly steps: Chart | undefined;
  /** Error by backtest window. */
  readonly windows: Chart | undefined;
  /** Bias by backtest window. */
  readonly bias: Chart | undefined;
  /** Coverage of each quantile against its nominal level. */
  readonly calibration: Chart | undefined;
  /** The same by horizon step. */
  readonly calibrationBySteps: Chart | undefined;
  /** Width of the prediction intervals by horizon step. */
  readonly widthBySteps: Chart | undefined;
  /** Share of items against share of error. */
  readonly pareto: Chart | undefined;
  /** What it costs to stock by each forecast type. */
  readonly costs: Chart | undefined;
  /** How other exports differ from the first one. */
  readonly comparison: Chart | undefined;
  /** By the index of `items.spread`: how the metric is distributed over items. */
  readonly spread: readonly (Chart | undefined)[];
  /** By the index of `series`: actuals, point forecast and quantile bands. */
  readonly series: readonly (Chart | undefined)[];
}
