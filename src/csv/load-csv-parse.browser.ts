import { loadPackage } from '../load-package.ts';

/** csv-parse with what it needs of Node, imported when a dialect is first read. @throws `DEPENDENCY_MISSING`, `DEPENDENCY_FAILED` */
export function loadCsvParse(): Promise<Pick<typeof import('csv-parse'), 'parse'>> {
  return loadPackage('csv-parse', 'a CSV dialect', () => import('csv-parse/browser/esm'));
}
