import { keyOf, parseS3Location } from './s3/s3-location.ts';
import type { Storage } from './storage.ts';
import { folderPrefix, ifThere } from './storage-path.ts';
import { baseOf } from './view.ts';

/**
 * Keys that identify stored files across storages and paths. In S3 the key is bucket and object key, whatever the
 * endpoint, because two names of one service look like two services; no request is sent, so a path without an object
 * has a key too. Elsewhere it is the entry's identity, which links and bind mounts share, or else the storage object
 * and path; a path without a file has none. Costs a listing of each folder.
 */
export async function fileIdentities(storage: Storage, paths: readonly string[]): Promise<Map<string, string>> {
  const { transfer } = baseOf(storage);
  if (transfer?.kind === 's3') {
    const { bucket, prefix } = parseS3Location(transfer.location);
    return new Map(paths.map((path) => [path, `s3://${bucket}/${keyOf({ prefix }, path)}`]));
  }
  const found = new Map<string, string>();
  const wanted = new Set(paths);
  for (const folder of new Set(paths.map((path) => folderPrefix(path).slice(0, -1)))) {
    for (const { path, kind, identity } of (await ifThere(storage.list(folder))) ?? []) {
      if (kind !== 'file' || !wanted.has(path)) continue;
      found.set(path, identity === undefined ? `${numberOf(baseOf(storage))}:${path}` : `identity ${identity}`);
    }
  }
  return found;
}

const numbers = new WeakMap<Storage, number>();
let lastNumber = 0;

function numberOf(storage: Storage): number {
  const number = numbers.get(storage) ?? ++lastNumber;
  numbers.set(storage, number);
  return number;
}
