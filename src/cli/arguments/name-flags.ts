import type { CommandSpec } from './option-spec.ts';

/**
 * A message about an option of a function (`generateExport.zeroActuals: …`) in the words of the command, which has a flag
 * for it (`--zero-actuals: …`). What the command has no flag for stays as it is.
 */
export function nameFlags(message: string, command: CommandSpec | undefined): string {
  const names = new Set(command?.options.map(({ name }) => name));
  let first: string | undefined;
  return message.replace(places, (whole, before: string, name: string, path: string) => {
    first ??= before === '' ? name : undefined;
    const option = path.slice(path.lastIndexOf('.') + 1);
    if (name !== first) return whole;
    const variable = names.has('engine-url') ? variables.get(option) : undefined;
    if (variable !== undefined) return `${before}${variable}`;
    const flag = [toFlag(option), otherFlags.get(option) ?? ''].find((each) => names.has(each));
    return flag === undefined ? whole : `${before}--${flag}`;
  });
}

/** Where a message names an option: at its start, and after the problem before, of the same function. */
const places = /(^|; )([a-z][A-Za-z]*)((?:\.[a-z][A-Za-z]*)+)(?:\[\d+\])?(?=: )/g;

function toFlag(option: string): string {
  return option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Options of an engine that a command takes from the environment. */
const variables: ReadonlyMap<string, string> = new Map([
  ['password', 'TRINO_PASSWORD'],
  ['token', 'TRINO_ACCESS_TOKEN'],
]);

/** Flags that have another name than the option. */
const otherFlags: ReadonlyMap<string, string> = new Map([
  ['jobName', 'job'],
  ['nullTexts', 'null-text'],
  ['metrics', 'metric'],
  ['defects', 'defect'],
  ['chosen', 'item'],
  ['rankBy', 'rank'],
  ['server', 'engine-url'],
  ['user', 'engine-user'],
  ['schema', 'database'],
  ['memoryLimit', 'engine-memory'],
]);
