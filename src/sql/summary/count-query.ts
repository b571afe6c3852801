import type { Dialect } from '../dialects/dialect.ts';

/**
 * A column of the query of counts, in order: a row for each window, one for each part that was read, and one for all of
 * them. Rows without a window are in no count of items.
 */
export type CountColumn =
  /** 1 in rows of a part or of all: the window columns say nothing there. */
  | 'allWindows'
  /** 1 in rows of a window or of all: the part says nothing there. */
  | 'allParts'
  /** Texts of the window as in `SummaryColumn`; null in rows without a window. */
  | 'windowStart'
  | 'windowEnd'
  | 'part'
  /** Distinct items. */
  | 'items'
  | 'rows'
  /** Header lines, which are no rows. */
  | 'headers';

/** The statement of {@link writeCountQuery}. */
export interface CountQuery {
  readonly sql: string;
  readonly columns: readonly CountColumn[];
}

/** What {@link writeCountQuery} is made of. */
export interface CountQueryPlan {
  readonly dialect: Dialect;
  /** CTEs that end with `cells`, without WITH; with header lines, marked, see `CellsOptions.headers`. */
  readonly cells: string;
}

/**
 * The query of distinct items, by window and over all windows, and of the parts that were read. The data are read once: items
 * are brought together before they are counted, and only those are counted several ways.
 */
export function writeCountQuery({ dialect, cells }: CountQueryPlan): CountQuery {
  const sql = `WITH ${cells},
-- each item of each window and part once
seen AS (
  SELECT
    ws,
    we,
    part,
    CASE WHEN ws IS NOT NULL AND we IS NOT NULL THEN COALESCE(item, '') END AS id,
    SUM(1 - header) AS n_rows,
    SUM(header) AS n_headers
  FROM cells
  GROUP BY ws, we, part, item
),
-- by window, by part, and all
counted AS (
  SELECT
    GROUPING(ws) AS all_windows,
    GROUPING(part) AS all_parts,
    ws,
    we,
    part,
    COUNT(DISTINCT id) AS n_items,
    SUM(n_rows) AS n_rows,
    SUM(n_headers) AS n_headers
  FROM seen
  GROUP BY GROUPING SETS ((ws, we), (part), ())
)
SELECT
  all_windows,
  all_parts,
  ${dialect.timeText('ws')} AS window_start,
  ${dialect.timeText('we')} AS window_end,
  part,
  n_items,
  n_rows,
  n_headers
FROM counted`;
  return { sql, columns: ['allWindows', 'allParts', 'windowStart', 'windowEnd', 'part', 'items', 'rows', 'headers'] };
}
