import { Pause } from '../../pause.ts';
import type { Output } from './output.ts';

const chunkLength = 65_536;

/**
 * Writes small pieces in large chunks, and turns the event loop now and then, as a file takes them at once; stops when the signal is aborted, even if the reader no longer takes anything.
 */
export async function writePieces(output: Output, pieces: Iterable<string>, signal: AbortSignal): Promise<void> {
  const pause = new Pause(signal);
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < chunkLength) continue;
    await writeUnlessAborted(output, chunk, signal);
    chunk = '';
    if (pause.isDue(1000)) await pause.take();
  }
  await writeUnlessAborted(output, chunk, signal);
}

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
