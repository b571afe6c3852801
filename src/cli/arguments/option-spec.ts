import { given } from '../../given.ts';

/** One option of a command. The parser, the help and `docs/command.md` are all made from it. */
export interface OptionSpec {
  /** Without its dashes. */
  readonly name: string;
  /** A single letter, without its dash. */
  readonly short?: string;
  /** Placeholder of the value, such as `N`; a switch has none. */
  readonly value?: string;
  /** Whether it may be given several times, each with a value of its own. */
  readonly repeats?: boolean;
  /** A closed list that the value must come from. */
  readonly choices?: readonly string[];
  /** One sentence without a full stop. */
  readonly help: string;
  /** The default, as help shows it. */
  readonly default?: string;
}

/** A command as help and the parser know it; what it does is loaded when it runs. */
export interface CommandSpec {
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** What the options follow, such as `FOLDER`; empty for nothing. */
  readonly argument: string;
  /** Paragraphs below the summary. */
  readonly details: readonly string[];
  readonly options: readonly OptionSpec[];
  /** Command lines that show its use, without the program's name. */
  readonly examples: readonly string[];
}

/** The name of the program, as it is typed. */
export const programName = 'backtest-export';

/** An option that takes a value. */
export function option(name: string, value: string, help: string, fallback?: string): OptionSpec {
  return { name, value, help, ...given({ default: fallback }) };
}

/** An option that may be given several times: its values may hold commas. */
export function repeated(name: string, value: string, help: string): OptionSpec {
  return { name, value, help, repeats: true };
}

/** An option whose value is one of a closed list, which follows a sentence that ends in a colon. */
export function choice(
  name: string,
  value: string,
  choices: readonly string[],
  help: string,
  fallback?: string,
): OptionSpec {
  return { ...option(name, value, help.endsWith(':') ? `${help} ${oneOf(choices)}` : help, fallback), choices };
}

/** An option without a value. */
export function toggle(name: string, help: string): OptionSpec {
  return { name, help };
}

/** `a, b or c`. */
export function oneOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;
}

/** `compare A B [C …]`: the command with its arguments, if it takes any. */
export function formatCall({ name, argument }: CommandSpec): string {
  return argument === '' ? name : `${name} ${argument}`;
}

/** `--by LIST`, `-h, --help`, or `--item ID …`, which may be given several times. */
export function formatOption(option: OptionSpec): string {
  const short = option.short === undefined ? '' : `-${option.short}, `;
  const value = option.value === undefined ? '' : ` ${option.value}`;
  return `${short}--${option.name}${value}${option.repeats === true ? ' …' : ''}`;
}

/** The option's sentence with its default at the end. */
export function describeOption(option: OptionSpec): string {
  return option.default === undefined ? option.help : `${option.help} (default: ${option.default})`;
}
