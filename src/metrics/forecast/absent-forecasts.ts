import type { TableSchema } from '../../schema/schema.ts';
import { emptyFigures, planFigures } from './figures.ts';
import { planRecordShape } from './record-shape.ts';
import { NoteBook } from '../base/notes.ts';
import type { FinishOptions } from '../base/summary.ts';
import type { ListedForecasts } from './finish.ts';
import { FinishedChunks } from './groups/finished-chunks.ts';
import { GroupList } from './groups/group-list.ts';
import { KeyColumns } from './groups/key-columns.ts';
import { WindowTable } from './window-table.ts';
import { toCounts, toMetrics } from './to-result.ts';

/**
 * The summary of an export without forecasted-values: no window, every figure null, and a note that says why. The
 * quantiles are those of the other table.
 */
export function absentForecasts(schema: TableSchema, { reading = 'pooled' }: FinishOptions): ListedForecasts {
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
      metrics: toMetrics(plan, emptyFigures(plan).values),
    },
    windows: [],
    groups: new GroupList(new FinishedChunks(0, plan), new Uint32Array(), plan, noKeys),
    groupCount: 0,
    worst: null,
    costs: null,
    notes: notes.list(),
  };
}

const noKeys = new KeyColumns({ plan: { by: [], keyParts: [] }, texts: [], windows: new WindowTable() });
