import type { Output } from './output.ts';
import type { ProgressLine, ProgressState } from './progress-line.ts';
import type { OutputState } from './write-pieces.ts';

/** When lines are written, in milliseconds, and how. */
interface LineRhythm {
  readonly every: number;
  /** Until the first one. */
  readonly first: number;
  readonly format: (state: ProgressState | OutputState, milliseconds: number) => string;
}

/** Progress as lines that follow each other, for logs and programs: now and then, never two at once. */
export function writeLines(output: Output, { every, first, format }: LineRhythm, now: () => number): ProgressLine {
  const started = now();
  let due = started + first;
  let pending: Promise<void> | undefined;
  return {
    update(state) {
      const time = now();
      if (pending !== undefined || time < due) return;
      due = time + every;
      // what cannot be shown is not worth stopping for
      pending = output.write(`${format(state, time - started)}\n`).catch(() => undefined);
      void pending.then(() => (pending = undefined));
    },
    async end() {
      await pending;
    },
  };
}
