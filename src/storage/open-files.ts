import { dirname, relative, resolve, sep } from 'node:path';
import { BacktestExportError, quoteText } from '../errors.ts';
import { createLocalStorage } from './local.ts';
import type { NamedFiles } from './named-files.ts';
import type { OpenLocation } from './given-storage.ts';
import { openLocation, openStorage } from './open-storage.ts';
import { S3Folder } from './s3/s3-folder.ts';
import { parseS3Location } from './s3/s3-location.ts';
import type { Storage } from './storage.ts';

/**
 * Opens the lowest folder that contains all the named files.
 * @throws `FILE_NOT_REGULAR` for a folder; `OPTION_INVALID` for both local and S3 files, or two buckets; as
 * `openLocation`
 */
export async function openFiles(
  locations: readonly string[],
  signal?: AbortSignal,
  how: OpenLocation = {},
): Promise<NamedFiles> {
  const found: { readonly storage: Storage; readonly file: string; readonly location: string }[] = [];
  for (const location of locations) {
    const { storage, file } = await openLocation(location, signal, how);
    if (file === undefined) {
      const problem = `expected a file, found a folder: ${quoteText(location)}`;
      throw new BacktestExportError('FILE_NOT_REGULAR', problem);
    }
    found.push({ storage, file, location });
  }
  const [first] = found;
  if (first !== undefined && found.length === 1) return { storage: first.storage, paths: [first.file] };
  const buckets = new Set(
    found.map(({ storage, location }) => (storage instanceof S3Folder ? parseS3Location(location).bucket : undefined)),
  );
  const [bucket] = buckets;
  if (buckets.size > 1) {
    const names = locations.map((location) => quoteText(location)).join(', ');
    const problem = `expected only local files, or files of one bucket, found ${names}`;
    throw new BacktestExportError('OPTION_INVALID', problem);
  }
  if (bucket === undefined) return openLocalFiles(found.map(({ location }) => resolve(location)));
  const keys = found.map(({ location }) => parseS3Location(location).prefix);
  const folder = commonFolder(keys, '/');
  const paths = keys.map((key) => key.slice(folder.length));
  return { storage: openStorage(`s3://${bucket}/${folder}`, how), paths };
}

function openLocalFiles(paths: readonly string[]): NamedFiles {
  const common = commonFolder(paths, sep);
  const folder = common === '' ? dirname(paths[0] ?? '') : common;
  return {
    storage: createLocalStorage(folder),
    paths: paths.map((path) => relative(folder, path).split(sep).join('/')),
  };
}

/** The longest common prefix that ends in a separator. */
function commonFolder(paths: readonly string[], separator: string): string {
  const [first = '', ...others] = paths;
  let common = first.slice(0, first.lastIndexOf(separator) + 1);
  while (!others.every((path) => path.startsWith(common))) {
    common = common.slice(0, common.lastIndexOf(separator, common.length - 2) + 1);
  }
  return common;
}
