import type { SpreadBin } from '../base/report.ts';

/** A bar of a histogram. */
export interface SpreadBar {
  readonly from: number;
  readonly to: number;
  readonly items: number;
  /** Holds values far out as well: drawn narrower than it is. */
  readonly isTail: boolean;
}

/**
 * Bars of equal width: bins at the ends, which are cut at the extremes or reach far out, get it too; a bin of a single value gets
 * some. Few items in many bins say nothing: they are joined, so that bars are about as many as twice the root of the items.
 */
export function spreadBars(bins: readonly SpreadBin[]): SpreadBar[] {
  const widths = bins.map(({ from, to }) => to - from).toSorted((a, b) => a - b);
  const usual = widths[Math.floor(widths.length / 2)] ?? 0;
  const bars = bins.map((bin, at): SpreadBar => {
    if (bins.length < 3) return { ...withWidth(bin), isTail: false };
    const isTail = bin.to - bin.from > usual * 1.5;
    if (at === 0) return { ...bin, from: bin.to - usual, isTail };
    return at === bins.length - 1 ? { ...bin, to: bin.from + usual, isTail } : { ...bin, isTail: false };
  });
  const items = bins.reduce((sum, bin) => sum + bin.items, 0);
  return joinBars(bars, Math.ceil(bins.length / Math.max(6, 2 * Math.sqrt(items))));
}

function withWidth({ from, to, items }: SpreadBin): SpreadBin {
  if (from < to) return { from, to, items };
  const half = from === 0 ? 0.5 : Math.abs(from) * 0.05;
  return { from: from - half, to: to + half, items };
}

/** Joins each `count` neighbours, except those that hold values far out. */
function joinBars(bars: readonly SpreadBar[], count: number): SpreadBar[] {
  if (count < 2) return [...bars];
  const inner = bars.filter(({ isTail }) => !isTail);
  const groups = Array.from({ length: Math.ceil(inner.length / count) }, (_, at) =>
    inner.slice(at * count, (at + 1) * count),
  );
  const width = (inner[0]?.to ?? 0) - (inner[0]?.from ?? 0);
  const joined = groups.flatMap((group): SpreadBar[] => {
    const [first] = group;
    if (first === undefined) return [];
    const items = group.reduce((sum, bar) => sum + bar.items, 0);
    return [{ from: first.from, to: first.from + width * count, items, isTail: false }];
  });
  const [first, last, from, to] = [bars[0], bars.at(-1), joined[0]?.from ?? 0, joined.at(-1)?.to ?? 0];
  return [
    ...(first?.isTail === true ? [{ ...first, from: from - width * count, to: from }] : []),
    ...joined,
    // joined bars may end a little farther than the bins do
    ...(last?.isTail === true ? [{ ...last, from: to, to: to + width * count }] : []),
  ];
}
