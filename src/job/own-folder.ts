import type { BacktestExport } from '../export/find/backtest-export.ts';
import { isExportFiles } from '../export/entries/list-files.ts';
import { tableNames } from '../schema/schema.ts';
import { isWithin } from '../storage/is-within.ts';
import { isStorage, toGuarded } from '../storage/given-storage.ts';
import { openLocation } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { ForecastException } from './exceptions.ts';
import type { Predictors, PredictorSource } from './predictors.ts';

/**
 * Refuses a destination that is, or is within, the folder of any predictor, through any links and mounts: a second
 * export in its folder would make a predictor unreadable. Checks predictors with a known folder or S3 prefix; the
 * others, and those that cannot be examined, are checked when the job starts, as are unopenable destinations.
 * @throws `InvalidInputException`
 */
export async function assertNoPredictors(open: () => Storage, predictors: Predictors): Promise<void> {
  for (const [name, source] of Object.entries(predictors)) {
    const storage = await folderOf(source).catch(() => undefined);
    if (storage?.transfer === undefined) continue;
    const isIn = async (): Promise<boolean> => isInside(open(), storage);
    if (await isIn().catch(() => false)) throw insidePredictor(name);
  }
}

/** The same for one opened predictor. @throws `InvalidInputException`; what examining folders throws */
export async function assertOutside(destination: Storage, source: BacktestExport, name: string): Promise<void> {
  if (source.layout === 'single-file') return;
  if (await isInside(destination, source.storage)) throw insidePredictor(name);
}

async function isInside(destination: Storage, storage: Storage): Promise<boolean> {
  for (const folder of ['', ...tableNames]) {
    if (await isWithin({ storage: destination, folder }, { storage, folder: '' })) return true;
  }
  return false;
}

/** The folder of a source, if known without opening it; a single file has none. */
async function folderOf(source: PredictorSource): Promise<Storage | undefined> {
  if (typeof source === 'function') return undefined;
  if (typeof source === 'string') {
    const { storage, file } = await openLocation(source);
    return file === undefined ? storage : undefined;
  }
  if (isStorage(source)) return toGuarded('createExportJobService.predictors', source);
  if (isExportFiles(source)) return undefined;
  return source.layout === 'single-file' ? undefined : source.storage;
}

function insidePredictor(name: string): ForecastException {
  const problem = `'Destination.S3Config.Path': the destination is in the folder of the predictor ${name}`;
  return new ForecastException('InvalidInputException', problem);
}
