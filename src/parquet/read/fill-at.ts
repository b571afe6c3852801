import { BacktestExportError } from '../../errors.ts';
import type { StorageFile } from '../../storage/storage.ts';

/** Fills `target` with bytes that lie within the file. @throws `FILE_CHANGED` where they do not any more */
export async function fillAt(file: StorageFile, position: number, target: Uint8Array): Promise<void> {
  const { length } = target;
  const read = await file.read(target, position);
  if (read === length) return;
  const problem = `expected ${length} bytes, found ${read}: the file has become shorter`;
  throw new BacktestExportError('FILE_CHANGED', problem, { position: { file: file.path, byte: position } });
}
