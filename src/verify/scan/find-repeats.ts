import { runParts } from '../../export/parts/run-parts.ts';
import type { CheckedPart } from './check-part.ts';
import { hashContentTask, type ContentHash } from './hash-content.ts';
import { planInput } from './plan-input.ts';
import type { VerificationPlan } from '../base/plan.ts';

/**
 * The parts with the same rows as an earlier one, each with the first of those. A part without valid rows
 * repeats nothing. Parts with equal digests are read once more, and all their cells compared by {@link hashContent}.
 * @throws what reading throws; the signal's reason
 */
export async function findRepeats(
  plan: VerificationPlan,
  checked: readonly CheckedPart[],
): Promise<ReadonlyMap<number, number>> {
  const alike = groupBy(checked, ({ file, rows, digest }) => `${plan.parts[file]?.name} ${rows} ${digest}`);
  const candidates = [...alike.values()].filter((group) => group.length > 1 && group[0]?.digest !== '').flat();
  const hashes = new Map<number, string>();
  if (candidates.length > 0) {
    const inputs = candidates.flatMap(({ file }) => planInput(plan, file, 'repeat'));
    const { threads, signal } = plan.options;
    const onResult = ({ file, hash }: ContentHash): unknown => hashes.set(file, hash);
    await runParts(hashContentTask, inputs, { threads, signal, onResult });
  }
  const repeats = new Map<number, number>();
  const same = groupBy(candidates, ({ file, digest }) => `${plan.parts[file]?.name} ${digest} ${hashes.get(file)}`);
  for (const [first, ...others] of same.values()) {
    for (const { file } of others) repeats.set(file, first?.file ?? file);
  }
  return repeats;
}

/** In order of appearance. */
function groupBy<Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => string): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return groups;
}
