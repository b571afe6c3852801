import { BacktestExportError } from '../../errors.ts';
import type { BacktestExport, ExportTable } from '../../export/find/backtest-export.ts';
import { ifThere } from '../../storage/storage-path.ts';
import type { KnownFile, Storage } from '../../storage/storage.ts';
import { withSignal } from '../../storage/with-signal.ts';

/**
 * Refuses parts that are not those that were listed: an engine reads files as they are at the time of each statement. Lists
 * their folders again.
 * @throws `FILE_CHANGED`; what listing throws; the signal's reason
 */
export async function assertUnchanged(
  { storage, layout }: BacktestExport,
  { parts }: ExportTable,
  signal: AbortSignal | undefined,
): Promise<void> {
  const reading = withSignal(storage, signal);
  const folders = new Set(
    layout === 'single-file' ? [] : parts.map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1)),
  );
  const found = new Map<string, KnownFile>();
  for (const folder of folders) {
    const entries = (await ifThere(reading.list(folder.slice(0, -1)))) ?? [];
    for (const entry of entries) found.set(entry.path, entry);
  }
  for (const { path, size, version } of parts) {
    const now = found.get(path) ?? (await look(reading, path));
    if (now?.size === size && now.version === version) continue;
    const problem = `expected the file that was listed until the engine had answered, found ${now === undefined ? 'none' : 'another'}`;
    throw new BacktestExportError('FILE_CHANGED', problem, { position: { file: path } });
  }
}

/** One that no listing has: the only file of its export. */
async function look(storage: Storage, path: string): Promise<KnownFile | undefined> {
  const file = await ifThere(storage.open(path));
  await file?.close();
  return file;
}
