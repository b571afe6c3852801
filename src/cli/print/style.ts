import type { OutputStream } from './output.ts';

/** The environment that the command sees; the library sees none. */
export type Environment = Readonly<Record<string, string | undefined>>;

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
  bold(text: string): string;
  red(text: string): string;
}

const narrowest = 20;

/** Color (bold headings, red errors, nothing more) only on a terminal and without `NO_COLOR`. */
export function styleOf(stream: OutputStream, env: Environment): Style {
  const terminal = stream.isTTY === true;
  const color = terminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  const paint = (code: number) => (text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const asked = /^\d{1,4}$/.test(env['COLUMNS'] ?? '') ? Number(env['COLUMNS']) : 0;
  const width = terminal ? (stream.columns ?? 0) || asked || 80 : asked || 120;
  return { width: Math.max(narrowest, width), terminal, bold: paint(1), red: paint(31) };
}
