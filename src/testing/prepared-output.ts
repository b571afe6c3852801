import { canBeSwapped } from '../export/swap/journal.ts';
import { settleFolder } from '../export/swap/settle-folder.ts';
import { discardFiles, publishExport } from '../export/write/publish-export.ts';
import { orRemoveFolders } from '../export/write/tidy-folders.ts';
import type { PreparedFile, Storage } from '../storage/storage.ts';
import { SubFolder } from '../storage/sub-folder.ts';
import type { Output, OutputFile } from './byte-writer.ts';

/** Collects the files of a generated export, each complete under a temporary name. */
class PreparedOutput implements Output {
  readonly files: PreparedFile[] = [];
  readonly #target: Storage;

  constructor(target: Storage) {
    this.#target = target;
  }

  async create(path: string, options?: { readonly overwrite?: boolean }): Promise<OutputFile> {
    const writer = await this.#target.create(path, options);
    return {
      path,
      write: (bytes) => writer.write(bytes),
      finish: async () => {
        this.files.push(await writer.prepare());
      },
      abort: () => writer.abort(),
    };
  }
}

/** Where a generated export goes. */
export interface OutputPlace {
  readonly target: Storage;
  /** Folder below the target's root, `''` for the root. */
  readonly folder: string;
  readonly overwrite: boolean;
}

/**
 * Lets `write` write the files of an export and publishes them together, as every writer does: a failure, a full disk
 * or a killed process leaves the previous state. Files that do not belong to an export are published first.
 * @throws what `write` and publishing throw
 */
export async function writeTogether<Result>(
  { target, folder, overwrite }: OutputPlace,
  write: (output: Output) => Promise<Result>,
): Promise<Result> {
  // publishing must finish or undo what it started, even after the storage's signal
  const sound = target.base ?? target;
  const below = folder === '' ? undefined : new SubFolder(sound, folder);
  const place = below ?? sound;
  // if this is aborted, the journal remains for the next writer
  await settleFolder(folder === '' ? target : new SubFolder(target, folder));
  return orRemoveFolders(place, async () => {
    const output = new PreparedOutput(target);
    const others: PreparedFile[] = [];
    try {
      const result = await write(output);
      const files = output.files.map((file) => below?.inFolder(file) ?? file);
      for (const file of files.filter(({ path }) => !canBeSwapped(path))) {
        await place.publish(file);
        others.push(file);
      }
      const parts = files.filter(({ path }) => canBeSwapped(path));
      await publishExport(place, parts, { overwrite, markers: false });
      return result;
    } catch (error) {
      await discardFiles(sound, output.files);
      for (const file of others) {
        if (!file.overwrite) await place.remove(file.path).catch(() => undefined);
      }
      throw error;
    }
  });
}
