import { given } from '../../given.ts';
import { assertKind } from '../../options.ts';
import { partPath } from '../plan-files.ts';
import type { PlantedDefect } from '../options.ts';
import type { ResolvedOptions } from '../resolve-options.ts';
import { byteDefects, plantByteDefect } from './byte-defects.ts';
import { columnDefects } from './column-defects.ts';
import { consistencyDefects, plantConsistencyDefect } from './consistency-defects.ts';
import type { DraftExport } from './draft.ts';
import { fieldDefects, plantFieldDefect } from './field-defects.ts';
import { folderDefects } from './folder-defects.ts';
import { defectNames, type DefectName } from './names.ts';
import { mergedExports, plantMergedExports, recordDefects } from './record-defects.ts';
import { shapeDefects } from './shape-defects.ts';
import { plantRowsDefect, type DefectInfo, type DefectPlace, type DefectSite, type Planter } from './site.ts';

/** Describes a defect in one line, with the error code of reading it, if any. */
export function describeDefect(name: DefectName): DefectInfo {
  assertKind('describeDefect', name, defectNames);
  return describePlanter(planterOf(name));
}

/** Applies the shape defects to the options. */
export function shapeForDefects(options: ResolvedOptions): ResolvedOptions {
  let shaped = options;
  for (const { name } of options.defects) {
    if (isKeyOf(shapeDefects, name)) shaped = shapeDefects[name].shape(shaped);
  }
  return shaped;
}

/**
 * Plants the defects in a clean draft, in order, and returns where.
 * @throws `OPTION_INVALID` if there is no place for a defect
 */
export async function plantDefects(
  draft: DraftExport,
  options: ResolvedOptions,
  generate: DefectSite['generate'],
): Promise<PlantedDefect[]> {
  const planted: PlantedDefect[] = [];
  for (const defect of options.defects) {
    const planter = planterOf(defect.name);
    const place = await planter.plant({ draft, options, defect, generate });
    const { expects } = planter;
    planted.push({ name: defect.name, ...place, ...given({ expectedCode: expects }) });
  }
  return planted;
}

function planterOf(name: DefectName): Planter {
  if (isKeyOf(folderDefects, name)) return folderDefects[name];
  if (isKeyOf(byteDefects, name)) return planter(byteDefects[name], plantByteDefect);
  if (isKeyOf(columnDefects, name)) return planter(columnDefects[name], plantRowsDefect);
  if (isKeyOf(fieldDefects, name)) return planter(fieldDefects[name], plantFieldDefect);
  if (isKeyOf(consistencyDefects, name)) return planter(consistencyDefects[name], plantConsistencyDefect);
  if (isKeyOf(shapeDefects, name)) return planter(shapeDefects[name], firstPart);
  if (name === 'merged-exports') return planter(mergedExports, plantMergedExports);
  return planter(recordDefects[name], plantRowsDefect);
}

function planter<Defect extends DefectInfo>(
  defect: Defect,
  plant: (site: DefectSite, defect: Defect) => DefectPlace,
): Planter {
  return { ...describePlanter(defect), plant: (site) => plant(site, defect) };
}

function describePlanter({ description, expects }: DefectInfo): DefectInfo {
  return { description, ...given({ expects }) };
}

function firstPart({ options }: DefectSite): DefectPlace {
  return { path: partPath(options, 'forecasted-values', 0) };
}

function isKeyOf<Key extends string>(table: Readonly<Record<Key, unknown>>, name: string): name is Key {
  return Object.hasOwn(table, name);
}
