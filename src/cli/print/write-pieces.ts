import { Pause } from '../../pause.ts';
import type { Output } from './output.ts';

const chunkLength = 65_536;

/** How the watcher of a long output hears of it. */
export interface OutputWatch {
  /** Every 25 ms: characters written so far, and pieces made. */
  readonly onProgress: (state: OutputState) => void;
  /** Before each write. */
  readonly onWrite: () => Promise<void>;
}

/** How much was printed: pieces that were made, characters that were written. */
export interface OutputState {
  readonly pieces: number;
  readonly written: number;
}

/**
 * Writes small pieces in large chunks, and turns the event loop now and then, as a file takes them at once; stops when the
 * signal is aborted, even if the reader no longer takes anything.
 */
export async function writePieces(
  output: Output,
  texts: Iterable<string>,
  signal: AbortSignal,
  watch?: OutputWatch,
): Promise<void> {
  const pause = new Pause(signal);
  let chunk = '';
  let pieces = 0;
  let written = 0;
  const flush = async (): Promise<void> => {
    await watch?.onWrite();
    await writeUnlessAborted(output, chunk, signal);
    written += chunk.length;
    chunk = '';
  };
  for (const text of texts) {
    chunk += text;
    pieces++;
    if (chunk.length >= chunkLength) await flush();
    if (!pause.isDue(unitsOfPiece)) continue;
    watch?.onProgress({ pieces, written });
    await pause.take();
  }
  await flush();
}

/** A piece, such as a line of a table, takes some microseconds to make. */
const unitsOfPiece = 16;

async function writeUnlessAborted(output: Output, text: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    await Promise.race([output.write(text), aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
