import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { convertExport, type OpenOptions } from '#src/index.js';
import { generateExport, type GenerateOptions } from '#src/testing/index.js';
import { seededRandom } from './random.ts';

/** An export of random shape, in CSV and in Parquet. */
export interface RandomExport {
  /** The folder of each format; a folder may hold another export, too. */
  readonly csv: string;
  readonly parquet: string;
  /** How this export is chosen in its folder and read. */
  readonly open: OpenOptions;
  readonly dimensions: readonly string[];
  /** What is unusual about it, for messages and for what an engine cannot read: `line breaks`, `extremes` … */
  readonly traits: readonly Trait[];
}

/** What a random export may have; the first three concern text and cannot be seen in Parquet. */
export type Trait =
  | 'repeated headers'
  | 'CRLF'
  | 'quotes everywhere'
  | 'line breaks'
  | 'a comma in a name'
  | 'mixed time spellings'
  | 'two exports'
  | 'a window of zeros'
  | 'empty cells'
  | 'NaN and infinities'
  | 'repeated rows'
  | 'an empty item id'
  | 'wide numbers'
  | 'extremes';

/** How often a trait is drawn. */
const shares: Readonly<Record<Exclude<Trait, 'line breaks' | 'a comma in a name'>, number>> = {
  'repeated headers': 0.15,
  CRLF: 0.1,
  'quotes everywhere': 0.1,
  'mixed time spellings': 0.2,
  'two exports': 0.25,
  'a window of zeros': 0.25,
  'empty cells': 0.3,
  'NaN and infinities': 0.15,
  'repeated rows': 0.15,
  'an empty item id': 0.1,
  'wide numbers': 0.3,
  extremes: 0.05,
};

type Random = () => number;

/**
 * Writes an export of random shape below a folder: the same seed writes the same. Every shape of `generateExport` (ids, times,
 * frequencies, windows, forecast types, missing actuals), then cells changed as {@link Trait} says.
 */
export async function writeRandomExport(folder: string, seed: number): Promise<RandomExport> {
  const random = seededRandom(seed);
  // the first numbers of neighbouring seeds are alike
  for (let skipped = 0; skipped < 8; skipped++) random();
  const shape = drawShape(random, seed);
  const traits = new Set<Trait>(
    Object.entries(shares).flatMap(([trait, share]) => (random() < share ? [trait as Trait] : [])),
  );
  if (!(shape.windows! > 1)) traits.delete('a window of zeros');
  const isLong = shape.items! > 2 || shape.dimensions!.some(({ cardinality }) => cardinality > 2);
  if (shape.textStyle === 'hostile' && isLong) traits.add('line breaks');
  if (shape.dimensions!.some(({ name }) => name.includes(','))) traits.add('a comma in a name');
  const csv = join(folder, 'csv');
  const parquet = join(folder, 'parquet');
  await writeCsv(csv, shape, traits, random);
  const open: OpenOptions = {
    ...(traits.has('two exports') ? { jobName: shape.jobName! } : {}),
    ...(traits.has('repeated headers') ? { repeatedHeaders: 'skip' } : {}),
  };
  const naming = random() < 0.3 ? ({ columnNames: 'athena' } as const) : {};
  const format = { format: 'PARQUET', threads: 1, lossy: true, ...naming } as const;
  await convertExport(csv, parquet, { ...format, open });
  if (traits.has('two exports')) {
    await writeCsv(csv, otherExport(shape), new Set(), random);
    await convertExport(csv, parquet, { ...format, open: { jobName: 'other_job' } });
  }
  return { csv, parquet, open, dimensions: shape.dimensions!.map(({ name }) => name), traits: [...traits] };
}

/** Another export of the same columns, with other rows. */
function otherExport(shape: GenerateOptions): GenerateOptions {
  return { ...shape, jobName: 'other_job', seed: shape.seed! + 1, items: shape.items! + 1, parts: 1, markers: [] };
}

const frequencies = ['15min', '30min', 'H', '2H', 'D', 'W', 'M', '3M', 'Y'] as const;

function drawShape(random: Random, seed: number): GenerateOptions {
  const items = 1 + Math.floor(random() * 24);
  const horizon = 1 + Math.floor(random() * 10);
  const names = shuffle(['region', 'größe', 'Store Id', 'a "b", c'], random).slice(0, pick([0, 0, 1, 1, 2], random));
  return {
    seed,
    items,
    horizon,
    dimensions: names.map((name) => ({ name, cardinality: 1 + Math.floor(random() * 3) })),
    windows: 1 + Math.floor(random() * 4),
    windowOffset: 1 + Math.floor(random() * 2 * horizon),
    frequency: pick(frequencies, random),
    firstWindowStart: pick(['2021-11-01T00:00:00', '2020-02-29T00:00:00', '1969-12-31T00:00:00'], random),
    itemColumn: pick(['item_id', 'item_id', 'metric_name', 'Artikel-Nr.'], random),
    textStyle: pick(['plain', 'digits', 'unicode', 'hostile', 'formulas'] as const, random),
    forecastTypes: drawTypes(random),
    parts: 1 + Math.floor(random() * Math.min(4, items)),
    jobName: pick(['weekly', 'Forecasts_x', 'Accuracy_y_2020'], random),
    naming: pick(['seen', 'documented'] as const, random),
    metrics: pick(['2020', '2021'] as const, random),
    averageColumn: pick(['Average wQL', 'AverageWeightedQuantileLoss'] as const, random),
    wapeMeaning: pick(['sum', 'ratio'] as const, random),
    timeSpelling: {
      timestamp: pick(['Z', 'Z', 'none', '+00:00'] as const, random),
      windowStart: pick(['none', 'none', 'Z'] as const, random),
      windowEnd: pick(['none', 'none', 'Z'] as const, random),
    },
    missingActuals: pick([0, 0, 0.2], random),
    zeroActuals: pick([0, 0.3, 1], random),
    negativeForecasts: pick([0, 0.1], random),
    crossedQuantiles: pick([0, 0.1], random),
  };
}

