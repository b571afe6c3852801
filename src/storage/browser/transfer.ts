import type { DirectoryHandle } from './handles.ts';
import type { UrlAccess } from './url-access.ts';
import type { KnownUrl } from './url-answers.ts';

/** A storage of a page that can cross to a worker: the browser copies files and handles without their content. */
export type BrowserTransfer =
  | { readonly kind: 'blobs'; readonly location: string; readonly files: readonly NamedBlob[] }
  | { readonly kind: 'directory'; readonly location: string; readonly handle: DirectoryHandle; readonly folder: string }
  | {
      readonly kind: 'urls';
      readonly location: string;
      readonly files: readonly NamedUrl[];
      readonly access: UrlAccess;
    };

/** A file and its path in the folder. */
export interface NamedBlob {
  readonly path: string;
  readonly blob: Blob;
}

/** The address of a file and its path in the folder; its size and version, if they are known. */
export interface NamedUrl {
  readonly path: string;
  readonly url: string;
  readonly known?: KnownUrl | undefined;
}
