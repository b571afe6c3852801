import { BacktestExportError } from '../../errors.ts';
import { loadPackage } from '../../load-package.ts';
import { assertKind } from '../../options.ts';
import { createBoundedMemory, type MemoryStorage } from '../memory.ts';
import { notFound } from '../storage-path.ts';
import { isTemporaryName } from '../temporary-name.ts';

/** A storage in memory whose files are then offered to be saved. */
export interface DownloadStorage extends MemoryStorage {
  /** One finished file. @throws `FILE_NOT_FOUND` */
  toBlob(path: string): Blob;
  /**
   * All finished files as a zip, text packed and Parquet as it is. Takes about as much memory again.
   * @throws `WRITE_FAILED` for more than 4 GiB or 65,535 files; `DEPENDENCY_MISSING`, `DEPENDENCY_FAILED` for fflate
   */
  toZip(): Promise<Blob>;
}

/** Bytes that a download may have by default. */
const usualBytes = 1024 * 1024 * 1024;

/**
 * Makes a storage for what is to be downloaded: an export that was converted, or a report. Bytes beyond `mostBytes`, by
 * default 1 GiB, are `WRITE_FAILED`.
 * @throws `OPTION_INVALID`
 */
export function createDownloadStorage(mostBytes: number = usualBytes): DownloadStorage {
  assertKind('createDownloadStorage', mostBytes, 'a number');
  const memory = createBoundedMemory(mostBytes, 'download:');
  const toBlob = (path: string): Blob => {
    const bytes = memory.get(path);
    if (bytes === undefined) throw notFound(path, 'file');
    return new Blob([bytes as Uint8Array<ArrayBuffer>]);
  };
  return Object.assign(memory, { toBlob, toZip: () => zip(memory) });
}

async function zip(memory: MemoryStorage): Promise<Blob> {
  const paths = await pathsBelow(memory, '');
  const bytes = paths.reduce((sum, path) => sum + (memory.get(path)?.length ?? 0), 0);
  if (paths.length > mostFiles || bytes >= mostZipped) {
    const problem = `expected at most ${mostFiles} files and less than ${mostZipped} bytes for a zip, found ${paths.length} and ${bytes}`;
    throw new BacktestExportError('WRITE_FAILED', problem);
  }
  const { Zip, ZipDeflate, ZipPassThrough } = await loadPackage('fflate', 'a zip', () => import('fflate'));
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let failure: unknown;
  const made = new Zip((error, piece) => {
    failure ??= error ?? undefined;
    if (error === null) pieces.push(piece);
  });
  for (const path of paths) {
    const file = path.endsWith('.parquet') ? new ZipPassThrough(path) : new ZipDeflate(path, { level: 6 });
    made.add(file);
    file.push(memory.get(path) ?? new Uint8Array(0), true);
  }
  made.end();
  if (failure !== undefined)
    throw new BacktestExportError('WRITE_FAILED', 'the zip cannot be made', { cause: failure });
  return new Blob(pieces, { type: 'application/zip' });
}

/** What a zip without its 64-bit extension holds. */
const mostFiles = 65_535;
const mostZipped = 2 ** 32;

async function pathsBelow(memory: MemoryStorage, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const { path, kind } of await memory.list(folder)) {
    if (kind === 'folder') for (const below of await pathsBelow(memory, path)) found.push(below);
    else if (!isTemporaryName(path.slice(path.lastIndexOf('/') + 1))) found.push(path);
  }
  return found;
}
