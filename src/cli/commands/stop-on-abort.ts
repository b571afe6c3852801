import { given } from '../../given.ts';
import type { Storage } from '../../storage/storage.ts';
import { hurryAfter, withSignal } from '../../storage/with-signal.ts';

/** The same storage, whose writing stops with the signal's reason once that is aborted. */
export function stopOnAbort(storage: Storage, signal: AbortSignal): Storage {
  const heeding = withSignal(storage, signal);
  return {
    location: storage.location,
    folderName: storage.folderName,
    transfer: storage.transfer,
    list: (folder) => heeding.list(folder),
    open: (path) => heeding.open(path),
    publish: (file) => heeding.publish(file),
    discard: (file) => heeding.discard(file),
    remove: (path) => heeding.remove(path),
    move: (from, to, options) => heeding.move(from, to, options),
    sync: (folders) => heeding.sync(folders),
    ...given({ watchFolders: storage.watchFolders?.bind(storage), movesByCopy: storage.movesByCopy }),
    base: hurryAfter(storage, signal),
    async create(path, options) {
      signal.throwIfAborted();
      const writer = await heeding.create(path, options);
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
