import { accessErrorCodes, BacktestExportError } from '../errors.ts';
import type { StorageFile } from './storage.ts';

/**
 * Why a file is refused: an error about its content, or `FILE_CHANGED` with that error as `cause` if the file is no longer
 * the one that was opened, since a file that is replaced while it is read looks damaged. Costs one look at the file, in S3 one
 * request, and only where there is an error.
 */
export async function refusalOf(file: Pick<StorageFile, 'path' | 'assertUnchanged'>, error: unknown): Promise<unknown> {
  if (!(error instanceof BacktestExportError) || accessErrorCodes.has(error.code)) return error;
  try {
    await file.assertUnchanged();
    return error;
  } catch (found) {
    if (!(found instanceof BacktestExportError) || found.code !== 'FILE_CHANGED') return error;
    return new BacktestExportError(found.code, found.problem, { position: found.position, cause: error });
  }
}
