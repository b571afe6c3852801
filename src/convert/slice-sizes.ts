/**
 * Bytes of a slice at most, by the format of the file that is read, where several threads convert or prove one file. Of Parquet
 * a slice has the row groups that begin in it. Set to less only by tests, which have small inputs.
 */
export const sliceSizes: { CSV: number; PARQUET: number } = { CSV: 16_000_000, PARQUET: 8_000_000 };

/** Bytes that what is made of a slice may take; a part with a larger row group is converted by one thread. */
export function mostSliceOutput(threads: number): number {
  return Math.min(mostOutput, Math.floor(mostOutputs / (2 * threads)));
}

const mostOutput = 128 * 1024 * 1024;
const mostOutputs = 1024 * 1024 * 1024;
