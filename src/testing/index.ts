export { generateExport } from './generate.ts';
export type {
  DefectOption,
  DimensionOption,
  GeneratedExport,
  GeneratedFile,
  GenerateOptions,
  PlantedDefect,
  TextStyle,
  TimeSpellings,
} from './options.ts';
export type { TimeSpelling } from './calendar.ts';
export { defectNames, type DefectName } from './defects/names.ts';
export { describeDefect } from './defects/plant.ts';
export type { DefectInfo } from './defects/site.ts';
