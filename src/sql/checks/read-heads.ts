import { accessErrorCodes, BacktestExportError, serializeError } from '../../errors.ts';
import { tableOf, type BacktestExport } from '../../export/find/backtest-export.ts';
import type { PartFile } from '../../export/entries/export-catalog.ts';
import { readHead, type PartHead } from '../../export/parts/part-head.ts';
import { PlannedTable, planOf } from '../../export/tables/planned-table.ts';
import { assertSameColumns } from '../../schema/same-columns.ts';
import { tableNames, type TableName } from '../../schema/schema.ts';
import { inParallel } from '../../storage/in-parallel.ts';
import type { OpenedExport } from '../../verify/base/open-tolerantly.ts';

/** Heads read at a time: small reads, of which a store answers many at once. */
const readAtOnce = 16;

/**
 * Reads the header or footer of every part on this machine, since an engine takes columns as it was told. Parts whose header cannot be read or
 * has other columns become unreadable; the others are known with their heads.
 * @throws what keeps a file from being read; the signal's reason
 */
export async function readHeads(opened: OpenedExport, signal: AbortSignal | undefined): Promise<OpenedExport> {
  const unreadable = [...opened.unreadable];
  const tables: Partial<Record<TableName, PlannedTable>> = {};
  for (const name of tableNames) {
    const plan = planOf(tableOf(opened.bx, name));
    const { expected, storage, decode } = plan;
    if (expected === undefined) continue;
    const heads = new Map(plan.heads);
    const isOdd = new Set<PartFile>();
    await inParallel(plan.parts, readAtOnce, async (part) => {
      signal?.throwIfAborted();
      if (part.size === 0 && part.format === 'CSV') return;
      try {
        const head: PartHead = heads.get(part.path) ?? (await readHead(storage, part, decode));
        assertSameColumns(expected.schema, expected.file, head.schema, part.path);
        heads.set(part.path, head);
      } catch (error) {
        const isThrown = !(error instanceof BacktestExportError) || accessErrorCodes.has(error.code);
        if (isThrown) throw error;
        unreadable.push({ part: { ...part, table: name }, error: serializeError(error) });
        isOdd.add(part);
      }
    });
    tables[name] = new PlannedTable({ ...plan, heads, parts: plan.parts.filter((part) => !isOdd.has(part)) });
  }
  unreadable.sort((a, b) => (a.part.path < b.part.path ? -1 : 1));
  return { ...opened, unreadable, bx: withTables(opened.bx, tables) };
}

function withTables(
  bx: BacktestExport,
  { 'forecasted-values': forecasts, 'accuracy-metrics-values': metrics }: Partial<Record<TableName, PlannedTable>>,
): BacktestExport {
  return {
    ...bx,
    forecastedValues: forecasts ?? bx.forecastedValues,
    accuracyMetrics: metrics ?? bx.accuracyMetrics,
  };
}
