import type { MetricComparison, PairedDifference } from '../../compare/result.ts';
import { tableSection, type Section } from '../layout/document.ts';
import { right, whole } from '../layout/table.ts';
import { noFigure, showFigure } from '../values/show-value.ts';

/** How each export differs from the first, with confidence intervals and items won and lost; nothing where they were not asked for. */
export function pairedSections({ paired, exports }: Pick<MetricComparison, 'paired' | 'exports'>): Section[] {
  if (paired === null) return [];
  return exports.slice(1).map(({ label }, index): Section => {
    const rows = paired.flatMap(({ metric, differences }) => {
      const paired = differences[index + 1];
      return paired === null || paired === undefined ? [] : [{ metric, paired }];
    });
    return {
      title: `${label} against A, item by item`,
      ...tableSection(rows, [
        [whole('metric'), ({ metric }) => metric],
        [right(`${label} - A`), ({ paired }) => showSigned(paired.difference)],
        [right('95% interval'), ({ paired }) => showInterval(paired)],
        [right('items better', { drop: 3 }), ({ paired }) => String(paired.won)],
        [right('worse', { drop: 3 }), ({ paired }) => String(paired.lost)],
        [right('same', { drop: 3 }), ({ paired }) => String(paired.tied)],
      ]),
    };
  });
}

function showInterval({ interval }: PairedDifference): string {
  return interval === null ? noFigure : `${showSigned(interval.lower)} to ${showSigned(interval.upper)}`;
}

function showSigned(value: number | null): string {
  return `${value !== null && value > 0 ? '+' : ''}${showFigure(value)}`;
}
