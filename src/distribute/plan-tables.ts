import { BacktestExportError, type ErrorPosition } from '../errors.ts';
import type { ExpectedSchema } from '../export/parts/part-source.ts';
import { given } from '../given.ts';
import type { SpillPlan } from '../metrics/forecast/groups/spill.ts';
import type { GatherPlan } from '../metrics/part-task.ts';
import { inferSchema } from '../schema/infer-schema.ts';
import { tableNames, type TableName } from '../schema/schema.ts';
import type { PlanHead, SummaryHead } from './plan-line.ts';

/**
 * What every part of a planned table must agree with, from its header alone; undefined for a table that is not read.
 * @throws what a header does that is none
 */
export function expectedOf(
  { tables, decode }: Pick<PlanHead, 'tables' | 'decode'>,
  table: TableName,
): ExpectedSchema | undefined {
  const planned = tables[table];
  if (planned === undefined) return undefined;
  const { header, file } = planned;
  const schema = inferSchema(header, { file }, decode.columnRules);
  if (schema.table === table) return { schema, file };
  const problem = `expected a header of ${table}, found one of ${schema.table}`;
  throw new BacktestExportError('SCHEMA_INVALID', problem, { position: { file } });
}

/** What is gathered of each table, as it was planned. @throws as {@link expectedOf}; what impossible options do */
export function gatherPlans(head: SummaryHead, spill?: SpillPlan): GatherPlan[] {
  const { by = [], point, maxGroups } = head.options;
  return tableNames.flatMap((table): GatherPlan[] => {
    const schema = expectedOf(head, table)?.schema;
    if (schema === undefined) return [];
    if (table === 'forecasted-values')
      return [{ table, options: { schema, by, ...given({ point, maxGroups, spill }) } }];
    return [{ table, options: { schema, ...given({ frequency: head.frequency ?? undefined }) } }];
  });
}

/** Runs what a line says; what it cannot mean is the line's fault. @throws `code` */
export function meant<Result>(
  code: 'PLAN_INVALID' | 'STATE_INVALID',
  position: ErrorPosition,
  work: () => Result,
): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof BacktestExportError)) throw error;
    throw new BacktestExportError(code, `its plan is impossible: ${error.problem}`, { position, cause: error });
  }
}
