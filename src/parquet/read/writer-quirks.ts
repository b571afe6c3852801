import type { ChunkPlan } from '../values/chunk-values.ts';

/**
 * What sound files of some programs have that the format has not, by what they call their writer: fastparquet puts eight zero
 * bytes behind the values of a page; Arrow tells a wrong number of nulls in the page headers of columns of dictionaries.
 */
export function quirksOf(writer: string | undefined): Pick<ChunkPlan, 'padding' | 'untoldNulls'> {
  return {
    padding: writer?.startsWith('fastparquet') === true ? 8 : 0,
    untoldNulls: writer?.startsWith('parquet-cpp-arrow') === true,
  };
}
