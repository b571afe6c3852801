import type { NamePattern, PartChoice } from './sql-table.ts';

/**
 * How the parts among the files of a folder are told: by what their names begin and end with, and the other names that do too;
 * by a list where that is shorter. `others` are the names of everything else there that an engine could read.
 */
export function chooseParts(names: readonly string[], others: readonly string[]): PartChoice {
  const patterns = new Map<string, NamePattern>();
  for (const name of names) {
    const cut = name.lastIndexOf('_') + 1;
    const match = numbered.exec(name.slice(cut));
    if (cut === 0 || match === null) return { names, patterns: [], except: [] };
    const [, marker = '', end = ''] = match;
    const start = name.slice(0, cut) + marker;
    patterns.set(`${start}/${end}`, { start, end });
  }
  const found = [...patterns.values()];
  const except = others.filter((name) => found.some((pattern) => matches(pattern, name)));
  const isLonger = found.length > mostPatterns || except.length >= names.length;
  return isLonger ? { names, patterns: [], except: [] } : { names, patterns: found, except };
}

/** A few spellings of names are shorter than a list; more are not read as a pattern by anybody. */
const mostPatterns = 4;

/** The end of a part's name, from after the last underscore: what is before and after the number. */
const numbered = /^(part)?\d+(\D[^]*)$/;

/** Whether a name begins and ends so. */
function matches({ start, end }: NamePattern, name: string): boolean {
  return name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end);
}
