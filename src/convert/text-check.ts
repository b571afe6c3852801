import type { ColumnBatch } from '../batch/column-batch.ts';
import type { FirstSpellings } from '../batch/first-spellings.ts';
import { CsvTextCheck } from '../csv/check-text.ts';
import type { PartFile } from '../export/export-catalog.ts';
import { given } from '../given.ts';
import type { Storage } from '../storage/storage.ts';
import type { LossList } from './loss-list.ts';
import type { UnitPlan } from './unit.ts';

/** Compares the text of one CSV part with what would be written of it. */
export interface OpenTextCheck {
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
  source: Storage,
  part: PartFile,
  decode: UnitPlan['decode'],
  spellings: FirstSpellings,
  losses: LossList,
  signal?: AbortSignal,
): Promise<OpenTextCheck> {
  const none = {
    add: async (batch: ColumnBatch) => spellings.look(batch),
    finish: async () => {},
    close: async () => {},
  };
  if (part.format !== 'CSV' || part.size === 0) return none;
  if (decode.dialect !== undefined) {
    losses.noteDialect(part.path);
    return none;
  }
  const file = await source.open(part.path);
  try {
    const onLoss = (loss: Parameters<LossList['add']>[1]): void => losses.add(part.path, loss);
    const check = await CsvTextCheck.open(file, {
      spellings: spellings.map,
      onLoss,
      signal,
      ...given({ columnRules: decode.columnRules }),
    });
    return {
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
