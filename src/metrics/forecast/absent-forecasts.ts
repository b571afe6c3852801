import type { TableSchema } from '../../schema/schema.ts';
import { averageFigures, planFigures } from './figures.ts';
import { planRecordShape } from './record-shape.ts';
import { NoteBook } from '../base/notes.ts';
import type { FinishOptions, ForecastSummary } from '../base/summary.ts';
import { toCounts, toMetrics } from './to-result.ts';

/**
 * The summary of an export without forecasted-values: no window, every figure null, and a note that says why. The
 * quantiles are those of the other table.
 */
export function absentForecasts(schema: TableSchema, { reading = 'pooled' }: FinishOptions): ForecastSummary {
  const shape = planRecordShape(schema);
  const plan = planFigures(shape);
  const notes = new NoteBook();
  notes.addResult('NO_FORECASTED_VALUES');
  return {
    forecastTypes: shape.types,
    point: null,
    by: [],
    reading,
    frequency: null,
    summary: {
      windowCount: 0,
      itemCount: 0,
      count: 0,
      counts: toCounts(shape, new Float64Array()),
      metrics: toMetrics(plan, averageFigures(plan, [])),
    },
    windows: [],
    groups: [],
    groupCount: 0,
    worst: null,
    notes: notes.list(),
  };
}
