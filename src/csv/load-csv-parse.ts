import { loadPackage } from '../load-package.ts';
import type { MakeParser } from './dialect-parser.ts';

/** csv-parse, imported when a dialect is first read. @throws `DEPENDENCY_MISSING`, `DEPENDENCY_FAILED` */
export async function loadCsvParse(): Promise<MakeParser> {
  const { parse } = await loadPackage('csv-parse', 'a CSV dialect', () => import('csv-parse'));
  return (options) => parse(options);
}
