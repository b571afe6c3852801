import type { StorageWriter } from './storage.ts';

/**
 * Creates a file, lets `write` fill it and finishes it; after a failure nothing remains.
 * @throws what creating, `write` and finishing throw
 */
export async function createFile<File extends Pick<StorageWriter, 'finish' | 'abort'>>(
  storage: { create(path: string, options: { readonly overwrite: boolean }): Promise<File> },
  path: string,
  overwrite: boolean,
  write: (file: File) => Promise<void>,
): Promise<void> {
  const file = await storage.create(path, { overwrite });
  try {
    await write(file);
    await file.finish();
  } catch (error) {
    await file.abort();
    throw error;
  }
}
