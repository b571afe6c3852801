import { parseArgs } from 'node:util';
import { quoteText } from '../../errors.ts';
import { Flags, usageError } from './flags.ts';
import { nearestName } from '../../nearest-name.ts';
import { formatOption, oneOf, type CommandSpec, type OptionSpec } from './option-spec.ts';

/**
 * Parses what follows the command's name by its table of options. Every option may be given once, unless it repeats; a value that
 * begins with a dash needs `--name=VALUE`, so that a forgotten value never swallows the next option.
 * @throws `OPTION_INVALID` for an unknown option, with the nearest name, and for a missing, surplus or unlisted value.
 */
export function parseArguments(command: CommandSpec, argv: readonly string[]): Flags {
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(command.options.map((option) => [option.name, parserOption(option)])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const byName = new Map(command.options.map((option) => [option.name, option]));
  const values = new Map<string, string | true | readonly string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const option = byName.get(token.name);
    if (option === undefined) throw unknownOption(command, token.rawName);
    const value = optionValue(option, token.value, token.inlineValue === true);
    const earlier = values.get(option.name);
    if (typeof value === 'string' && option.repeats === true) {
      values.set(option.name, [...(Array.isArray(earlier) ? earlier : []), value]);
      continue;
    }
    if (earlier !== undefined && option.value !== undefined) throw usageError(`--${option.name} is given twice`);
    values.set(option.name, value);
  }
  return new Flags(command, values, positionals);
}

function parserOption(option: OptionSpec): { type: 'string' | 'boolean'; short?: string } {
  const type = option.value === undefined ? 'boolean' : 'string';
  return option.short === undefined ? { type } : { type, short: option.short };
}

function optionValue(option: OptionSpec, value: string | undefined, inline: boolean): string | true {
  if (option.value === undefined) {
    if (value !== undefined) throw usageError(`--${option.name} takes no value, found ${quoteText(value)}`);
    return true;
  }
  const missing = value === undefined || (!inline && /^-[^\d.]/.test(value));
  if (missing) {
    const shown = formatOption(option);
    const instead = value === undefined ? '' : `; one that begins with a dash is written --${option.name}=VALUE`;
    throw usageError(`${shown}: expected a value${instead}`);
  }
  if (option.choices === undefined) return value;
  // in any case: `convert --to parquet` and `generate --format PARQUET` mean the same format
  const chosen = option.choices.find((choice) => choice.toLowerCase() === value.toLowerCase());
  if (chosen !== undefined) return chosen;
  throw usageError(`--${option.name}: expected ${oneOf(option.choices)}, found ${quoteText(value)}`);
}

function unknownOption(command: CommandSpec, rawName: string): Error {
  const near = nearestName(
    rawName.replace(/^-+/, ''),
    command.options.map((option) => option.name),
  );
  const meant = near === undefined ? '' : `; did you mean --${near}?`;
  return usageError(`unknown option ${quoteText(rawName)} of ${command.name}${meant}`);
}
