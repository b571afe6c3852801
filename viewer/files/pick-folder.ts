import { EngineError } from '../engine/engine.ts';
import type { NamedFile, Source } from '../engine/messages.ts';
import { mostFiles, notTaken, sourceOfFiles, tooManyFiles } from './take-files.ts';

/** `FileSystemDirectoryHandle` as far as it is used here. */
interface DirectoryHandle {
  readonly kind: 'directory';
  readonly name: string;
  values(): AsyncIterable<DirectoryHandle | FileHandle>;
}

interface FileHandle {
  readonly kind: 'file';
  readonly name: string;
  getFile(): Promise<File>;
}

interface Picking {
  showDirectoryPicker?(options: { readonly mode: 'read' }): Promise<DirectoryHandle>;
}

/** Whether the browser can ask for a folder by itself: it then asks only to read, where an input element asks to upload. */
export function canPickFolder(): boolean {
  return typeof (globalThis as Picking).showDirectoryPicker === 'function';
}

/** Asks for a folder; undefined where the reader chose none. */
export async function pickFolder(signal: AbortSignal): Promise<Source | undefined> {
  let root: DirectoryHandle | undefined;
  try {
    root = await (globalThis as Picking).showDirectoryPicker?.({ mode: 'read' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw error;
  }
  if (root === undefined) return undefined;
  const files: NamedFile[] = [];
  const waiting: { readonly folder: DirectoryHandle; readonly path: string }[] = [{ folder: root, path: root.name }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    let { path } = next;
    try {
      for await (const entry of next.folder.values()) {
        signal.throwIfAborted();
        path = `${next.path}/${entry.name}`;
        if (entry.kind === 'directory') waiting.push({ folder: entry, path });
        else files.push({ path, blob: await entry.getFile() });
        if (files.length + waiting.length > mostFiles) throw tooManyFiles();
      }
    } catch (cause) {
      signal.throwIfAborted();
      throw cause instanceof EngineError ? cause : notTaken(path, cause);
    }
  }
  return sourceOfFiles(files, root.name);
}
