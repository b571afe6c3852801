import { joinSums, type ContentSums } from '../batch/hash/content-sum.ts';
import { cutSlices } from '../export/parts/plan-slices.ts';
import { NotSliced, rightSlices } from '../export/parts/right-slices.ts';
import { proveFiles, type WantedContent } from '../export/write/prove-files.ts';
import { proveSlice, proveSliceTask, type ProvenSlice } from '../export/write/prove-slice.ts';
import { streamTasks } from '../parallel/stream-tasks.ts';
import { openTransferred } from '../storage/open-storage.ts';
import type { PreparedFile, Storage, StorageTransfer } from '../storage/storage.ts';
import { sliceSizes } from './slice-sizes.ts';
import type { SlicedOptions } from './unit.ts';

type Wanted = Omit<WantedContent, 'signal'>;

/**
 * Proves a written file as `proveFiles` does, in slices on several threads. A file that is not the one wanted, slice by slice, is read
 * back once more, whole, which decides, and says what is wrong.
 * @throws as `proveFiles`; `WORKER_FAILED`
 */
export async function proveInSlices(
  storage: Storage | StorageTransfer,
  file: PreparedFile,
  wanted: Wanted,
  options: SlicedOptions,
): Promise<void> {
  const signal = options.signal ?? new AbortController().signal;
  if (await isProven(storage, file, wanted, { ...options, signal })) return;
  await proveFiles(openTransferred(storage), [file], { ...wanted, signal });
}

async function isProven(
  storage: Storage | StorageTransfer,
  { temporary, size, version = '' }: PreparedFile,
  { format, sums, schema, spellings }: Wanted,
  { threads, signal, onBytes }: SlicedOptions & { readonly signal: AbortSignal },
): Promise<boolean> {
  const slices = cutSlices(size, Math.min(size, Math.ceil(size / sliceSizes[format])));
  const input = { storage, temporary, known: { size, version }, format, columns: schema.columns };
  let read = 0;
  const stream = streamTasks(
    proveSliceTask,
    slices.map((slice) => ({ ...input, slice })),
    { threads, signal, onBytes: (bytes) => onBytes((read += bytes)) },
  );
  let found: ContentSums | undefined;
  try {
    const right = rightSlices<ProvenSlice>(slices, {
      take: () => stream.take(),
      read: async (slice) => (await proveSlice({ ...input, slice }, { signal, onBytes: () => undefined })).output,
    });
    for await (const slice of right) {
      if (!hasSpellings(slice.notes.timeSpellings, spellings)) return false;
      found = found === undefined ? slice.sums : joinSums(found, slice.sums);
    }
  } catch (error) {
    if (error instanceof NotSliced) return false;
    throw error;
  } finally {
    await stream.end();
  }
  return found !== undefined && isSame(found, sums);
}

/** A column without times has no spelling to be compared. */
function hasSpellings(found: ReadonlyMap<string, number>, wanted: ReadonlyMap<string, number>): boolean {
  return [...found].every(([name, spelling]) => spelling === 0 || (wanted.get(name) ?? spelling) === spelling);
}

function isSame(found: ContentSums, wanted: ContentSums): boolean {
  const sums = new Map(found.columns);
  return found.rows === wanted.rows && wanted.columns.every(([name, sum]) => sums.get(name) === sum);
}
