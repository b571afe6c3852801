import { given } from '../../given.ts';
import { nearestName } from '../../nearest-name.ts';
import { quoteText } from '../../quote-text.ts';
import { defectNames, type DefectName, type DimensionOption, type GenerateOptions } from '../../testing/index.ts';
import { usageError, type Flags } from './flags.ts';

/** The options of `generateExport` from the flags; any that was not given keeps the generator's default. */
export function generateOptions(flags: Flags): GenerateOptions {
  return given({
    seed: flags.count('seed', 0),
    items: flags.count('items'),
    windows: flags.count('windows'),
    horizon: flags.count('horizon'),
    windowOffset: flags.count('window-offset'),
    parts: flags.count('parts'),
    missingActuals: flags.number('missing-actuals'),
    zeroActuals: flags.number('zero-actuals'),
    negativeForecasts: flags.number('negative-forecasts'),
    crossedQuantiles: flags.number('crossed-quantiles'),
    frequency: flags.text('frequency'),
    firstWindowStart: flags.text('first-window-start'),
    jobName: flags.text('job'),
    exportedAt: flags.text('exported-at'),
    itemColumn: flags.text('item-column'),
    dimensions: flags.list('dimensions')?.map(parseDimension),
    forecastTypes: flags.list('forecast-types'),
    textStyle: flags.choice('text-style', ['plain', 'digits', 'unicode', 'hostile', 'formulas']),
    format: flags.choice('format', ['CSV', 'PARQUET']),
    naming: flags.choice('naming', ['seen', 'documented']),
    metrics: flags.choice('metrics', ['2020', '2021']),
    averageColumn: flags.choice('average-column', ['Average wQL', 'AverageWeightedQuantileLoss']),
    wapeMeaning: flags.choice('wape-meaning', ['sum', 'ratio']),
    timeSpelling: given({
      timestamp: flags.choice('timestamp-zone', zones),
      windowStart: flags.choice('window-start-zone', zones),
      windowEnd: flags.choice('window-end-zone', zones),
    }),
    markers: parseMarkers(flags),
    defects: flags.list('defect')?.map(parseDefect),
  });
}

const zones = ['Z', 'none', '+00:00'] as const;

function parseDimension(text: string): DimensionOption {
  const found = /^(.+):([1-9]\d{0,8})$/s.exec(text);
  if (found === null) throw usageError(`--dimensions: expected NAME:VALUES such as store:3, found ${quoteText(text)}`);
  return { name: found[1] ?? '', cardinality: Number(found[2]) };
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
