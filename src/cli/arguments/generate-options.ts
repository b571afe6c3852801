import { quoteText } from '../../errors.ts';
import { defectNames, type DefectName, type DimensionOption, type GenerateOptions } from '../../testing/index.ts';
import { usageError, type Flags } from './flags.ts';
import { nearestName } from '../../nearest-name.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The options of `generateExport` as flags gave them; what was not given keeps the generator's default. */
export function generateOptions(flags: Flags): GenerateOptions {
  const options: Mutable<GenerateOptions> = {};
  const set = <K extends keyof GenerateOptions>(name: K, value: GenerateOptions[K] | undefined): void => {
    if (value !== undefined) options[name] = value;
  };
  set('seed', flags.count('seed', 0));
  for (const [member, name] of counts) set(member, flags.count(name));
  for (const [member, name] of shares) set(member, flags.number(name));
  for (const [member, name] of texts) set(member, flags.text(name));
  set('dimensions', flags.list('dimensions')?.map(parseDimension));
  set('forecastTypes', flags.list('forecast-types'));
  set('textStyle', flags.choice('text-style', ['plain', 'digits', 'unicode', 'hostile', 'formulas']));
  set('format', flags.choice('format', ['CSV', 'PARQUET']));
  set('naming', flags.choice('naming', ['seen', 'documented']));
  set('metrics', flags.choice('metrics', ['2020', '2021']));
  set('averageColumn', flags.choice('average-column', ['Average wQL', 'AverageWeightedQuantileLoss']));
  set('wapeMeaning', flags.choice('wape-meaning', ['sum', 'ratio']));
  set('timeSpelling', timeSpelling(flags));
  set('markers', parseMarkers(flags));
  set('defects', flags.list('defect')?.map(parseDefect));
  return options;
}

const counts = [
  ['items', 'items'],
  ['windows', 'windows'],
  ['horizon', 'horizon'],
  ['windowOffset', 'window-offset'],
  ['parts', 'parts'],
] as const;
const shares = [
  ['missingActuals', 'missing-actuals'],
  ['zeroActuals', 'zero-actuals'],
  ['negativeForecasts', 'negative-forecasts'],
  ['crossedQuantiles', 'crossed-quantiles'],
] as const;
const texts = [
  ['frequency', 'frequency'],
  ['firstWindowStart', 'first-window-start'],
  ['jobName', 'job'],
  ['exportedAt', 'exported-at'],
  ['itemColumn', 'item-column'],
] as const;

function parseDimension(text: string): DimensionOption {
  const found = /^(.+):([1-9]\d{0,8})$/s.exec(text);
  if (found === null) throw usageError(`--dimensions: expected NAME:VALUES such as store:3, found ${quoteText(text)}`);
  return { name: found[1] ?? '', cardinality: Number(found[2]) };
}

function timeSpelling(flags: Flags): GenerateOptions['timeSpelling'] {
  const zones = ['Z', 'none', '+00:00'] as const;
  const timestamp = flags.choice('timestamp-zone', zones);
  const windowStart = flags.choice('window-start-zone', zones);
  const windowEnd = flags.choice('window-end-zone', zones);
  return {
    ...(timestamp === undefined ? {} : { timestamp }),
    ...(windowStart === undefined ? {} : { windowStart }),
    ...(windowEnd === undefined ? {} : { windowEnd }),
  };
}

function parseMarkers(flags: Flags): GenerateOptions['markers'] {
  const names = flags.list('markers');
  if (names === undefined || (names.length === 1 && names[0] === 'none')) return names === undefined ? undefined : [];
  return names.map((name) => {
    if (name === '_CHECK' || name === '_SUCCESS') return name;
    throw usageError(`--markers: expected _CHECK, _SUCCESS or none, found ${quoteText(name)}`);
  });
}

function parseDefect(text: string): DefectName {
  const known = defectNames.find((name) => name === text);
  if (known !== undefined) return known;
  const near = nearestName(text, defectNames);
  const meant = near === undefined ? '; --list-defects lists them' : `; did you mean ${near}?`;
  throw usageError(`--defect: unknown defect ${quoteText(text)}${meant}`);
}
