import type { ComparedFigure, ComparedGroup, MetricComparison, Verdict } from '../../compare/result.ts';
import { noFigure, showCount, showFigure, showNames, showText, showTime } from '../values/show-value.ts';
import {
  drawnTable,
  tableSection,
  type DrawnField,
  type DrawnSection,
  type Field,
  type Section,
} from '../layout/document.ts';
import { drawn, left, right, whole } from '../layout/table.ts';
import { pairedSections } from './paired-sections.ts';
import { pointName, readingTexts } from './shown-figures.ts';

/** The figures of two exports side by side, or the leaderboard of more; then by window and by group. */
export function metricSections(result: MetricComparison): DrawnSection[] {
  const { exports, overall, windows, groups, by, reading } = result;
  const labels = exports.map(({ label }) => label);
  const pair = labels.length === 2;
  const sections: DrawnSection[] = [
    rowSection(result),
    figureSection(pair ? 'Overall' : 'Overall, skill against A', [], [{ key: {}, figures: overall }], labels),
  ];
  if (!pair) sections.push(leaderboardSection(result, labels));
  for (const section of pairedSections(result)) sections.push(section);
  if (windows.length > 0) sections.push(figureSection('By backtest window', ['window'], windows, labels));
  if (groups.length > 0) {
    if (pair) sections.push(wonSection(result));
    sections.push(figureSection(`By ${showNames(by)}, ${readingTexts[reading]}`, by, groups, labels));
  }
  return sections;
}

function rowSection(result: MetricComparison): Section {
  const { exports, common, forecastTypes } = result;
  const notes: string[] = [];
  if (exports.some(({ leftOut }) => leftOut > 0)) {
    notes.push('rows that some exports lack are left out of every figure');
  }
  if (exports.some(({ otherActuals }) => otherActuals > 0)) {
    notes.push('some actuals differ from those of A: the exports were made from different data');
  }
  const point = pointName(result) ?? 'none';
  return {
    title: `${showCount(common, 'common row')}, forecast types ${showNames(forecastTypes)}, point forecast ${point}`,
    ...tableSection(exports, [
      [left(''), ({ label }) => label],
      [right('rows'), ({ rows }) => String(rows)],
      [right('left out'), ({ leftOut }) => String(leftOut)],
      [right('different actuals'), ({ otherActuals }) => String(otherActuals)],
    ]),
    notes,
  };
}

/** A figure of all exports, and the key of its group. */
type KeyedFigure = ComparedFigure & Pick<ComparedGroup, 'key'>;

function figureSection(
  title: string,
  names: readonly string[],
  groups: readonly Pick<ComparedGroup, 'key' | 'figures'>[],
  labels: readonly string[],
): DrawnSection {
  const rows = groups.flatMap(({ key, figures }) => figures.map((figure): KeyedFigure => ({ ...figure, key })));
  return {
    title,
    ...drawnTable(rows, [
      ...names.map((name): Field<KeyedFigure> => [
        name === 'window' ? whole(name) : left(showText(name)),
        ({ key }) => showKeyPart(name, key[name] ?? null),
      ]),
      [whole('metric'), ({ metric }) => metric],
      ...labels.map((label, at): Field<KeyedFigure> => [right(label), ({ values }) => showFigure(values[at] ?? null)]),
      ...(labels.length === 2
        ? pairFields
        : labels
            .slice(1)
            .map((label, at): Field<KeyedFigure> => [
              right(`skill ${label}`, { extra: true }),
              ({ skills }) => showSkill(skills[at + 1] ?? null),
            ])),
    ]),
  };
}

const pairFields: readonly DrawnField<KeyedFigure>[] = [
  [right('ratio', { extra: true }), ({ ratios }) => showFigure(ratios[1] ?? null)],
  [right('skill'), ({ skills }) => showSkill(skills[1] ?? null)],
  [drawn(9, 21), ({ skills }) => ({ kind: 'bar', value: boundSkill(skills[1] ?? null) })],
  [whole('B is'), ({ verdicts }) => verdicts[1] ?? noFigure],
];

/** A skill has no lower bound: far below -1 it would leave nothing of the others to see. */
function boundSkill(skill: number | null): number | null {
  return skill === null ? null : Math.max(-1, skill);
}

/** In how many groups B is better, alike and worse than A, by metric. */
function wonSection({ groups, by, overall }: MetricComparison): DrawnSection {
  const counts = overall.map(({ metric }) => {
    const verdicts = groups.map(({ figures }) => figures.find((figure) => figure.metric === metric)?.verdicts[1]);
    const countOf = (verdict: Verdict): number => verdicts.filter((each) => each === verdict).length;
    return { metric, won: countOf('better'), tied: countOf('same'), lost: countOf('worse') };
  });
  return {
    title: `Won by B, by ${showNames(by)}`,
    ...drawnTable(counts, [
      [whole('metric'), ({ metric }) => metric],
      [right('won'), ({ won }) => String(won)],
      [right('same'), ({ tied }) => String(tied)],
      [right('lost'), ({ lost }) => String(lost)],
      [drawn(10, 40), ({ won, tied, lost }) => ({ kind: 'shares', won, tied, lost })],
    ]),
    onlyDrawn: true,
  };
}

/** For each metric the exports from the best to the worst, with their figures. */
function leaderboardSection({ leaderboard }: MetricComparison, labels: readonly string[]): Section {
  return {
    title: 'Leaderboard',
    columns: [whole('metric'), ...labels.map((_, place) => whole(`rank ${place + 1}`))],
    rows: leaderboard.map(({ metric, ranks }) => [
      metric,
      ...ranks.map(({ export: index, value, rank }, place) => {
        const shared = rank !== null && rank !== place + 1 ? `, shares rank ${rank}` : '';
        return `${labels[index] ?? ''} (${showFigure(value)}${shared})`;
      }),
    ]),
  };
}

function showKeyPart(name: string, value: string | number | null): string {
  if (value === null) return noFigure;
  if (typeof value === 'number') return String(value);
  if (name !== 'window') return showText(value);
  return showTime(value.split('/')[0] ?? '');
}

function showSkill(skill: number | null): string {
  return skill === null ? noFigure : `${(skill * 100).toFixed(2)}%`;
}
