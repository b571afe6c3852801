import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Storage } from '#src/storage/storage.js';

/** Every file below a folder: its bytes as a Latin-1 text, by its path with `/`, in order. */
export function folderFiles(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const read = files.map((entry): [string, string] => {
    const path = join(entry.parentPath, entry.name);
    return [path.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(path, 'latin1')];
  });
  return new Map(read.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The same for a storage. */
export async function storageFiles(storage: Storage, folder = ''): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const { path, kind } of await storage.list(folder)) {
    if (kind === 'folder') {
      for (const [below, text] of await storageFiles(storage, path)) files.set(below, text);
    } else if (kind === 'file') {
      const file = await storage.open(path);
      const bytes = new Uint8Array(file.size);
      await file.read(bytes, 0);
      await file.close();
      files.set(path, Buffer.from(bytes).toString('latin1'));
    }
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Writes every file of a storage below a folder of this machine. */
export async function writeFolder(folder: string, storage: Storage): Promise<void> {
  for (const [path, text] of await storageFiles(storage)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, 'latin1');
  }
}
