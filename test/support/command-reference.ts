import { exitCodes } from '#src/cli/print/help.js';
import {
  describeOption,
  formatCall,
  formatOption,
  programName,
  type CommandSpec,
} from '#src/cli/arguments/option-spec.js';
import { padToWidth, textWidth } from '#src/show/values/text-width.js';

/**
 * The commands and their options as the Markdown of `docs/command.md`, from the same tables that the parser uses;
 * `test/cli/command-reference.test.ts` holds the page to it.
 */
export function formatReference(commands: readonly CommandSpec[]): string {
  const intro = `# The command\n\nWritten from the tables in \`src/cli/\`; \`npx vitest run test/cli -u\` writes it anew.\n\n${exitCodes}\n`;
  return [intro, ...commands.map(formatCommand)].join('\n');
}

function formatCommand(command: CommandSpec): string {
  const rows = command.options.map(
    (option) => [code(formatOption(option)), escapePipes(describeOption(option))] as const,
  );
  const examples = command.examples.map((example) => `    ${programName} ${example}`);
  return [
    `## ${formatCall(command)}`,
    '',
    `${command.summary}.`,
    '',
    ...command.details.flatMap((text) => [text, '']),
    ...formatTable([['Option', 'Meaning'], ...rows]),
    '',
    ...examples,
    '',
  ].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

function escapePipes(text: string): string {
  return text.replace(/[\\`*_[\]<>|]/g, String.raw`\$&`);
}

/** Columns padded to one width, as Prettier lays them out. */
function formatTable(rows: readonly (readonly [string, string])[]): string[] {
  const left = Math.max(...rows.map(([name]) => textWidth(name)));
  const right = Math.max(...rows.map(([, text]) => textWidth(text)));
  const lines = rows.map(
    ([name, text]) => `| ${padToWidth(name, left, 'left')} | ${padToWidth(text, right, 'left')} |`,
  );
  return [lines[0] ?? '', `| ${'-'.repeat(left)} | ${'-'.repeat(right)} |`, ...lines.slice(1)];
}
