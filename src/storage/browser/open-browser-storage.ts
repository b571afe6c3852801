import type { Storage } from '../storage.ts';
import { BlobFolder } from './blob-folder.ts';
import type { BrowserTransfer } from './transfer.ts';

/** Opens in a worker what the page has handed over. */
export function openBrowserStorage(transfer: BrowserTransfer): Storage {
  switch (transfer.kind) {
    case 'blobs':
      return new BlobFolder(transfer.location, new Map(transfer.files.map(({ path, blob }) => [path, blob])));
    case 'directory':
    case 'urls':
    default:
      throw new TypeError('not yet');
  }
}
