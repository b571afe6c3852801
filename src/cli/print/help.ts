import { describeOption, formatCall, formatOption, programName, type CommandSpec } from '../arguments/option-spec.ts';
import { padToWidth, wrapWords } from '../../show/values/text-width.ts';

const widest = 100;

/** The help of the whole program. */
export function formatHelp(commands: readonly CommandSpec[], width: number): string {
  const rows = commands.map((command) => [formatCall(command), command.summary] as const);
  const lines = [
    ...wrapWords(
      'Summarize, verify, compare, repair and convert Amazon Forecast predictor backtest exports.',
      fitWidth(width),
    ),
    '',
    'Usage:',
    ...indent([`${programName} COMMAND FOLDER [OPTIONS]`, `${programName} COMMAND --help`]),
    '',
    'Commands:',
    ...formatPairs(rows, width),
    '',
    'Options:',
    ...formatPairs(
      [
        ['-h, --help', 'Show this help'],
        ['--version', 'Show the version'],
      ],
      width,
    ),
    '',
    ...wrapWords(exitCodes, fitWidth(width)),
  ];
  return `${lines.join('\n')}\n`;
}

/** The help of one command. */
export function formatCommandHelp(command: CommandSpec, width: number): string {
  const lines = [
    ...wrapWords(`${command.summary}.`, fitWidth(width)),
    '',
    'Usage:',
    ...indent([`${programName} ${formatCall(command)} [OPTIONS]`]),
    '',
    ...command.details.flatMap((text) => [...wrapWords(text, fitWidth(width)), '']),
    'Options:',
    ...formatPairs(
      command.options.map((option) => [formatOption(option), describeOption(option)] as const),
      width,
    ),
    '',
    'Examples:',
    ...indent(command.examples.map((example) => `${programName} ${example}`)),
  ];
  return `${lines.join('\n')}\n`;
}

/** What the exit codes mean. */
export const exitCodes: string =
  'Exit codes: 0 success, 1 the data failed a check, 2 wrong usage or unreadable input, 3 the export or file to be written exists, 129 and ' +
  '130 interrupted. Results go to standard output, progress, warnings and errors to standard error: with --json as JSON, one object a line.';

function fitWidth(width: number): number {
  return Math.min(width, widest);
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/** Two columns, the right one broken between words; below each other where the terminal is narrow. */
function formatPairs(pairs: readonly (readonly [string, string])[], width: number): string[] {
  const left = Math.max(...pairs.map(([name]) => name.length)) + 2;
  const right = fitWidth(width) - left - 2;
  if (right < 24) {
    return pairs.flatMap(([name, text]) => [
      `  ${name}`,
      ...wrapWords(text, fitWidth(width) - 6).map((line) => `      ${line}`),
    ]);
  }
  return pairs.flatMap(([name, text]) =>
    wrapWords(text, right).map((line, index) => `  ${padToWidth(index === 0 ? name : '', left, 'left')}${line}`),
  );
}
