import type { ExportSearch, FoundExport } from 'backtest-export/browser';
import type { ListedExport, Listing } from './messages.ts';

/** Entries of no export that are listed. */
const mostForeign = 50;

/** What a search found, as plain data, with the names of what is no part of an export, and what else was in the way. */
export function describeListing(
  name: string,
  { folders, problems, tooDeep }: ExportSearch,
  others: readonly string[],
  moreProblems: Listing['problems'] = [],
): Listing {
  const exports = folders.flatMap(({ folder, catalog }) => catalog.exports.map((found) => ({ folder, found })));
  const foreign = [
    ...folders.flatMap(({ folder, catalog }) =>
      catalog.foreign.map(({ path, reason }) => ({ path: folder === '' ? path : `${folder}/${path}`, reason })),
    ),
    ...others.map((path) => ({ path, reason: 'no part of an export' })),
  ];
  return {
    name,
    exports: exports.map(({ folder, found }, index) => describeExport(folder, found, index)),
    foreign: foreign.slice(0, mostForeign),
    foreignCount: foreign.length,
    problems: [
      ...problems.map(({ folder, error }) => ({ folder, message: error.message })),
      ...moreProblems,
      ...tooDeep.map((folder) => ({ folder, message: 'it lies too deep to be searched' })),
    ],
  };
}

function describeExport(folder: string, found: FoundExport, index: number): ListedExport {
  const parts = [...Object.values(found.tables).flat(), ...found.undecided];
  return {
    index,
    folder,
    jobName: found.jobName ?? null,
    exportedAt: found.exportedAt?.toISOString() ?? null,
    formats: found.formats,
    parts: parts.length,
    bytes: parts.reduce((sum, { size }) => sum + size, 0),
    complete: found.complete,
    warnings: found.warnings.map(({ code, message }) => ({ code, message })),
  };
}
