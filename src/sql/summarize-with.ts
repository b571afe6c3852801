import { openIfFolder, type ExportSource } from '../export/open-source.ts';
import { refuseIdleOptions, type SummarizeProgress } from '../metrics/summarize-options.ts';
import { listGroups, type ExportSummary, type ListedSummary } from '../metrics/summarize.ts';
import { checkOptions } from '../options.ts';
import { writeCells } from './dialects/cells.ts';
import { dialects } from './dialects/dialects.ts';
import { withEngineTable } from './engines/engine-table.ts';
import { assertEngine } from './engines/assert-engine.ts';
import type { SqlEngine } from './engines/engine.ts';
import { summarizeAsked } from './summarize-asked.ts';
import { summarizeWithOptionsShape, type SummarizeWithOptions } from './summarize-with-options.ts';
import { askEngine } from './summary/questions.ts';

/**
 * Summarizes an export as `summarize` does, but an engine adds up the rows of forecasted-values: two statements as a rule, one
 * that counts and one that sums, whose figures are the same to the last bit. What only reading text can find is not among
 * `readingNotes`. This machine reads the beginning of a part, for the frequency, and accuracy-metrics-values.
 *
 * Rows of the answer are groups: by window, key and set of missing forecasts. They are read as they arrive; memory is that of
 * `summarize` for as many groups.
 *
 * @throws `SUMS_INEXACT`; `CELLS_UNREADABLE`; `ENGINE_RESULT_INVALID` where the answer contradicts itself or is not of all
 * parts; `SQL_UNSUPPORTED`; `TABLE_MISMATCH`; what the engine throws; as `summarize`
 */
export async function summarizeWith(
  engine: SqlEngine,
  from: ExportSource,
  options: SummarizeWithOptions = {},
): Promise<ExportSummary> {
  await checkOptions('summarizeWith', options, summarizeWithOptionsShape);
  const { onProgress } = options;
  let reached: SummarizeProgress | undefined;
  const listed = await summarizeListedWith(engine, from, {
    ...options,
    onProgress: (progress) => onProgress?.((reached = progress)),
  });
  return listGroups(listed, options, () => reached);
}

/** {@link summarizeWith} for whoever takes the groups one by one, such as the command. */
export async function summarizeListedWith(
  engine: SqlEngine,
  from: ExportSource,
  options: SummarizeWithOptions = {},
): Promise<ListedSummary> {
  await checkOptions('summarizeWith', options, summarizeWithOptionsShape);
  refuseIdleOptions(options, 'summarizeWith');
  assertEngine('summarizeWith', engine);
  const { signal } = options;
  const source = await openIfFolder('summarizeWith', from, options.open, signal);
  return summarizeAsked(source, options, (plan, work) =>
    withEngineTable(engine, source, source.forecastedValues, options, (table) => {
      const timestamp = plan.keyParts.some(({ kind }) => kind === 'step');
      const dialect = dialects[engine.dialect];
      const cells = writeCells(dialect, table, { timestamp });
      const counted = writeCells(dialect, table, { timestamp: false, headers: true });
      return work(askEngine(engine, { cells, counted }, plan, source.dimensions));
    }),
  );
}
