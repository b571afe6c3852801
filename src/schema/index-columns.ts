/** Which columns of a file are no part of the export; the same for every part. */
export interface ColumnRules {
  /** Names of columns to leave out, exactly as they stand in the header, as if the files did not have them. */
  readonly dropColumns?: readonly string[];
  /**
   * What becomes of a column that a program added when it saved the file, to number its rows: without a name, `Unnamed: 0`,
   * `__index_level_0__`, or beside the item column `index` or `level_0`. Refused by default, left out, or kept as a
   * dimension.
   */
  readonly indexColumns?: 'refuse' | 'drop' | 'keep';
}

/**
 * Those of the names of items and dimensions that are a row index by their names: what pandas, pyarrow, R's readr, Spark
 * and DuckDB call one. Some could be anything, and are an index only beside another column.
 */
export function findIndexNames(names: readonly string[]): string[] {
  const others = names.some((name) => !always.test(name) && !besideOthers.test(name));
  return names.filter((name) => always.test(name) || (others && besideOthers.test(name)));
}

/** Nameless; pandas for a nameless column read again, once or often; pyarrow for an index without a name; readr. */
const always = /^(?:\s*|unnamed: ?\d+(?:\.\d+)*(?:_level_\d+)?|__index_level_\d+__|\.\.\.\d+)$/i;
/** pandas' `reset_index`; polars; Spark and DuckDB for a nameless column. */
const besideOthers = /^(?:index|level_\d+|row_nr|_c\d+|column\d+)$/i;
