import type { Storage } from '../storage/storage.ts';

/** The same storage, whose writing stops with the signal's reason once that is aborted. */
export function stopOnAbort(storage: Storage, signal: AbortSignal): Storage {
  return {
    location: storage.location,
    folderName: storage.folderName,
    transfer: storage.transfer,
    list: (folder) => storage.list(folder),
    open: (path) => storage.open(path),
    publish: (file) => storage.publish(file),
    discard: (file) => storage.discard(file),
    remove: (path) => storage.remove(path),
    async create(path, options) {
      signal.throwIfAborted();
      const writer = await storage.create(path, options);
      return {
        path: writer.path,
        async write(bytes) {
          signal.throwIfAborted();
          await writer.write(bytes);
        },
        finish: () => writer.finish(),
        prepare: () => writer.prepare(),
        abort: () => writer.abort(),
      };
    },
  };
}
