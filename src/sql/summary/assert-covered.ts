import { BacktestExportError } from '../../errors.ts';
import { quoteList } from '../../quote-text.ts';
import type { ExportTable } from '../../export/find/backtest-export.ts';
import { readPart, skipHeaders, type PartSource } from '../../export/parts/part-source.ts';
import { partSources } from '../../export/tables/planned-table.ts';
import { nameOfPart, partNamed } from '../engines/part-names.ts';
import type { AnswerReader } from '../engines/read-answer.ts';
import type { ExportCounts } from './read-counts.ts';

/**
 * Refuses an answer that does not come from every part with data, or comes from files that are none. A part that the engine did
 * not name has no rows as a rule, as it is a header alone: that is looked up, a small read for each.
 * @throws `ENGINE_RESULT_INVALID`; `CSV_HEADER_REPEATED` for a part with a second header line, unless those are to be skipped; what reading throws; the signal's reason
 */
export async function assertCovered(
  table: ExportTable,
  { rowsByPart, headersByPart }: Pick<ExportCounts, 'rowsByPart' | 'headersByPart'>,
  reader: AnswerReader,
  signal: AbortSignal | undefined,
): Promise<void> {
  const counted = new Map<string, string>();
  const sources = partSources(table);
  const names = new Set(sources.map(({ part }) => nameOfPart(part.path)));
  const strangers: string[] = [];
  for (const file of rowsByPart.keys()) {
    const name = partNamed(file, names);
    if (name === undefined) strangers.push(file);
    else if (counted.has(name))
      throw reader.refuse(`expected each part once, found rows of ${quoteList([name])} twice`);
    else counted.set(name, file);
  }
  if (strangers.length > 0) {
    throw reader.refuse(`expected rows of the export's parts alone, found rows of ${quoteList(strangers)} as well`);
  }
  const missing: string[] = [];
  for (const source of sources) {
    const { path, size, format } = source.part;
    const headers = headersByPart.get(counted.get(nameOfPart(path)) ?? '') ?? 0;
    if (headers > 1 && source.decode.repeatedHeaders !== 'skip') throw repeated(path, headers);
    if (counted.has(nameOfPart(path)) || (size === 0 && format === 'CSV')) continue;
    if (await hasRows(source, signal)) missing.push(path);
  }
  if (missing.length === 0) return;
  throw reader.refuse(`expected rows of every part that has some, found none of ${quoteList(missing)}`);
}

function repeated(file: string, headers: number): BacktestExportError {
  const problem = `the header line is there ${headers} times, as if part files had been concatenated; repeatedHeaders: 'skip' skips the others`;
  return new BacktestExportError('CSV_HEADER_REPEATED', problem, { position: { file } });
}

async function hasRows(source: PartSource, signal: AbortSignal | undefined): Promise<boolean> {
  const columns = source.expected.schema.columns.slice(0, 1).map(({ name }) => name);
  const reading = { columns, batchRows: 1, signal, beginning: true };
  for await (const { rows } of readPart(skipHeaders(source), reading)) if (rows > 0) return true;
  return false;
}
