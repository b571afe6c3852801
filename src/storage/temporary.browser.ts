import { privateRoot } from './browser/folder-storage.ts';
import { DirectoryFolder } from './browser/directory-folder.ts';
import type { DirectoryHandle } from './browser/handles.ts';
import { createBoundedMemory } from './memory.ts';
import { newId } from './owner.ts';
import type { TemporaryStorage } from './temporary-storage.ts';

/** Bytes of intermediate files that are held where a page has no file system of its own. */
const mostBytes = 512 * 1024 * 1024;
const prefix = 'backtest-export-temporary-';

/**
 * Makes a new folder in the page's own file system, or in memory where it has none, as in a private window. A lock tells which
 * folders belong to pages that are still there: those of others are removed first. `parent` has no meaning here.
 */
export async function createTemporaryStorage(_parent?: string): Promise<TemporaryStorage> {
  const name = prefix + newId();
  try {
    const root = await privateRoot();
    const release = await holdLock(name);
    await removeDead(root);
    const handle = await root.getDirectoryHandle(name, { create: true });
    const remove = async (): Promise<void> => {
      await root.removeEntry(name, { recursive: true }).catch(() => undefined);
      release();
    };
    return { storage: new DirectoryFolder(`private:${name}`, handle), remove };
  } catch {
    return { storage: createBoundedMemory(mostBytes, 'memory:temporary'), remove: async () => undefined };
  }
}

/** Holds a lock as long as the page lives, or until the returned function is called. */
function holdLock(name: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    navigator.locks.request(name, () => new Promise<void>((release) => resolve(release))).catch(reject);
  });
}

/** Removes folders whose pages are gone, as far as that is allowed. */
async function removeDead(root: DirectoryHandle): Promise<void> {
  const { held = [] } = await navigator.locks.query();
  const alive = new Set(held.map((lock) => lock.name));
  const dead: string[] = [];
  for await (const [name] of root.entries()) if (name.startsWith(prefix) && !alive.has(name)) dead.push(name);
  for (const name of dead) await root.removeEntry(name, { recursive: true }).catch(() => undefined);
}
