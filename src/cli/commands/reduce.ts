import { reduceListed, type GivenState } from '../../distribute/reduce-states.ts';
import { given } from '../../given.ts';
import { s3Access } from '../arguments/s3-options.ts';
import { exit, warn, type CommandContext } from './context.ts';
import { readLines } from './read-lines.ts';
import { groupChoice, shownAs, showSummary } from './show-summary.ts';

/** `reduce`: the result of the states of all parts. */
export async function reduceCommand(context: CommandContext): Promise<number> {
  const { flags, signal } = context;
  const shown = shownAs(flags);
  const choice = groupChoice(flags);
  const result = await reduceListed(statesOf(context), { ...choice, signal });
  for (const { code, message } of result.warnings) await warn(context, code, message);
  await showSummary(context, result, shown);
  return exit.fine;
}

async function* statesOf(context: CommandContext): AsyncGenerator<GivenState> {
  const { flags } = context;
  const s3 = s3Access(flags);
  const how = given({ s3: Object.keys(s3).length === 0 ? undefined : s3 });
  for await (const { text, place } of readLines(context, flags.arguments(0, Number.POSITIVE_INFINITY), how)) {
    yield { state: text, place };
  }
}
