import { loadPackage } from '../load-package.ts';
import type { MakeParser } from './dialect-parser.ts';
import { FlowingParser } from './flowing-parser.ts';

/** csv-parse with what it needs of Node, imported when a dialect is first read. @throws `DEPENDENCY_MISSING`, `DEPENDENCY_FAILED` */
export async function loadCsvParse(): Promise<MakeParser> {
  const { parse } = await loadPackage('csv-parse', 'a CSV dialect', () => import('csv-parse/browser/esm'));
  return (options) => new FlowingParser(parse(options));
}
