import type { ColumnBatch, TextColumn } from '../batch/columns/column-batch.ts';
import { mix, randomSeed } from '../batch/hash/mix.ts';
import { hashBytes } from '../batch/tables/text-table.ts';
import { textColumn } from '../batch/columns/typed-column.ts';

/** A share of the series: those whose hash leaves `residue` when divided by `modulus`, a power of two. */
export interface Partition {
  readonly modulus: number;
  readonly residue: number;
  /** Seed of the hash, the same for both sides. */
  readonly seed: number;
}

/** Every series, with a random seed for its shares, so that no file can be made to put all its series into one. */
export function everySeries(): Partition {
  return { modulus: 1, residue: 0, seed: randomSeed() };
}

/** The four shares that a share is split into. */
export function splitPartition({ modulus, residue, seed }: Partition): Partition[] {
  return [0, 1, 2, 3].map((quarter) => ({ modulus: modulus * 4, residue: residue + quarter * modulus, seed }));
}

/** Writes to `rows` the numbers of a batch's rows whose series is in the share. */
export function rowsOfPartition(
  batch: ColumnBatch,
  seriesColumns: readonly string[],
  { modulus, residue, seed }: Partition,
): Int32Array {
  const columns = seriesColumns.map((name) => textColumn(batch, name));
  const hashes = columns.map((column) => hashTexts(column, seed));
  const rows = new Int32Array(batch.rows);
  let count = 0;
  for (let row = 0; row < batch.rows; row++) {
    let hash = seed;
    for (const [index, column] of columns.entries()) {
      hash = mix(Math.imul(hash, 31) + (hashes[index]?.[column.codes[row] ?? 0] ?? 0));
    }
    if ((hash & (modulus - 1)) === residue) rows[count++] = row;
  }
  return rows.subarray(0, count);
}

/** The hash of each text of a dictionary: of its bytes alone, so that both sides agree. */
function hashTexts({ dictionary: { size, offsets, bytes } }: TextColumn, seed: number): Int32Array {
  const hashes = new Int32Array(size);
  for (let code = 0; code < size; code++) {
    hashes[code] = hashBytes(seed, bytes, offsets[code] ?? 0, offsets[code + 1] ?? 0);
  }
  return hashes;
}
