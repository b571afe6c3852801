/**
 * How columns are named: `forecast`, as Forecast names them (`wQL[0.1]`, `Average wQL`); or `athena`, in lower-case
 * letters, digits and underscores, as catalogs and SQL take them without quotes (`wql_0_1`, `average_wql`). Both are read alike.
 */
export const columnNamings = ['forecast', 'athena'] as const;

/** One of {@link columnNamings}. */
export type ColumnNaming = (typeof columnNamings)[number];