function drawTypes(random: Random): string[] {
  const quantiles = shuffle(['0.01', '0.1', '0.25', '0.5', '0.65', '0.75', '0.9', '0.99'], random);
  const mean = random() < 0.7;
  return [...(mean ? ['mean'] : []), ...quantiles.slice(0, 1 + Math.floor(random() * (mean ? 4 : 5)))];
}

/** Generates into a folder, and changes what is there. */
async function writeCsv(
  folder: string,
  shape: GenerateOptions,
  traits: ReadonlySet<Trait>,
  random: Random,
): Promise<void> {
  const { files, windows } = await generateExport(folder, shape);
  for (const file of files.filter(({ path }) => path.endsWith('.csv'))) {
    const path = join(folder, file.path);
    const rows: string[][] = parse(readFileSync(path));
    const isForecasts = file.path.startsWith('forecasted-values');
    const changed = isForecasts ? changeForecasts(rows, traits, windows.at(-1)!.start, random) : rows;
    writeFileSync(path, formatCsv(repeatHeaders(changed, traits, random), traits));
  }
}

/** Changes cells of forecasted-values, rows and header. */
function changeForecasts(
  rows: readonly (readonly string[])[],
  traits: ReadonlySet<Trait>,
  lastWindow: string,
  random: Random,
): string[][] {
  const [header = [], ...records] = rows;
  const at = (name: string): number => header.indexOf(name);
  const [timestamp, target, start] = [at('timestamp'), at('target_value'), at('backtestwindow_start_time')];
  const firstType = at('backtestwindow_end_time') + 1;
  const firstItem = records[0]?.[0];
  const changed = records.map((record) => {
    const cells = [...record];
    const isLast = cells[start]!.startsWith(lastWindow);
    if (traits.has('an empty item id') && cells[0] === firstItem) cells[0] = '';
    if (traits.has('mixed time spellings') && random() < 0.5) {
      cells[timestamp] = respell(cells[timestamp]!, random);
      cells[start] = respell(cells[start]!, random);
    }
    if (traits.has('a window of zeros') && isLast) cells[target] = '0.0';
    for (const column of [target, ...Array.from({ length: header.length - firstType }, (_, n) => firstType + n)]) {
      cells[column] = changeNumber(cells[column]!, traits, random);
    }
    return cells;
  });
  const repeated = traits.has('repeated rows') ? changed.filter(() => random() < 0.1) : [];
  return [[...header], ...changed, ...repeated];
}

function changeNumber(text: string, traits: ReadonlySet<Trait>, random: Random): string {
  if (traits.has('empty cells') && random() < 0.05) return '';
  if (traits.has('NaN and infinities') && random() < 0.04) return pick(['NaN', 'Infinity', '-Infinity'], random);
  const value = Number(text);
  if (traits.has('extremes') && random() < 0.3) return String(value * 10 ** (random() * 300 - 150));
  if (traits.has('wide numbers')) return String(value * 10 ** (random() * 16 - 8));
  return text;
}

/** The same instant, spelled in another way. */
function respell(text: string, random: Random): string {
  const plain = text.slice(0, 19);
  const midnight = plain.endsWith('T00:00:00') ? [plain.slice(0, 10)] : [];
  return pick([`${plain}Z`, plain, `${plain}+00:00`, `${plain}.000Z`, plain.replace('T', ' '), ...midnight], random);
}

function repeatHeaders(rows: readonly string[][], traits: ReadonlySet<Trait>, random: Random): string[][] {
  const [header = [], ...records] = rows;
  if (!traits.has('repeated headers')) return [...rows];
  return [header, ...records.flatMap((record) => (random() < 0.05 ? [header, record] : [record]))];
}

function formatCsv(rows: readonly (readonly string[])[], traits: ReadonlySet<Trait>): string {
  const all = traits.has('quotes everywhere');
  const end = traits.has('CRLF') ? '\r\n' : '\n';
  const cell = (text: string): string => (all || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map(cell).join(',') + end).join('');
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[Math.floor(random() * items.length)]!;
}

function shuffle<Item>(items: readonly Item[], random: Random): Item[] {
  return items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
