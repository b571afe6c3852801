import { fileExists } from '../storage-path.ts';
import { fileAt, folderAt, handleError, hasFile, splitPath } from './directory-handles.ts';
import type { DirectoryHandle, FileHandle } from './handles.ts';

/**
 * Gives a file another name in its folder. Not every browser and folder can rename: then the file is copied, whole under its
 * new name or not at all, and removed under its old one, so that a page that is closed meanwhile leaves both.
 * @throws `FILE_NOT_FOUND`, `FILE_EXISTS`, `FILE_NOT_REGULAR`, `WRITE_FAILED`
 */
export async function renameFile(root: DirectoryHandle, from: string, to: string, overwrite: boolean): Promise<void> {
  const handle = await fileAt(root, from);
  const exists = await hasFile(root, to);
  if (exists && !overwrite) throw fileExists(to);
  const [folder, name] = splitPath(to);
  try {
    if (!exists && handle.move !== undefined && (await moved(handle, name))) return;
    const parent = await folderAt(root, folder);
    await copyTo(handle, await parent.getFileHandle(name, { create: true }));
    await parent.removeEntry(splitPath(from)[1]);
  } catch (cause) {
    throw handleError('WRITE_FAILED', to, 'file', cause);
  }
}

async function moved(handle: FileHandle, name: string): Promise<boolean> {
  try {
    await handle.move?.(name);
    return true;
  } catch {
    return false; // copying tells what is wrong, if anything is
  }
}

/** Bytes that are copied at once. */
const pieceBytes = 4 * 1024 * 1024;

async function copyTo(source: FileHandle, target: FileHandle): Promise<void> {
  const file = await source.getFile();
  const writable = await target.createWritable();
  try {
    for (let at = 0; at < file.size; at += pieceBytes) {
      await writable.write(new Uint8Array(await file.slice(at, at + pieceBytes).arrayBuffer()));
    }
    await writable.close();
  } catch (error) {
    await writable.abort().catch(() => undefined);
    throw error;
  }
}
