/** A file whose `write` may write fewer bytes than it is given. */
export interface PartialWriter {
  write(bytes: Uint8Array, offset: number, length: number): Promise<{ readonly bytesWritten: number }>;
}

/**
 * Writes all bytes. A system may write only some of them, above all on a nearly full disk; a caller that ignores the
 * count would leave a truncated file. Throws what `write` throws.
 */
export async function writeFully(file: PartialWriter, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, Math.min(bytes.length - done, longestWrite));
    if (bytesWritten <= 0) throw new Error(`the system wrote only ${done} of ${bytes.length} bytes`);
    done += bytesWritten;
  }
}

/** Node writes at most 2 GiB - 1 at once. */
const longestWrite = 2 ** 30;
