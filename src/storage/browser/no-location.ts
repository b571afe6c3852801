import { BacktestExportError, quoteText } from '../../errors.ts';

/** The error for a path or a location where files are expected. */
export function noLocation(location: string): BacktestExportError {
  const wanted = 'files, the handle of a folder, or URLs (createFileStorage, createFolderStorage, createUrlStorage)';
  const problem = `expected a storage, found ${quoteText(location)}: a browser opens no paths; give it ${wanted}`;
  return new BacktestExportError('FORMAT_UNSUPPORTED', problem);
}
