import type { ComparedFigure, ComparedGroup, MetricComparison } from '../../compare/result.ts';
import { noFigure, showCount, showFigure, showNames, showText, showTime } from '../print/show-value.ts';
import type { Section } from '../print/document.ts';
import { left, right, whole, type TableColumn } from '../print/table.ts';
import { pointName, readingTexts } from './shown-figures.ts';

/** The figures of two exports side by side, or the leaderboard of more; then by window and by group. */
export function metricSections(result: MetricComparison): Section[] {
  const labels = result.exports.map(({ label }) => label);
  const pair = labels.length === 2;
  return [
    rowSection(result),
    figureSection(pair ? 'Overall' : 'Overall, skill against A', [], [{ cells: [], figures: result.overall }], labels),
    ...(pair ? [] : [leaderboardSection(result, labels)]),
    ...groupSection('By backtest window', ['window'], result.windows, labels),
    ...groupSection(`By ${showNames(result.by)}, ${readingTexts[result.reading]}`, result.by, result.groups, labels),
  ];
}

function rowSection(result: MetricComparison): Section {
  return {
    title: `${showCount(result.common, 'common row')}, forecast types ${showNames(result.forecastTypes)}, point forecast ${pointName(result) ?? 'none'}`,
    columns: [left(''), right('rows'), right('left out'), right('different actuals')],
    rows: result.exports.map(({ label, rows, leftOut, otherActuals }) => [
      label,
      String(rows),
      String(leftOut),
      String(otherActuals),
    ]),
    notes: rowNotes(result),
  };
}

function rowNotes({ exports }: MetricComparison): string[] {
  const notes: string[] = [];
  if (exports.some(({ leftOut }) => leftOut > 0))
    notes.push('rows that some exports lack are left out of every figure');
  if (exports.some(({ otherActuals }) => otherActuals > 0)) {
    notes.push('some actuals differ from those of A: the exports were made from different data');
  }
  return notes;
}

/** Figures that share a key, and the cells that show it. */
interface KeyedFigures {
  readonly cells: readonly string[];
  readonly figures: readonly ComparedFigure[];
}

function figureSection(
  title: string,
  keys: readonly string[],
  groups: readonly KeyedFigures[],
  labels: readonly string[],
): Section {
  const pair = labels.length === 2;
  const columns: TableColumn[] = [
    ...keys.map((key) => (key === 'window' ? whole(key) : left(key))),
    whole('metric'),
    ...labels.map((label) => right(label)),
    ...(pair ? pairColumns : labels.slice(1).map((label) => right(`skill ${label}`, { extra: true }))),
  ];
  const rows = groups.flatMap(({ cells, figures }) =>
    figures.map(({ metric, values, ratios, skills, verdicts }) => [
      ...cells,
      metric,
      ...values.map(showFigure),
      ...(pair ? [showFigure(ratios[1] ?? null), showSkill(skills[1] ?? null), verdicts[1] ?? noFigure] : []),
      ...(pair ? [] : skills.slice(1).map(showSkill)),
    ]),
  );
  return { title, columns, rows };
}

const pairColumns: readonly TableColumn[] = [right('ratio', { extra: true }), right('skill'), whole('B is')];

function groupSection(
  title: string,
  names: readonly string[],
  groups: readonly ComparedGroup[],
  labels: readonly string[],
): Section[] {
  if (groups.length === 0) return [];
  const keyed = groups.map(({ key, figures }) => ({
    cells: names.map((name) => showKeyPart(name, key[name] ?? null)),
    figures,
  }));
  return [figureSection(title, names.map(showText), keyed, labels)];
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
