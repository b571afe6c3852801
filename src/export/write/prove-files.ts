import { formatSum } from '../../batch/hash/checksum.ts';
import { ContentSum, type ContentSums } from '../../batch/hash/content-sum.ts';
import type { PartNotes } from '../../batch/decode-options.ts';
import { BacktestExportError, quoteText } from '../../errors.ts';
import type { ExportFormat } from '../../naming/part-extension.ts';
import type { ColumnRules } from '../../schema/index-columns.ts';
import type { TableSchema } from '../../schema/schema.ts';
import type { PreparedFile, Storage } from '../../storage/storage.ts';
import { withSignal } from '../../storage/with-signal.ts';
import { readFile } from '../parts/part-source.ts';

/** The content that the files of a unit must have. */
export interface WantedContent {
  readonly format: ExportFormat;
  readonly sums: ContentSums;
  readonly schema: TableSchema;
  /** How the times of each column must be spelled. */
  readonly spellings: ReadonlyMap<string, number>;
  /** See `ContentSumOptions`. */
  readonly oneNull: boolean;
  readonly signal: AbortSignal;
}

/**
 * Reads files back, one after another, and compares rows, the checksum of every column, and the spelling of times with
 * what they were made of.
 * @throws `CONVERSION_UNPROVEN`, also if a file cannot be read at all.
 */
export async function proveFiles(
  storage: Storage,
  files: readonly PreparedFile[],
  wanted: WantedContent,
): Promise<void> {
  const { sums, schema, oneNull, signal } = wanted;
  const found = new ContentSum(schema.columns, { oneNull });
  for (const { path, temporary, size, version = '' } of files) {
    if (size === 0 && wanted.format === 'CSV') continue;
    const file = await withSignal(storage, signal).open(temporary, { size, version });
    try {
      const onNotes = (notes: PartNotes): void => assertSpellings(notes, wanted.spellings, path);
      for await (const batch of readFile(file, wanted.format, { signal, columnRules: writtenColumns, onNotes }))
        found.add(batch);
    } catch (cause) {
      if (signal.aborted || (cause instanceof BacktestExportError && cause.code === 'CONVERSION_UNPROVEN')) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw unproven(path, `the written file cannot be read back: ${reason}`, cause);
    } finally {
      await file.close();
    }
  }
  const path = files[0]?.path ?? '';
  const back = found.take();
  if (back.rows !== sums.rows) throw unproven(path, `expected ${sums.rows} rows, read back ${back.rows}`);
  const backSums = new Map(back.columns);
  for (const [column, sum] of sums.columns) {
    const backSum = backSums.get(column) ?? 0;
    if (backSum === sum) continue;
    const problem = `expected checksum ${formatSum(sum)} of the column ${quoteText(column)}, read back ${formatSum(backSum)}`;
    throw unproven(path, problem);
  }
}

/** A row index that was written was kept as a dimension. */
export const writtenColumns: ColumnRules = { indexColumns: 'keep' };

/** A column without times has no spelling to be compared. */
function assertSpellings({ timeSpellings }: PartNotes, wanted: ReadonlyMap<string, number>, path: string): void {
  for (const [column, found] of timeSpellings) {
    const expected = wanted.get(column);
    if (expected === undefined || found === 0 || found === expected) continue;
    throw unproven(path, `expected spelling ${expected} of the times in ${quoteText(column)}, read back ${found}`);
  }
}

function unproven(file: string, problem: string, cause?: unknown): BacktestExportError {
  return new BacktestExportError('CONVERSION_UNPROVEN', problem, { position: { file }, cause });
}
