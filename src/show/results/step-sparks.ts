import type { Metric } from '../../metrics/base/metric.ts';
import { drawnTable, type DrawnField, type DrawnSection } from '../layout/document.ts';
import { drawn, left, right, whole } from '../layout/table.ts';
import { showFigure, showText, showTime } from '../values/show-value.ts';
import { drawnMetric } from './shown-figures.ts';
import type { ShownSummary } from './shown-summary.ts';

/** Groups that are looked at, since they are made anew whenever they are read; their steps, and lines that are drawn. */
const most = { groups: 20_000, steps: 20_000, lines: 20 };

/** How a figure goes on from step to step: a sparkline for each of the groups besides. */
interface Course {
  readonly name: string;
  readonly values: (number | null)[];
}

/** The figure of groups by step as sparklines, one for all steps, or one for each window, item or whatever groups are by besides. */
export function stepSparks(result: ShownSummary): DrawnSection[] {
  const metric = drawnMetric(result);
  const { by, worst, groupCount } = result;
  if (metric === undefined || worst !== null || !by.includes('step') || groupCount > most.groups) return [];
  const courses = coursesOf(result, metric);
  const longest = courses.reduce((steps, { values }) => Math.max(steps, values.length), 0);
  if (longest < 2) return [];
  const others = by.filter((name) => name !== 'step');
  const fields: DrawnField<Course>[] = [
    [others.length === 0 ? left('') : whole(others.map(showText).join(', ')), ({ name }) => name],
    [right('first'), ({ values }) => showFigure(values[0] ?? null)],
    [drawn(Math.min(8, longest), Math.min(60, longest)), ({ values }) => ({ kind: 'spark', values })],
    [right('last'), ({ values }) => showFigure(values.at(-1) ?? null)],
  ];
  return [
    {
      title: `${metric.title} from step to step`,
      ...drawnTable(courses.slice(0, most.lines), fields),
      notes: courses.length > most.lines ? [`and ${courses.length - most.lines} more`] : [],
      onlyDrawn: true,
    },
  ];
}

/** Steps come in rising order within the other keys, whatever the order of keys. */
function coursesOf({ groups, by, reading }: ShownSummary, metric: Metric): Course[] {
  const courses = new Map<string, Course>();
  for (const { key, pooled, averaged } of groups) {
    const step = key['step'];
    if (typeof step !== 'number' || step > most.steps) continue;
    const name = by.flatMap((each) => (each === 'step' ? [] : [showKey(each, key[each] ?? '')])).join(', ');
    let course = courses.get(name);
    if (course === undefined) courses.set(name, (course = { name, values: [] }));
    while (course.values.length < step - 1) course.values.push(null);
    course.values[step - 1] = metric.read(reading === 'pooled' ? pooled : averaged);
  }
  return [...courses.values()];
}

function showKey(name: string, value: string | number): string {
  const text = String(value);
  return name === 'window' ? showTime(text.split('/')[0] ?? '') : showText(text);
}
