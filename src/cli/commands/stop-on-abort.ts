import { given } from '../../given.ts';
import type { Storage } from '../../storage/storage.ts';
import { trust } from '../../storage/trusted.ts';
import { hurryAfter, withSignal } from '../../storage/with-signal.ts';

/** The same storage, whose writing stops with the signal's reason once that is aborted. */
export function stopOnAbort(storage: Storage, signal: AbortSignal): Storage {
  const abortable = withSignal(storage, signal);
  return trust({
    location: storage.location,
    folderName: storage.folderName,
    transfer: storage.transfer,
    list: (folder) => abortable.list(folder),
    open: (path) => abortable.open(path),
    publish: (file) => abortable.publish(file),
    discard: (file) => abortable.discard(file),
    remove: (path) => abortable.remove(path),
    move: (from, to, options) => abortable.move(from, to, options),
    sync: (folders) => abortable.sync(folders),
    ...given({
      watchFolders: storage.watchFolders?.bind(storage),
      movesByCopy: storage.movesByCopy,
      assertWritable: abortable.assertWritable?.bind(abortable),
      listUploads: abortable.listUploads?.bind(abortable),
      abortUpload: abortable.abortUpload?.bind(abortable),
    }),
    base: hurryAfter(storage, signal),
    async create(path, options) {
      signal.throwIfAborted();
      const writer = await abortable.create(path, options);
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
  });
}
