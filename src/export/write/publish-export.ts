import type { PreparedFile, Storage } from '../../storage/storage.ts';
import { successMarker } from '../classify-entry.ts';
import type { FoundExport } from '../export-catalog.ts';
import { tableNames } from '../group-parts.ts';

/**
 * Gives an export's parts, all of them complete, their names: `_CHECK` first, then the parts, `_SUCCESS` last, as
 * Forecast does. A folder that holds other exports has no `_SUCCESS` meanwhile, so that what is only half there when the
 * process is killed never looks whole. Parts of the export that is replaced go once the new ones are in place. With
 * `complete: false` the export gets no `_SUCCESS` of its own: not everything of it is there.
 *
 * After a failure the parts that were new are gone again; an export that was to be replaced then has no `_SUCCESS`.
 * @throws `FILE_EXISTS`, `WRITE_FAILED`
 */
export async function publishExport(
  storage: Storage,
  parts: readonly PreparedFile[],
  replaced: FoundExport | undefined,
  options: { readonly complete: boolean } = { complete: true },
): Promise<void> {
  const published: PreparedFile[] = [];
  let removed: readonly string[] = [];
  try {
    await writeMarker(storage, '_CHECK');
    removed = await removeSuccess(storage);
    for (const part of parts) {
      await storage.publish(part);
      published.push(part);
    }
    for (const path of leftOver(parts, replaced)) await storage.remove(path);
    if (options.complete) await writeMarker(storage, successMarker);
    else if (replaced === undefined) await writeMarkers(storage, removed);
  } catch (error) {
    // attempts: the error that led here is the one to tell
    for (const part of published) {
      if (!part.overwrite) await storage.remove(part.path).catch(() => undefined);
    }
    await discardFiles(storage, parts);
    if (replaced === undefined) await writeMarkers(storage, removed).catch(() => undefined);
    throw error;
  }
}

/** Removes prepared files as far as that is possible. */
export async function discardFiles(storage: Storage, files: readonly PreparedFile[]): Promise<void> {
  for (const file of files) await storage.discard(file).catch(() => undefined);
}

async function writeMarkers(storage: Storage, paths: readonly string[]): Promise<void> {
  for (const path of paths) await writeMarker(storage, path);
}

async function writeMarker(storage: Storage, path: string): Promise<void> {
  const writer = await storage.create(path, { overwrite: true });
  await writer.finish();
}

/** Removes the markers of a complete export, of the folder and of its tables; answers which there were. */
async function removeSuccess(storage: Storage): Promise<string[]> {
  const entries = await storage.list('');
  for (const table of tableNames) {
    if (entries.some(({ path, kind }) => path === table && kind === 'folder'))
      entries.push(...(await storage.list(table)));
  }
  const markers = entries
    .filter(({ path, kind }) => kind === 'file' && path.split('/').at(-1) === successMarker)
    .map(({ path }) => path);
  for (const path of markers) await storage.remove(path);
  return markers;
}

/** The files of the old export that the new one has not replaced by its own. */
function leftOver(parts: readonly PreparedFile[], replaced: FoundExport | undefined): string[] {
  if (replaced === undefined) return [];
  const taken = new Set(parts.map(({ path }) => path));
  const old = [...tableNames.flatMap((table) => replaced.tables[table]), ...replaced.undecided];
  return old.map(({ path }) => path).filter((path) => !taken.has(path));
}
