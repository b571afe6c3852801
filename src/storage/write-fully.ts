/** What {@link writeFully} needs of a file: a write that may take fewer bytes than it is given. */
export interface PartialWriter {
  write(bytes: Uint8Array, offset: number, length: number): Promise<{ readonly bytesWritten: number }>;
}

/**
 * Writes until the last byte is written. A system may take a part of what it is given and report only that, on a
 * nearly full disk above all; a caller that ignores the count leaves a cut file behind. Throws what `write` throws.
 */
export async function writeFully(file: PartialWriter, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, Math.min(bytes.length - done, longestWrite));
    if (bytesWritten <= 0) throw new Error(`the system took ${done} of ${bytes.length} bytes and then no more`);
    done += bytesWritten;
  }
}

/** Node writes at most 2 GiB - 1 at once. */
const longestWrite = 2 ** 30;
