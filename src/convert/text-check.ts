import type { ColumnBatch } from '../batch/column-batch.ts';
import type { FirstSpellings } from '../batch/first-spellings.ts';
import { CsvTextCheck } from '../csv/check-text.ts';
import type { PartSource } from '../export/part-source.ts';
import { openTransferred } from '../storage/open-storage.ts';
import type { LossList } from './loss-list.ts';

/** Compares the text of one CSV part with what would be written of it. */
export interface OpenTextCheck {
  /** The part, with its header where the check has read it. */
  readonly source: PartSource;
  /** Looks at the next batch, before anything else is done with it. */
  add(batch: ColumnBatch): Promise<void>;
  finish(records: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the check of a part; it compares nothing where there is no text of Forecast's own dialect. The spellings of the
 * times are learned as batches go by.
 */
export async function openTextCheck(
  source: PartSource,
  spellings: FirstSpellings,
  losses: LossList,
  signal: AbortSignal,
): Promise<OpenTextCheck> {
  const { storage, part, decode, head } = source;
  const none = {
    source,
    add: async (batch: ColumnBatch) => spellings.look(batch),
    finish: async () => {},
    close: async () => {},
  };
  if (part.format !== 'CSV' || part.size === 0) return none;
  if (decode.dialect !== undefined) {
    losses.noteDialect(part.path);
    return none;
  }
  const file = await openTransferred(storage).open(part.path);
  try {
    const check = await CsvTextCheck.open(file, {
      header: head?.header,
      spellings: spellings.map,
      onLoss: (loss) => losses.add(part.path, loss),
      signal,
      columnRules: decode.columnRules,
    });
    const { header } = check;
    return {
      source: { ...source, head: { schema: header.schema, header } },
      async add(batch) {
        spellings.look(batch);
        await check.add(batch);
      },
      finish: (records) => check.finish(records),
      async close() {
        check.release();
        await file.close();
      },
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}
