import { quoteText } from '../../errors.ts';
import { parseFrequency, type Frequency } from '../../schema/frequency.ts';
import { usageError, type Flags } from './flags.ts';

/** `--frequency`: the step between timestamps. */
export function frequencyOf(flags: Flags): Frequency | undefined {
  const text = flags.text('frequency');
  if (text === undefined) return undefined;
  const frequency = parseFrequency(text);
  if (frequency === undefined) {
    throw usageError(
      `--frequency: expected Y, M, W, D, H or min, with or without a count before it, found ${quoteText(text)}`,
    );
  }
  return frequency;
}
