import { mapPart } from '../../distribute/map-part.ts';
import { given } from '../../given.ts';
import { usageError } from '../arguments/flags.ts';
import { s3Access } from '../arguments/s3-options.ts';
import { exit, type CommandContext } from './context.ts';
import { readLines, type PlacedLine } from './read-lines.ts';

/** `map`: the states of the parts that lines of a plan name. */
export async function mapCommand(context: CommandContext): Promise<number> {
  const { flags, signal, out } = context;
  const files = flags.arguments(0, Number.POSITIVE_INFINITY);
  const line = flags.text('line');
  if (line !== undefined && files.length > 0) throw usageError('--line replaces files: give one or the other');
  const s3 = s3Access(flags);
  const access = Object.keys(s3).length === 0 ? undefined : s3;
  const options = given({ location: flags.text('location'), s3: access, signal });
  const lines = line === undefined ? readLines(context, files, given({ s3: access })) : [lineOption(line)];
  for await (const { text, place } of lines) {
    for await (const state of mapPart(text, { ...options, place })) await out.write(`${JSON.stringify(state)}\n`);
  }
  return exit.fine;
}

function lineOption(text: string): PlacedLine {
  return { text, place: { file: '--line', line: 1 } };
}
