import type { Figure, Metrics, WindowSummary } from '../../metrics/base/summary.ts';
import type { NamedLine } from './lines-chart.ts';
import { figureText } from './shown-text.ts';

/** The metrics that errors are drawn by: those of them that have a figure. */
export function errorLines(metrics: readonly Metrics[], points: 'points' | 'no points'): NamedLine[] {
  const lines: NamedLine[] = [
    {
      label: 'WAPE',
      style: { color: 'first', ...(points === 'points' ? { symbol: 'circle' } : {}) },
      values: metrics.map(({ WAPE }) => WAPE),
    },
    {
      label: 'Average wQL',
      style: { color: 'second', dash: '6 3', ...(points === 'points' ? { symbol: 'square' } : {}) },
      values: metrics.map(({ averageWQL }) => averageWQL),
    },
  ];
  return lines.filter(({ values }) => values.some((value) => value !== null));
}

/** The axis of those lines. Where every actual is 0 they are sums of errors, and no ratios. */
export function errorLabel(rows: readonly Pick<WindowSummary, 'counts'>[]): string {
  const isSum = rows.some(({ counts }) => counts.actuals > 0 && counts.zeroActuals === counts.actuals);
  return isSum ? 'Error' : 'Error, as a ratio to actuals';
}

/** `WAPE goes from 0.18 at step 1 to 0.29 at step 24; it is largest at step 20, 0.31.` */
export function describeLine(
  { label, values }: { label: string; values: readonly Figure[] },
  places: readonly string[],
): string {
  const known = places.flatMap((place, at) => {
    const value = values[at];
    return typeof value === 'number' ? [{ place, value }] : [];
  });
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return '';
  if (known.length === 1) return `${label} is ${figureText(first.value)} ${first.place}.`;
  const worst = known.reduce((most, each) => (each.value > most.value ? each : most), first);
  const from = `${label} goes from ${figureText(first.value)} ${first.place}`;
  const to = `to ${figureText(last.value)} ${last.place}`;
  if (worst === first) return `${from}, where it is largest, ${to}.`;
  if (worst === last) return `${from} ${to}, where it is largest.`;
  return `${from} ${to}; it is largest ${worst.place}, ${figureText(worst.value)}.`;
}
