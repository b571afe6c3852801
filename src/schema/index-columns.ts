/** Which columns of a file do not belong to the export; the same for every part. */
export interface ColumnRules {
  /** Names of columns to leave out, exactly as in the header, as if the files did not have them. */
  readonly dropColumns?: readonly string[];
  /**
   * What to do with a row index that a program added when it saved the file: a column without a name, `Unnamed: 0`,
   * `__index_level_0__`, or (beside an item column) `index` or `level_0`. Refuse (the default), drop, or keep as a
   * dimension.
   */
  readonly indexColumns?: 'refuse' | 'drop' | 'keep';
}

/**
 * The item and dimension names that pandas, pyarrow, R's readr, Spark and DuckDB give to a row index. The ambiguous
 * ones count as an index only beside another column.
 */
export function findIndexNames(names: readonly string[]): string[] {
  const others = names.some((name) => !always.test(name) && !besideOthers.test(name));
  return names.filter((name) => always.test(name) || (others && besideOthers.test(name)));
}

/** No name; pandas for a nameless column read again, once or repeatedly; pyarrow for an unnamed index; readr. */
const always = /^(?:\s*|unnamed: ?\d+(?:\.\d+)*(?:_level_\d+)?|__index_level_\d+__|\.\.\.\d+)$/i;
/** pandas' `reset_index`; polars; Spark and DuckDB for a nameless column. */
const besideOthers = /^(?:index|level_\d+|row_nr|_c\d+|column\d+)$/i;
