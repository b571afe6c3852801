import type { OutputStream } from './output.ts';
import { hasColor, isDumb, showsBlocks, type Environment } from './terminal.ts';

/**
 * How progress is shown: `auto` is one line drawn in place on a terminal, else as `lines`: a line every ten seconds; `json`: an
 * object a second on a line of its own; or `none`.
 */
export const progressModes = ['auto', 'lines', 'json', 'none'] as const;

/** One of {@link progressModes}. */
export type ProgressMode = (typeof progressModes)[number];

/** How one stream is written to. */
export interface Style {
  /** Columns of the terminal; `COLUMNS`, or 120, for anything else: there sentences are wrapped, and tables are not cut. */
  readonly width: number;
  readonly terminal: boolean;
  /** How progress is shown there; `auto` by default. */
  readonly progress?: ProgressMode;
  /** A terminal that knows no escapes: there nothing is drawn over. */
  readonly dumb?: boolean;
  /** What bars and sparklines are drawn with, on a terminal; missing where none are. */
  readonly marks?: 'ascii' | 'blocks';
  bold(text: string): string;
  red(text: string): string;
  /** Of bars and sparklines. */
  tint(text: string): string;
}

const narrowest = 20;

/** How a stream is written to, as far as the environment says; color is bold headings, red errors and tinted bars. */
export function styleOf(stream: OutputStream, env: Environment): Style {
  const terminal = stream.isTTY === true;
  const color = hasColor(terminal, env);
  const paint = (code: number) => (text: string) => (color && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text);
  const asked = /^\d{1,4}$/.test(env['COLUMNS'] ?? '') ? Number(env['COLUMNS']) : 0;
  const width = terminal ? (stream.columns ?? 0) || asked || 80 : asked || 120;
  const style = { width: Math.max(narrowest, width), terminal, bold: paint(1), red: paint(31), tint: paint(36) };
  return terminal ? { ...style, dumb: isDumb(env), marks: showsBlocks(env) ? 'blocks' : 'ascii' } : style;
}
