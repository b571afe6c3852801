import type { Output } from './output.ts';
import { showBytes } from '../../show/values/show-value.ts';
import type { Style } from './style.ts';
import { phaseTexts, type ProgressLine, type ProgressState } from './progress-line.ts';
import { writeLines } from './progress-lines.ts';
import { cutToWidth } from '../../show/values/text-width.ts';
import type { OutputState } from './write-pieces.ts';

const shownAfter = 500;
const shownEvery = 100;

/** Shows progress on standard error as the style says; see `ProgressMode`. */
export function createProgress(
  output: Output,
  style: Style,
  now: () => number = () => performance.now(),
): ProgressLine {
  const { progress = 'auto', terminal, dumb = false } = style;
  if (progress === 'none') return { update: () => undefined, end: async () => undefined };
  if (progress === 'json') return writeLines(output, { every: jsonEvery, first: 0, format: formatJson }, now);
  if (terminal && !dumb && progress === 'auto') return drawLine(output, style, now);
  return writeLines(output, { every: linesEvery, first: linesEvery, format: formatLine }, now);
}

const jsonEvery = 1000;
const linesEvery = 10_000;

function formatJson(state: ProgressState | OutputState): string {
  return JSON.stringify({ progress: state });
}

function formatLine(state: ProgressState | OutputState, milliseconds: number): string {
  return `progress: ${formatProgress(state, milliseconds)}`;
}

/**
 * One line on standard error, redrawn in place: bytes, percent, speed, time left. Only on a terminal, and only when the
 * work lasts longer than half a second.
 */
export function drawLine(output: Output, style: Style, now: () => number = () => performance.now()): ProgressLine {
  const started = now();
  let drawn = started + shownAfter - shownEvery;
  let pending: Promise<void> | undefined;
  let shown: { readonly phase: string | undefined } | undefined;
  let missed: ProgressState | OutputState | undefined;
  const draw = (state: ProgressState | OutputState, time: number): void => {
    drawn = time;
    shown = { phase: phaseOf(state) };
    const text = cutToWidth(formatProgress(state, time - started), style.width - 1);
    // what cannot be shown is not worth stopping for
    pending = output.write(`\r\u001b[2K${text}`).catch(() => undefined);
    void pending.then(written);
    missed = undefined;
  };
  const written = (): void => {
    pending = undefined;
    // a phase may last long without a word: its first one is shown
    if (missed !== undefined) draw(missed, now());
  };
  return {
    update(state) {
      const time = now();
      const isNew = shown !== undefined && shown.phase !== phaseOf(state);
      missed = isNew && pending !== undefined ? state : undefined;
      if (!style.terminal || pending !== undefined || (time - drawn < shownEvery && !isNew)) return;
      draw(state, time);
    },
    async end() {
      missed = undefined;
      await pending;
      if (shown !== undefined) await output.write('\r\u001b[2K').catch(() => undefined);
      shown = undefined;
    },
  };
}

function phaseOf(state: ProgressState | OutputState): string | undefined {
  return 'written' in state ? 'output' : state.phase;
}

/**
 * `1.20 GB of 1.90 GB, 63%, 412 MB/s, 2 s left`; `drawing charts, 3 s` where no total is known; then `figures of 120000 of 1000000 groups, 12%`, and their `order`; while the
 * result is printed, `output: 480000 lines laid out`, which a table needs first, and `output: 35.2 MB`.
 */
export function formatProgress(state: ProgressState | OutputState, milliseconds: number): string {
  if ('written' in state) {
    return `output: ${state.written === 0 ? `${state.pieces} lines laid out` : showBytes(state.written)}`;
  }
  const {
    bytes,
    totalBytes,
    phase = 'figures',
    steps = 0,
    totalSteps = 0,
    groups = steps,
    totalGroups = totalSteps,
    exports: done = 0,
    totalExports = 0,
  } = state;
  const text = phaseTexts[phase];
  const share = totalGroups > 0 ? `, ${Math.floor((groups * 100) / totalGroups)}%` : '';
  if (text !== undefined) return `${text}${share}, ${formatSeconds(milliseconds / 1000)}`;
  if (totalGroups > 0) return `${phase} of ${groups} of ${totalGroups} groups${share}`;
  const perSecond = milliseconds > 0 ? (bytes * 1000) / milliseconds : 0;
  const percent = totalBytes > 0 ? Math.floor((bytes * 100) / totalBytes) : 100;
  const exports = totalExports > 0 ? `export ${Math.min(totalExports, done + 1)} of ${totalExports}, ` : '';
  const left = perSecond > 0 ? `, ${formatSeconds(Math.max(0, totalBytes - bytes) / perSecond)} left` : '';
  return `${exports}${showBytes(bytes)} of ${showBytes(totalBytes)}, ${percent}%, ${showBytes(perSecond)}/s${left}`;
}

function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
