import type { NamedFile, Source } from '../engine/messages.ts';
import { notTaken, sourceOfFiles, tooManyFiles, mostFiles } from './take-files.ts';

/** Takes what was dropped: folders with all that is in them, files, or one zip file. Entries must be taken before the event ends. */
export async function takeDrop(transfer: DataTransfer, signal: AbortSignal): Promise<Source | undefined> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) {
    const files = [...transfer.files];
    return files.length === 0 ? undefined : sourceOfFiles(files.map((blob) => ({ path: blob.name, blob })));
  }
  const files: NamedFile[] = [];
  for (const entry of entries) await collect(entry, files, signal);
  return sourceOfFiles(files, entries.length === 1 ? entries[0]?.name : undefined);
}

/** Adds the files of an entry, one folder after another; a link to a folder is the browser's to follow, or not. */
async function collect(entry: FileSystemEntry, files: NamedFile[], signal: AbortSignal): Promise<void> {
  const waiting = [entry];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    signal.throwIfAborted();
    if (files.length + waiting.length > mostFiles) throw tooManyFiles();
    if (next.isFile) {
      const file = next as FileSystemFileEntry;
      const path = next.fullPath.replace(/^\//, '');
      const blob = await new Promise<File>((resolve, reject) => {
        file.file(resolve, (cause) => reject(notTaken(path, cause)));
      });
      files.push({ path, blob });
    } else {
      for (const inner of await readFolder(next as FileSystemDirectoryEntry)) waiting.push(inner);
    }
  }
}

/** All entries of a folder: a reader gives a hundred at a time. */
async function readFolder(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, (cause) => reject(notTaken(folder.fullPath.replace(/^\//, ''), cause)));
    });
    if (some.length === 0) return all;
    for (const entry of some) all.push(entry);
    if (all.length > mostFiles) throw tooManyFiles();
  }
}
