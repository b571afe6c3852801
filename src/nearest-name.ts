/**
 * The name that was probably meant, ignoring case: the first one that begins with the typed text, or else the one with
 * the fewest typing errors (a missing, extra, wrong or swapped letter), at most one in three letters. Undefined when
 * none is close.
 */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  const wanted = typed.toLowerCase().slice(0, longestTyped);
  const begun = wanted.length >= 2 ? names.find((name) => name.toLowerCase().startsWith(wanted)) : undefined;
  if (begun !== undefined) return begun;
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of names) {
    const distance = typingErrors(wanted, name.toLowerCase());
    if (distance < least) [nearest, least] = [name, distance];
  }
  return nearest;
}

const longestTyped = 64;

/** Optimal string alignment distance. */
function typingErrors(typed: string, name: string): number {
  let above: number[] = [];
  let row = Array.from({ length: name.length + 1 }, (_, index) => index);
  for (let i = 1; i <= typed.length; i++) {
    const next = [i];
    for (let j = 1; j <= name.length; j++) {
      const same = typed[i - 1] === name[j - 1];
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && typed[i - 1] === name[j - 2] && typed[i - 2] === name[j - 1];
      if (swapped) cost = Math.min(cost, (above[j - 2] ?? 0) + 1);
      next.push(cost);
    }
    [above, row] = [row, next];
  }
  return row[name.length] ?? 0;
}
