/** The environment that the command sees; the library sees none. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether text is coloured. `FORCE_COLOR` decides wherever the output goes, with the values that Node's `getColorDepth` knows
 * (empty, `1`, `2`, `3`, `true`; any other means none); else a terminal is, without `NO_COLOR`, `NODE_DISABLE_COLORS` and `TERM=dumb`.
 */
export function hasColor(terminal: boolean, env: Environment): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return ['', '1', '2', '3', 'true'].includes(forced);
  return terminal && !isSet(env['NO_COLOR']) && !isSet(env['NODE_DISABLE_COLORS']) && !isDumb(env);
}

/** Whether a terminal knows no escapes, not even the one that erases a line. */
export function isDumb(env: Environment): boolean {
  return env['TERM'] === 'dumb';
}

/**
 * Whether a terminal shows block elements and box drawing: it is UTF-8 by the locale, and not the console of Linux, whose font has
 * few of them. On Windows the locale says nothing, so only programs that are known to do so.
 */
export function showsBlocks(env: Environment): boolean {
  const { TERM: term = '' } = env;
  if (isDumb(env) || term === 'linux') return false;
  if (env['OS'] === 'Windows_NT') return isCapableWindow(env);
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(isSet) ?? '';
  return /utf-?8/i.test(locale);
}

function isCapableWindow(env: Environment): boolean {
  return (
    isSet(env['WT_SESSION']) || // Windows Terminal
    env['TERM_PROGRAM'] === 'vscode' ||
    env['TERMINAL_EMULATOR'] === 'JetBrains-JediTerm' ||
    env['ConEmuTask'] === '{cmd::Cmder}' ||
    ['xterm-256color', 'alacritty'].includes(env['TERM'] ?? '')
  );
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
