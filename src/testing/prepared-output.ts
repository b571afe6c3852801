import { canBeSwapped } from '../export/swap/journal.ts';
import { Destination } from '../export/write/destination.ts';
import type { Storage } from '../storage/storage.ts';
import { SubFolder } from '../storage/sub-folder.ts';
import type { OutputFolder } from './byte-writer.ts';

/** Where a generated export goes. */
export interface OutputPlace {
  readonly target: Storage;
  /** Folder below the target's root, `''` for the root. */
  readonly folder: string;
  readonly overwrite: boolean;
}

/**
 * Lets `write` write the files of an export, whose paths begin with the folder, and publishes them together, as every
 * writer does: a failure, a full disk or a killed process leaves the previous state. Files that no swap may name, which are
 * not of an export, are published as they are written, and a failure removes them.
 * @throws what `write` and publishing throw
 */
export async function writeTogether<Result>(
  { target, folder, overwrite }: OutputPlace,
  write: (output: OutputFolder) => Promise<Result>,
): Promise<Result> {
  const place = folder === '' ? target : new SubFolder(target, folder);
  const destination = await Destination.open(place, { overwrite });
  const sound = place.base ?? place;
  const others: string[] = [];
  const output: OutputFolder = {
    create: async (path, options) => {
      const own = folder === '' ? path : path.slice(folder.length + 1);
      const writer = await place.create(own, options);
      const finish = async (): Promise<void> => {
        if (canBeSwapped(own)) return destination.take(await writer.prepare());
        await writer.finish();
        if (options?.overwrite !== true) others.push(own);
      };
      return { path, write: (bytes) => writer.write(bytes), finish, abort: () => writer.abort() };
    },
  };
  destination.onDiscard(async () => {
    for (const path of others) await sound.remove(path).catch(() => undefined);
  });
  return destination.orDiscard(async () => {
    const result = await write(output);
    await destination.publish({ markers: false });
    return result;
  });
}
