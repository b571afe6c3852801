import type { ColumnBatch, TextColumn } from '../batch/column-batch.ts';
import { textColumn } from '../batch/typed-column.ts';

/** A share of the series: those whose hash leaves `residue` when divided by `modulus`, a power of two. */
export interface Partition {
  readonly modulus: number;
  readonly residue: number;
}

/** Every series. */
export const everySeries: Partition = { modulus: 1, residue: 0 };

/** The four shares that a share falls into. */
export function splitPartition({ modulus, residue }: Partition): Partition[] {
  return [0, 1, 2, 3].map((quarter) => ({ modulus: modulus * 4, residue: residue + quarter * modulus }));
}

/** Writes to `rows` the numbers of a batch's rows whose series is in the share; answers how many they are. */
export function rowsOfPartition(
  batch: ColumnBatch,
  seriesColumns: readonly string[],
  { modulus, residue }: Partition,
): Int32Array {
  const columns = seriesColumns.map((name) => textColumn(batch, name));
  const hashes = columns.map(hashTexts);
  const rows = new Int32Array(batch.rows);
  let count = 0;
  for (let row = 0; row < batch.rows; row++) {
    let hash = 0;
    for (const [index, column] of columns.entries()) {
      hash = mix(Math.imul(hash, 31) + (hashes[index]?.[column.codes[row] ?? 0] ?? 0));
    }
    if ((hash & (modulus - 1)) === residue) rows[count++] = row;
  }
  return rows.subarray(0, count);
}

/** The hash of each text of a dictionary: of its bytes alone, so that both sides agree. */
function hashTexts({ dictionary: { size, offsets, bytes } }: TextColumn): Int32Array {
  const hashes = new Int32Array(size);
  for (let code = 0; code < size; code++) {
    let hash = 0x811c9dc5;
    for (let at = offsets[code] ?? 0; at < (offsets[code + 1] ?? 0); at++) {
      hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    }
    hashes[code] = hash;
  }
  return hashes;
}

function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
