import type { BacktestExport, OpenOptions } from '../export/find/backtest-export.ts';
import {
  findExports as findInStorage,
  type ExportSearch,
  type FindExportsOptions,
} from '../export/find/find-exports.ts';
import type { ExportCatalog } from '../export/entries/export-catalog.ts';
import { isExportFiles, type ExportFiles } from '../export/entries/list-files.ts';
import { listExports as listInStorage, type ListExportsOptions } from '../export/find/list-exports.ts';
import { openExport as openInStorage } from '../export/open-export.ts';
import { createFileStorage, type GivenFiles } from '../storage/browser/file-storage.ts';
import { createFolderStorage, isDirectoryHandle } from '../storage/browser/folder-storage.ts';
import type { DirectoryHandle } from '../storage/browser/handles.ts';
import { createUrlStorage, isGivenUrls, type GivenUrls } from '../storage/browser/url-storage.ts';
import { isStorage } from '../storage/given-storage.ts';
import type { Storage } from '../storage/storage.ts';

/**
 * Where an export can be in a browser: files that were chosen or dropped, the handle of a folder, files on a web server, or a
 * storage of any kind.
 */
export type BrowserSource = GivenFiles | DirectoryHandle | GivenUrls | Storage;

/**
 * Opens one export among files, as `openExport` of `backtest-export` does in a folder.
 * @throws as that, and as the function that makes a storage of the source
 */
export function openExport(source: BrowserSource | ExportFiles, options: OpenOptions = {}): Promise<BacktestExport> {
  return openInStorage(isExportFiles(source) ? source : storageOf(source), options);
}

/** Finds every export of a folder, as `listExports` of `backtest-export` does. @throws as that, and as the function that makes a storage of the source */
export function listExports(source: BrowserSource, options: ListExportsOptions = {}): Promise<ExportCatalog> {
  return listInStorage(storageOf(source), options);
}

/** Finds every export in a folder and below, as `findExports` of `backtest-export` does. @throws as that, and as the function that makes a storage of the source */
export function findExports(source: BrowserSource, options: FindExportsOptions = {}): Promise<ExportSearch> {
  return findInStorage(storageOf(source), options);
}

function storageOf(source: BrowserSource): Storage {
  if (isStorage(source)) return source;
  if (isDirectoryHandle(source)) return createFolderStorage(source);
  return isGivenUrls(source) ? createUrlStorage(source) : createFileStorage(source);
}
