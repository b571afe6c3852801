/** One option of a command: the single source for parsing it, for its help, and for its row in the documentation. */
export interface OptionSpec {
  /** Long name, without its dashes. */
  readonly name: string;
  /** One letter, where there is a short form. */
  readonly short?: string;
  /** Placeholder of the value, such as `N`; a switch has none. */
  readonly value?: string;
  /** A closed list that the value must come from. */
  readonly choices?: readonly string[];
  /** One sentence without a final stop. */
  readonly help: string;
  /** The default, as help shows it. */
  readonly default?: string;
}

/** A command as help and the parser know it; what it does is loaded when it runs. */
export interface CommandSpec {
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** What stands after the options, such as `FOLDER`; empty where nothing does. */
  readonly argument: string;
  /** Paragraphs below the summary. */
  readonly details: readonly string[];
  readonly options: readonly OptionSpec[];
  /** Command lines that show its use, without the program's name. */
  readonly examples: readonly string[];
}

/** The name of the program, as it is typed. */
export const programName = 'backtest-export';

/** `compare A B [C …]`: the command with what stands after it, if anything does. */
export function formatCall({ name, argument }: CommandSpec): string {
  return argument === '' ? name : `${name} ${argument}`;
}

/** `--by LIST`, or `-h, --help`. */
export function formatOption(option: OptionSpec): string {
  const short = option.short === undefined ? '' : `-${option.short}, `;
  return `${short}--${option.name}${option.value === undefined ? '' : ` ${option.value}`}`;
}

/** The option's sentence with its choices' default at the end. */
export function describeOption(option: OptionSpec): string {
  return option.default === undefined ? option.help : `${option.help} (default: ${option.default})`;
}
