import type { MeasuredExport } from '../../../compare/result.ts';
import { showExport, showFigure } from '../../../show/values/show-value.ts';
import type { PairedMetric, PairedDifference } from '../../base/report.ts';
import type { PageSection, TableBlock } from '../model.ts';
import { names, numbers, pageTable, texts } from '../page-table.ts';
import { isFigure, showWhole } from '../words/measures.ts';
import { readComparison } from '../words/read-comparison.ts';
import { titleOf } from './item-sections.ts';
import { present, type SectionContext } from './context.ts';

/** How an export differs from this one by a metric. */
interface Difference {
  readonly metric: string;
  readonly value: number | null;
  readonly paired: PairedDifference;
}

/** The export beside others, on the rows that all of them have; without blocks where there are none. */
export function comparisonSection({ report, most }: SectionContext): PageSection {
  const { comparison } = report;
  const exports = comparison?.exports ?? [];
  const metrics = comparison?.metrics ?? [];
  const sides = pageTable<MeasuredExport>(
    exports,
    [
      texts('', ({ label }) => label),
      names('export', (each) => showExport(each, each.location)),
      names('location', ({ location }) => location),
      numbers('rows', ({ rows }) => showWhole(rows)),
      numbers('left out', ({ leftOut }) => showWhole(leftOut)),
      numbers('other actuals', ({ otherActuals }) => showWhole(otherActuals)),
    ],
    { caption: 'What was compared: rows that some exports lack are left out of every figure', most, drop: 0 },
  );
  const figures = pageTable<PairedMetric>(
    metrics,
    [
      texts('metric', ({ metric }) => titleOf(metric)),
      ...exports.map(({ label }, index) =>
        numbers<PairedMetric>(label, ({ values }) => showFigure(values[index] ?? null)),
      ),
    ],
    { caption: 'Metrics on the common rows', most, drop: 1 },
  );
  const table = differenceTable(metrics, most);
  const others = exports.some(({ otherActuals }) => isFigure(otherActuals) && otherActuals > 0);
  return {
    id: 'comparison',
    title: 'Against other exports',
    reading: readComparison(report),
    blocks: present([
      sides,
      figures,
      table && { kind: 'chart', chart: { name: 'comparison' }, title: 'Differences from this export', table, drop: 2 },
      others
        ? {
            kind: 'notes',
            title: 'Note',
            notes: ['Some actuals differ: the exports were made from different data.'],
            drop: 0,
          }
        : undefined,
    ]),
  };
}

function differenceTable(metrics: readonly PairedMetric[], most: number): TableBlock | undefined {
  const differences = metrics.flatMap(({ metric, values, differences: all }) =>
    all.flatMap((paired, index): Difference[] =>
      paired === null ? [] : [{ metric, value: values[index] ?? null, paired }],
    ),
  );
  return pageTable<Difference>(
    differences,
    [
      texts('metric', ({ metric }) => titleOf(metric)),
      texts('export', ({ paired }) => paired.export),
      numbers('difference', ({ paired }) => showFigure(paired.difference)),
      numbers('from', ({ paired: { interval } }) => showFigure(interval?.lower ?? null)),
      numbers('to', ({ paired: { interval } }) => showFigure(interval?.upper ?? null)),
      numbers('items won', ({ paired }) => showWhole(paired.won)),
      numbers('lost', ({ paired }) => showWhole(paired.lost)),
      numbers('tied', ({ paired }) => showWhole(paired.tied)),
    ],
    {
      caption: 'Differences from this export, with their 95% intervals, and items that are better or worse',
      most,
      drop: 1,
    },
  );
}
