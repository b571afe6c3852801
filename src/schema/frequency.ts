/** The step between the timestamps of an export. */
export interface Frequency {
  readonly unit: 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';
  /** How many units a step is, at least 1. A quarter is 3 months. */
  readonly count: number;
  /** In Amazon Forecast's spelling: `H`, `30min`, `2D`, `3M`, `Y`. */
  readonly text: string;
}
