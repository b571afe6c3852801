/** Lists within lists, deeper than a recursive walk can go. */
export function deepest(): unknown[] {
  let list: unknown[] = [];
  for (let depth = 0; depth < 100_000; depth++) list = [list];
  return list;
}
