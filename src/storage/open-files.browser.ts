import { noLocation } from './browser/no-location.ts';
import type { OpenLocation } from './given-storage.ts';
import type { NamedFiles } from './named-files.ts';

/** There are no paths in a browser. @throws `FORMAT_UNSUPPORTED` */
export async function openFiles(
  locations: readonly string[],
  _signal?: AbortSignal,
  _how: OpenLocation = {},
): Promise<NamedFiles> {
  throw noLocation(locations[0] ?? '');
}
