import type { Output } from './output.ts';
import type { ProgressLine, ProgressState } from './progress-line.ts';
import { createProgress } from './progress.ts';
import type { Style } from './style.ts';

/** Where progress is shown. */
interface Shown {
  readonly err: Output;
  readonly errStyle: Style;
}

const beatEvery = 500;

/**
 * Progress that goes on while nobody reports any: what was said last is said again, with the time that has passed, so that long
 * waits for a file, a server or a thread are seen to go on. At first the export is looked for.
 */
export function startProgress({ err, errStyle }: Shown): ProgressLine {
  const line = createProgress(err, errStyle);
  let last: Parameters<ProgressLine['update']>[0] = { bytes: 0, totalBytes: 0, phase: 'opening' };
  let beat: ReturnType<typeof setInterval> | undefined;
  const start = (): void => {
    beat ??= setInterval(() => line.update(last), beatEvery).unref();
  };
  start();
  return {
    update(state) {
      start();
      line.update((last = state));
    },
    end() {
      clearInterval(beat);
      beat = undefined;
      return line.end();
    },
  };
}

/** Runs work that reports its progress, and shows it; the line is erased however the work ends. */
export async function withProgress<Result>(
  shown: Shown,
  work: (onProgress: (state: ProgressState) => void) => Promise<Result>,
): Promise<Result> {
  const progress = startProgress(shown);
  try {
    return await work((state) => progress.update(state));
  } finally {
    await progress.end();
  }
}
