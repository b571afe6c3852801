import type { PartSlice } from '../batch/decode-options.ts';
import type { StorageFile } from '../storage/storage.ts';
import type { CsvHeader } from './header.ts';

const lineFeed = 0x0a;
const blockBytes = 64 * 1024;

/** Where reading a slice begins, and where it ends unless a record continues; nothing is read if it ends first. */
export interface SliceBounds {
  readonly start: number;
  /** Records that begin before this byte belong to the slice. */
  readonly limit: number;
}

/**
 * The bounds of a slice of a CSV part: it holds the records that begin after its `from` and not after its `to`, so that
 * neighbours share no record and leave out none. Its first record is taken to begin after the first line feed at or after
 * `from`, which is wrong within a quoted field: whoever joins the slices compares. Nowhere, at -1, if there is no line feed
 * within the longest record.
 */
export async function boundsOfSlice(
  file: StorageFile,
  { from, to, exact }: PartSlice,
  header: CsvHeader,
  recordLimit: number,
): Promise<SliceBounds> {
  const limit = Math.min(file.size, to + 1);
  if (exact) return { start: from, limit };
  if (from < header.end) return { start: header.end, limit };
  const start = await findLineStart(file, from, recordLimit);
  return start === undefined ? { start: -1, limit: -1 } : { start, limit };
}

/** The offset after the first line feed at or after `from`; the file's end if it comes first. */
async function findLineStart(file: StorageFile, from: number, recordLimit: number): Promise<number | undefined> {
  const block = new Uint8Array(blockBytes);
  for (let at = from; at < from + recordLimit; at += blockBytes) {
    const bytes = block.subarray(0, await file.read(block.subarray(0, Math.min(blockBytes, file.size - at)), at));
    const found = bytes.indexOf(lineFeed);
    if (found >= 0) return at + found + 1;
    if (at + blockBytes >= file.size) return file.size;
  }
  return undefined;
}
