import { z } from 'zod';
import { BacktestExportError, quoteText } from '../errors.ts';
import { given } from '../given.ts';
import { findJobNameProblem } from '../naming/job-name.ts';
import { nameList } from '../quote-text.ts';
import { objectShape, parseOptions, type FieldShapes } from '../options.ts';
import { dayOfMonth } from '../schema/calendar.ts';
import { fixedColumns } from '../schema/column-meaning.ts';
import { sortForecastTypes } from '../schema/forecast-type.ts';
import { addSteps, parseFrequency, type Frequency } from '../schema/frequency.ts';
import { tableNames } from '../schema/schema.ts';
import { parseTime } from './time-option.ts';
import { defectNames, type DefectName } from './defects/names.ts';
import type { DefectOption, GenerateOptions, TimeSpellings } from './options.ts';

/** {@link GenerateOptions} checked, with every default filled in. */
export interface ResolvedOptions extends Required<
  Omit<GenerateOptions, 'frequency' | 'firstWindowStart' | 'timeSpelling' | 'defects'>
> {
  /** With the first window's day of the month, on which steps of months fall. */
  readonly frequency: Frequency;
  /** Milliseconds since 1970, UTC. */
  readonly firstWindowStart: number;
  readonly timeSpelling: Required<TimeSpellings>;
  readonly defects: readonly DefectOption[];
  /** The window whose actuals are all zero (the defect `zero-actuals`); -1 for none. */
  readonly zeroWindow: number;
}

/**
 * Checks the options and fills in the defaults.
 * @throws `OPTION_INVALID` naming the option
 */
export function resolveOptions(options: GenerateOptions): ResolvedOptions {
  const { format, ...checked } = parseOptions('generateExport', options, optionsSchema);
  if (format === 'PARQUET' && checked.defects.length > 0) {
    throw refusal('option defects: defects can only be planted in CSV, expected format CSV');
  }
  const firstWindowStart = parseTime(checked.firstWindowStart, 'firstWindowStart');
  const resolved: ResolvedOptions = {
    ...checked,
    format,
    windowOffset: checked.windowOffset ?? checked.horizon,
    frequency: resolveFrequency(checked.frequency, firstWindowStart),
    firstWindowStart,
    forecastTypes: sortForecastTypes(checked.forecastTypes),
    defects: checked.defects.map(tidyDefect),
    zeroWindow: -1,
  };
  assertConsistent(resolved);
  return resolved;
}

const count = z.int().min(1).max(1e9);
const share = z.number().min(0).max(1).default(0);
const columnName = z.string().min(1).max(200);
const spelling = z.enum(['Z', 'none', '+00:00']);
const defectName = z.enum(defectNames);
const defect = objectShape<DefectOption>(z, {
  name: defectName,
  table: z.enum(tableNames).optional(),
  part: z.int().min(0).optional(),
  record: z.int().min(1).optional(),
});

const optionsSchema = z.strictObject({
  seed: z.int().min(0).default(1),
  folder: z.string().default(''),
  overwrite: z.boolean().default(false),
  items: count.default(100),
  dimensions: z
    .array(z.strictObject({ name: columnName, cardinality: count }))
    .max(10)
    .default([])
    .readonly(),
  windows: z.int().min(1).max(1000).default(1),
  horizon: z.int().min(1).max(10_000).default(24),
  windowOffset: z.int().min(1).max(100_000).optional(),
  frequency: z.string().default('H'),
  firstWindowStart: z.string().default('2021-11-01T00:00:00'),
  itemColumn: columnName.default('item_id'),
  textStyle: z.enum(['plain', 'digits', 'unicode', 'hostile', 'formulas']).default('plain'),
  forecastTypes: z
    .array(z.string().regex(/^(?:mean|0\.(?:0[1-9]|[1-9][1-9]?))$/, 'expected mean or a quantile from 0.01 to 0.99'))
    .min(1)
    .default(['mean', '0.1', '0.5', '0.9'])
    .readonly(),
  parts: z.int().min(1).max(1_000_000).default(1),
  jobName: z
    .string()
    .superRefine((name, context) => {
      const message = findJobNameProblem(name);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .default('synthetic_backtest'),
  exportedAt: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:Z|[+-]\d{4})$/, 'expected a time such as 2021-12-14T13-20-10Z')
    .default('2021-12-14T13-20-10Z'),
  format: z.enum(['CSV', 'PARQUET']).default('CSV'),
  naming: z.enum(['seen', 'documented']).default('seen'),
  metrics: z.enum(['2020', '2021']).default('2021'),
  averageColumn: z.enum(['Average wQL', 'AverageWeightedQuantileLoss']).default('Average wQL'),
  wapeMeaning: z.enum(['sum', 'ratio']).default('sum'),
  timeSpelling: z
    .strictObject({
      timestamp: spelling.default('Z'),
      windowStart: spelling.default('none'),
      windowEnd: spelling.default('none'),
    })
    .prefault({}),
  markers: z
    .array(z.enum(['_CHECK', '_SUCCESS']))
    .default(['_CHECK', '_SUCCESS'])
    .readonly(),
  missingActuals: share,
  zeroActuals: share,
  negativeForecasts: share,
  crossedQuantiles: share,
  defects: z
    .array(z.union([defectName, defect]))
    .default([])
    .readonly(),
} satisfies FieldShapes<GenerateOptions>);

function tidyDefect(option: DefectName | DefectOption): DefectOption {
  return typeof option === 'string' ? { name: option } : given(option);
}

function resolveFrequency(text: string, firstWindowStart: number): Frequency {
  const frequency = parseFrequency(text);
  if (frequency === undefined) {
    throw refusal(
      `option frequency: expected Y, M, W, D, H or a number of minutes such as 15min, found ${quoteText(text)}`,
    );
  }
  return { ...frequency, day: dayOfMonth(firstWindowStart) };
}

const longestSeries = 10_000_000;
const mostCombinations = 1_000_000;

function assertConsistent(options: ResolvedOptions): void {
  const [day, clock] = [options.exportedAt.slice(0, 10), options.exportedAt.slice(11, 19)];
  parseTime(`${day}T${clock.replaceAll('-', ':')}`, 'exportedAt');
  if (options.parts > options.items) {
    throw refusal(`option parts: expected at most one part per item (${options.items}), found ${options.parts}`);
  }
  const own = fixedColumns('forecasted-values');
  const names = [options.itemColumn, ...options.dimensions.map((dimension) => dimension.name), ...own];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw refusal(`options itemColumn and dimensions: duplicate column name ${twice}`);
  if (new Set(options.forecastTypes).size < options.forecastTypes.length) {
    throw refusal(`option forecastTypes: expected each type once, found ${nameList(options.forecastTypes)}`);
  }
  const combinations = options.dimensions.reduce((product, { cardinality }) => product * cardinality, 1);
  if (combinations > mostCombinations) {
    throw refusal(
      `option dimensions: expected at most ${mostCombinations} combinations of values, found ${combinations}`,
    );
  }
  const steps = (options.windows - 1) * options.windowOffset + options.horizon;
  if (steps > longestSeries)
    throw refusal(`options windows and windowOffset: expected at most ${longestSeries} steps, found ${steps}`);
  const end = addSteps(options.frequency, options.firstWindowStart, steps);
  if (!(end < Date.UTC(9999, 0)))
    throw refusal('options firstWindowStart, frequency, horizon: the windows end after 9998');
}

function refusal(problem: string): BacktestExportError {
  return new BacktestExportError('OPTION_INVALID', problem);
}
