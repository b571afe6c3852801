import { BacktestExportError, quoteText } from '../../errors.ts';
import { programName, type CommandSpec } from './option-spec.ts';

/** Wrong use of the command line. */
export function usageError(problem: string): BacktestExportError {
  return new BacktestExportError('OPTION_INVALID', problem);
}

/** What was given, by option: a value, several where the option repeats, or nothing but the option. */
type FlagValues = ReadonlyMap<string, string | true | readonly string[]>;

/** The options that were given, by name, and the arguments beside them. Values are checked when they are asked for. */
export class Flags {
  readonly #command: CommandSpec;
  readonly #values: FlagValues;
  readonly positionals: readonly string[];

  constructor(command: CommandSpec, values: FlagValues, positionals: readonly string[]) {
    this.#command = command;
    this.#values = values;
    this.positionals = positionals;
  }

  /** Whether an option was given. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Whether the command has an option. */
  knows(name: string): boolean {
    return this.#command.options.some((option) => option.name === name);
  }

  /** The value as it was typed. */
  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  /** The values of an option that repeats, as they were typed, in their order. */
  texts(name: string): readonly string[] {
    const values = this.#values.get(name);
    return typeof values === 'object' ? values : [];
  }

  /** Pieces between commas, without the spaces around them; `\,` is a comma in a name; an empty piece is refused. */
  list(name: string): string[] | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const pieces = text.split(/(?<!\\),/).map((piece) => piece.replaceAll(String.raw`\,`, ',').trim());
    if (pieces.includes(''))
      throw usageError(`--${name}: expected names separated by commas, found ${quoteText(text)}`);
    return pieces;
  }

  /** A whole number from `least`. */
  count(name: string, least = 1): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw usageError(`--${name}: expected a whole number from ${least}, found ${quoteText(text)}`);
  }

  /** A finite number. */
  number(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (Number.isFinite(value)) return value;
    throw usageError(`--${name}: expected a number, found ${quoteText(text)}`);
  }

  /** One of a closed list. */
  choice<const Name extends string>(name: string, choices: readonly Name[]): Name | undefined {
    const text = this.text(name);
    const found = choices.find((choice) => choice === text);
    if (text === undefined || found !== undefined) return found;
    throw usageError(`--${name}: expected one of ${choices.join(', ')}, found ${quoteText(text)}`);
  }

  /** What `--format` and its short form `--json` ask for; `table` by default. */
  format(): string {
    const format = this.text('format');
    if (!this.has('json')) return format ?? 'table';
    if (format !== undefined && format !== 'json') throw usageError(`--json and --format ${format} exclude each other`);
    return 'json';
  }

  /** Whether the result is printed as JSON. */
  isJson(): boolean {
    return this.has('json') || this.text('format') === 'json';
  }

  /** The one argument of the command. */
  argument(): string {
    return this.arguments(1, 1)[0] ?? '';
  }

  /** The arguments of the command: at least and at most so many, none of them empty. */
  arguments(least: number, most: number): readonly string[] {
    const { name, argument } = this.#command;
    const { positionals } = this;
    if (positionals.length < least || positionals.includes('')) {
      throw usageError(`expected ${argument}: ${programName} ${name} ${argument}`);
    }
    if (positionals.length > most) {
      const found = positionals.map((text) => quoteText(text)).join(' ');
      throw usageError(`expected ${most === 1 ? 'one ' : ''}${argument}, found ${positionals.length}: ${found}`);
    }
    return positionals;
  }
}
