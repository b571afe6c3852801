import type { Storage } from '../storage.ts';
import { BlobFolder } from './blob-folder.ts';
import { DirectoryFolder } from './directory-folder.ts';
import type { BrowserTransfer } from './transfer.ts';
import { UrlFolder } from './url-folder.ts';
import { UrlRequests } from './url-requests.ts';

/** Opens in a worker what the page has handed over. */
export function openBrowserStorage(transfer: BrowserTransfer): Storage {
  switch (transfer.kind) {
    case 'blobs':
      return new BlobFolder(transfer.location, new Map(transfer.files.map(({ path, blob }) => [path, blob])));
    case 'directory':
      return new DirectoryFolder(transfer.location, transfer.handle, transfer.folder);
    case 'urls':
    default: {
      const files = new Map(transfer.files.map(({ path, url, known }) => [path, { url, known }]));
      return new UrlFolder(transfer.location, files, new UrlRequests(transfer.access));
    }
  }
}
