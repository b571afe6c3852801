import { quoteText } from '../../errors.ts';
import type { UnitCosts } from '../../metrics/base/costs.ts';
import { usageError, type Flags } from './flags.ts';
import { option, type OptionSpec } from './option-spec.ts';

/** What units too few and too many cost. */
export const costOptions: readonly OptionSpec[] = [
  option(
    'under',
    'X',
    'What each unit short costs, with --over: prints the cost of stocking by each forecast, and which is the cheapest',
  ),
  option('over', 'X', 'What each unit left over costs, with --under; in the same currency, only their ratio decides'),
];

/** `--under` and `--over`: both or neither. */
export function costsOf(flags: Flags): UnitCosts | undefined {
  const [under, over] = [costOf(flags, 'under'), costOf(flags, 'over')];
  if (under === undefined && over === undefined) return undefined;
  if (over === undefined) throw usageError('--under needs --over: what does a unit left over cost? 0 is allowed');
  if (under === undefined) throw usageError('--over needs --under: what does a unit short cost? 0 is allowed');
  if (under === 0 && over === 0) throw usageError('--under and --over are both 0: then no forecast costs anything');
  return { under, over };
}

function costOf(flags: Flags, name: 'under' | 'over'): number | undefined {
  const cost = flags.number(name);
  if (cost === undefined || cost >= 0) return cost;
  throw usageError(`--${name}: expected a number from 0, found ${quoteText(flags.text(name) ?? '')}`);
}
