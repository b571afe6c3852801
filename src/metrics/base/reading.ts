/**
 * How a figure of a group is read: `pooled` over all its rows, regardless of their window, or `averaged`, the mean of
 * its windows' figures, as in the Summary rows of accuracy-metrics-values.
 */
export type Reading = 'pooled' | 'averaged';
