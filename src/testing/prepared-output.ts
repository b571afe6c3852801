import { canBeSwapped } from '../export/swap/journal.ts';
import { Destination } from '../export/write/destination.ts';
import { discardFiles } from '../export/write/publish-export.ts';
import type { PreparedFile, Storage } from '../storage/storage.ts';
import { SubFolder } from '../storage/sub-folder.ts';
import type { Output } from './byte-writer.ts';

/** Where a generated export goes. */
export interface OutputPlace {
  readonly target: Storage;
  /** Folder below the target's root, `''` for the root. */
  readonly folder: string;
  readonly overwrite: boolean;
}

/**
 * Lets `write` write the files of an export, whose paths begin with the folder, and publishes them together, as every
 * writer does: a failure, a full disk or a killed process leaves the previous state. Files that do not belong to an export
 * are published first.
 * @throws what `write` and publishing throw
 */
export async function writeTogether<Result>(
  { target, folder, overwrite }: OutputPlace,
  write: (output: Output) => Promise<Result>,
): Promise<Result> {
  const place = folder === '' ? target : new SubFolder(target, folder);
  const destination = await Destination.open(place, { overwrite });
  const others = new OtherFiles(place.base ?? place);
  const output: Output = {
    create: async (path, options) => {
      const own = folder === '' ? path : path.slice(folder.length + 1);
      const writer = await place.create(own, options);
      const finish = async (): Promise<void> => {
        const file = await writer.prepare();
        (canBeSwapped(own) ? destination : others).take(file);
      };
      return { path, write: (bytes) => writer.write(bytes), finish, abort: () => writer.abort() };
    },
  };
  destination.onDiscard(() => others.remove());
  return destination.orDiscard(async () => {
    const result = await write(output);
    await others.publish();
    await destination.publish({ markers: false });
    return result;
  });
}

/** Files that no swap may name. */
class OtherFiles {
  readonly #storage: Storage;
  readonly #published: PreparedFile[] = [];
  readonly #files: PreparedFile[] = [];

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  take(file: PreparedFile): void {
    this.#files.push(file);
  }

  async publish(): Promise<void> {
    for (const file of this.#files) {
      await this.#storage.publish(file);
      this.#published.push(file);
    }
  }

  /** Removes all of them, best effort, except those that replaced a file. */
  async remove(): Promise<void> {
    await discardFiles(this.#storage, this.#files);
    for (const { path, overwrite } of this.#published) {
      if (!overwrite) await this.#storage.remove(path).catch(() => undefined);
    }
  }
}
