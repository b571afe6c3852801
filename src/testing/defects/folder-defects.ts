import { BacktestExportError } from '../../errors.ts';
import { tableNames, type TableName } from '../../schema/schema.ts';
import { inFolder, partPath } from '../plan-files.ts';
import { pretendParquet } from './containers.ts';
import type { DefectNameOf } from './names.ts';
import { choosePart, nextPartPath, type DefectPlace, type DefectSite, type Planter } from './site.ts';

const empty = new Uint8Array();

/** Every folder defect by its name: adds, removes or renames files of the draft. */
export const folderDefects: Readonly<Record<DefectNameOf<'folder'>, Planter>> = {
  'zero-byte-part': {
    description: 'an extra part of zero bytes: skipped',
    plant: (site) => addFile(site, nextPartPath(site, tableOf(site)), empty),
  },
  'header-only-part': {
    description: 'an extra part with only the header: no rows',
    plant: (site) => addFile(site, nextPartPath(site, tableOf(site)), headerOf(site)),
  },
  'missing-part': {
    description: 'a gap in the part numbers: one part is missing',
    plant: (site) => {
      if (site.options.parts < 2) throw needsParts(site, 2);
      const part = site.defect.part ?? site.options.parts - 2;
      const { path } = choosePart({ ...site, defect: { ...site.defect, part } });
      site.draft.files.delete(path);
      return { path };
    },
  },
  'duplicate-part': {
    description: 'a copy of a part under another number',
    plant: (site) => addFile(site, nextPartPath(site, tableOf(site)), choosePart(site).bytes.slice()),
  },
  'part-number-repeated': {
    description: 'an extra part with only the header and the number of the first part, in the documented naming',
    plant: (site) => {
      const naming = site.options.naming === 'seen' ? 'documented' : 'seen';
      return addFile(site, partPath({ ...site.options, naming }, tableOf(site), 0), headerOf(site));
    },
  },
  'second-export-in-folder': {
    description: 'a second export of the same job, one day later, in the same folder',
    expects: 'EXPORT_AMBIGUOUS',
    plant: async (site) => {
      const { options } = site;
      const nextDay = new Date(Date.parse(options.exportedAt.slice(0, 10)) + 86_400_000).toISOString().slice(0, 10);
      const other = { ...options, seed: options.seed + 1, exportedAt: nextDay + options.exportedAt.slice(10) };
      await site.generate(other);
      return { path: partPath(other, 'forecasted-values', 0) };
    },
  },
  'foreign-file': {
    description: 'unrelated files beside the parts: listed, not read',
    plant: (site) => {
      addFile(site, inFolder(site.options.folder, 'notes.txt'), new TextEncoder().encode('not part of the export\n'));
      return addFile(site, inFolder(site.options.folder, 'forecasted-values/README.md'), empty);
    },
  },
  'hidden-files': {
    description: '.DS_Store and a .crc file: ignored and listed',
    plant: (site) => {
      addFile(site, inFolder(site.options.folder, '.DS_Store'), Uint8Array.of(0, 0, 0, 1));
      return addFile(
        site,
        inFolder(site.options.folder, 'forecasted-values/.part0.csv.crc'),
        Uint8Array.of(99, 114, 99),
      );
    },
  },
  'no-success-marker': {
    description: 'no _SUCCESS: may be incomplete',
    plant: (site) => removeMarkers(site, ['_SUCCESS']),
  },
  'no-markers': {
    description: 'neither _CHECK nor _SUCCESS: may be incomplete',
    plant: (site) => removeMarkers(site, ['_CHECK', '_SUCCESS']),
  },
  'missing-accuracy-table': {
    description: 'no accuracy-metrics-values folder: the forecasts can still be read',
    plant: (site) => {
      for (let part = 0; part < site.options.parts; part++) {
        const path = partPath(site.options, 'accuracy-metrics-values', part);
        choosePart({ ...site, defect: { ...site.defect, table: 'accuracy-metrics-values', part, record: 1 } });
        site.draft.files.delete(path);
      }
      return { path: inFolder(site.options.folder, 'accuracy-metrics-values') };
    },
  },
  'swapped-folders': {
    description: "each table in the other table's folder: assigned by the header",
    plant: swapFolders,
  },
  'mixed-formats': {
    description: 'a .parquet part beside the .csv parts: rows may count twice',
    expects: 'EXPORT_MIXED_FORMATS',
    plant: (site) =>
      addFile(site, partPath(site.options, tableOf(site), 0).replace(/csv$/, 'parquet'), pretendParquet()),
  },
};

function tableOf(site: DefectSite): TableName {
  return site.defect.table ?? 'forecasted-values';
}

/** The header line of the table's first part. */
function headerOf(site: DefectSite): Uint8Array {
  const bytes = site.draft.files.get(partPath(site.options, tableOf(site), 0)) ?? empty;
  return bytes.slice(0, bytes.indexOf(10) + 1);
}

function addFile(site: DefectSite, path: string, bytes: Uint8Array): DefectPlace {
  site.draft.files.set(path, bytes);
  return { path };
}

function removeMarkers(site: DefectSite, names: readonly string[]): DefectPlace {
  for (const name of names) site.draft.files.delete(inFolder(site.options.folder, name));
  return { path: inFolder(site.options.folder, names.at(-1) ?? '') };
}

/** Moves the files to the other folder under their own names, which also contain the table. */
function swapFolders(site: DefectSite): DefectPlace {
  const { options, draft } = site;
  if (options.defects.length > 1) {
    throw new BacktestExportError('OPTION_INVALID', 'option defects: swapped-folders can only be planted alone');
  }
  const moved: [string, Uint8Array][] = [];
  for (const [index, table] of tableNames.entries()) {
    const other = tableNames[1 - index] ?? table;
    for (let part = 0; part < options.parts; part++) {
      const path = partPath(options, table, part);
      const place = inFolder(options.folder, `${table}/`);
      moved.push([inFolder(options.folder, `${other}/`) + path.slice(place.length), draft.files.get(path) ?? empty]);
      draft.files.delete(path);
    }
  }
  for (const [path, bytes] of moved) draft.files.set(path, bytes);
  return { path: inFolder(options.folder, 'forecasted-values') };
}

function needsParts(site: DefectSite, parts: number): BacktestExportError {
  const problem = `option defects: ${site.defect.name} needs ${parts} parts, found ${site.options.parts}`;
  return new BacktestExportError('OPTION_INVALID', problem);
}
