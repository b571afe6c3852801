import { BacktestExportError, quoteText } from '../../errors.ts';

/**
 * Where an engine whose local file system begins at the folder `root` finds another folder: `local:///…`.
 * @throws `OPTION_INVALID` where `root` is not given, or the folder is not below it
 */
export function locateBelow(root: string | undefined, folder: string): string {
  if (root === undefined) {
    const problem = `createTrinoEngine.localRoot: expected the folder at which the engine's local file system begins, found none, and the export is in ${quoteText(folder)}`;
    throw new BacktestExportError('OPTION_INVALID', problem);
  }
  const [start, path] = [slashed(root), slashed(folder)];
  if (path.startsWith(start)) return `local:///${path.slice(start.length)}`;
  const problem = `createTrinoEngine.localRoot: expected a folder above the export, found ${quoteText(root)}, and the export is in ${quoteText(folder)}`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}

/** With `/` between names and at the end. */
function slashed(path: string): string {
  const plain = path.replaceAll('\\', '/');
  return plain.endsWith('/') ? plain : `${plain}/`;
}
