/**
 * How a figure of a group is read: `pooled` over all its rows, whatever their window, or `averaged`, the mean of its
 * windows' figures, as the Summary rows of accuracy-metrics-values are.
 */
export type Reading = 'pooled' | 'averaged';
