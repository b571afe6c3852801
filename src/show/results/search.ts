import { partsOf } from '../../export/entries/export-catalog.ts';
import type { ExportSearch } from '../../export/find/find-exports.ts';
import { plainIdentity } from '../../naming/export-identity.ts';
import { tableSection, type Document } from '../layout/document.ts';
import { showCount, showText } from '../values/show-value.ts';
import { left } from '../layout/table.ts';
import { exportColumns } from './export-columns.ts';

/** What `inspect` prints of the exports in the folders below one. */
export function describeSearch({ location, folders, searched, tooDeep, problems }: ExportSearch): Document {
  const exports = folders.flatMap(({ folder, catalog }) =>
    catalog.exports.map((found) => {
      const parts = partsOf(found);
      return {
        folder,
        location: catalog.location,
        ...plainIdentity(found),
        exportedAtText: found.exportedAtText ?? null,
        formats: found.formats,
        complete: found.complete,
        parts: parts.length,
        bytes: parts.reduce((sum, { size }) => sum + size, 0),
        warnings: found.warnings.map(({ code, message }) => ({ code, message })),
      };
    }),
  );
  const title = `${showText(location)}: ${showCount(exports.length, 'export')} in ${showCount(folders.length, 'folder')}`;
  return {
    sections: () => [
      {
        title,
        ...tableSection(exports, [
          [left('folder', { keep: true }), ({ folder }) => (folder === '' ? '.' : showText(folder))],
          ...exportColumns,
        ]),
      },
    ],
    data: {
      location,
      exports,
      problems: problems.map(({ folder, error }) => ({ folder, code: error.code, message: error.message })),
      tooDeep,
      searched,
    },
  };
}
