import { quoteText } from '../../quote-text.ts';
import { usageError, type Flags } from './flags.ts';
import { choice, oneOf, option, toggle, type OptionSpec } from './option-spec.ts';

/** The engines that a command can ask. */
export const engineNames = ['duckdb', 'trino', 'athena'] as const;

/** One of {@link engineNames}. */
export type EngineName = (typeof engineNames)[number];

/** Which engine reads the forecasted values, and how it is reached. */
export const engineOptions: readonly OptionSpec[] = [
  choice('engine', 'NAME', engineNames, 'Let an engine read the export where it lies, with the same result:'),
  option('engine-url', 'URL', 'Trino: address of the server; Athena: endpoint of a service other than AWS'),
  option('engine-user', 'NAME', 'Trino: the user', 'backtest-export'),
  option('catalog', 'NAME', 'Trino, Athena: catalog of the table', 'Athena: AwsDataCatalog'),
  option('database', 'NAME', 'Trino, Athena: schema or database of the table', 'Athena: default'),
  option('workgroup', 'NAME', 'Athena: the workgroup', 'primary'),
  option('output-location', 'URI', 'Athena: where it writes results, s3://bucket/prefix/', 'as the workgroup says'),
  option(
    'table',
    'NAME',
    'Trino, Athena: table of the forecasted values; one that exists is used if its columns fit, else it is made and kept',
    'one is made, and dropped at the end',
  ),
  option('local-root', 'FOLDER', 'Trino: local folder at which its own local file system (local:///) begins'),
  option(
    'engine-location',
    'URI',
    'Trino, Athena: where the engine finds FOLDER, if not there',
    'FOLDER, or below --local-root',
  ),
  option(
    'engine-memory',
    'SIZE',
    'DuckDB: memory before it writes temporary files, such as 4GB',
    "80% of the machine's",
  ),
  option('engine-timeout', 'SECONDS', 'Cancel a statement of the engine that takes longer', '14400'),
  toggle('dry-run', 'With --engine: print what the engine would read and what that costs, and run nothing'),
];

/** How an engine adds up, of `summarize` alone. */
export const sumsOption: OptionSpec = choice(
  'sums',
  'HOW',
  ['exact', 'plain'],
  "With --engine: figures to the last bit of those without, or by the engine's own SUM, which is cheaper and inexact:",
  'exact',
);

/** The second table of `verify`. */
export const accuracyTableOption: OptionSpec = option(
  'accuracy-table',
  'NAME',
  'Trino, Athena: table of the accuracy metrics, likewise',
  'one is made, and dropped at the end',
);

/** The options that an engine takes, besides those that all do. */
const own: Readonly<Record<EngineName, readonly string[]>> = {
  duckdb: ['engine-memory'],
  trino: [
    'engine-url',
    'engine-user',
    'catalog',
    'database',
    'table',
    'accuracy-table',
    'local-root',
    'engine-location',
  ],
  athena: [
    'engine-url',
    'catalog',
    'database',
    'workgroup',
    'output-location',
    'table',
    'accuracy-table',
    'engine-location',
  ],
};

/** Options of a command that an engine has no use for. */
const notWithEngine = ['skip-bad-parts', 'history', 'history-target', 'history-columns', 'season', 'temporary-folder'];

/**
 * The engine that was asked for, if any.
 * @throws `OPTION_INVALID` for options that have no effect without an engine, or with this one
 */
export function engineName(flags: Flags): EngineName | undefined {
  const name = flags.choice('engine', engineNames);
  const all = [...engineOptions, sumsOption, accuracyTableOption]
    .map((spec) => spec.name)
    .filter((each) => each !== 'engine');
  if (name === undefined) {
    const idle = all.find((each) => flags.has(each));
    if (idle === undefined) return undefined;
    throw usageError(`--${idle} works with --engine only`);
  }
  const idle = Object.values(own)
    .flat()
    .find((each) => flags.has(each) && !own[name].includes(each));
  if (idle !== undefined) {
    const others = engineNames.filter((each) => own[each].includes(idle));
    throw usageError(`--${idle} is for --engine ${oneOf(others)}, found --engine ${name}`);
  }
  const refused = notWithEngine.find((each) => flags.has(each));
  if (refused !== undefined) throw usageError(`--${refused} and --engine exclude each other`);
  assertReachable(name, flags);
  return name;
}

/** What an engine cannot do without, before anything is opened. */
function assertReachable(name: EngineName, flags: Flags): void {
  const location = flags.positionals[0] ?? '';
  if (name === 'trino' && !flags.has('engine-url'))
    throw usageError('--engine trino: give its address with --engine-url');
  const isNamed = flags.text('table')?.split('.').length === 3;
  if (name === 'trino' && !isNamed && !(flags.has('catalog') && flags.has('database'))) {
    throw usageError('--engine trino: give --catalog and --database, where its table is or is to be made');
  }
  const place = flags.text('engine-location') ?? location;
  if (name === 'trino' && !flags.has('local-root') && !/^[a-z][a-z0-9+.-]+:\/\//i.test(place)) {
    const needed = '--local-root FOLDER, at which its own local file system begins, or --engine-location URI';
    throw usageError(
      `--engine trino: expected a location that Trino can read, found ${quoteText(place)}; give ${needed}`,
    );
  }
  if (name === 'athena' && !/^s3:\/\//i.test(place)) {
    const problem = `--engine athena: expected a location that begins with s3://, found ${quoteText(place)}`;
    throw usageError(`${problem}; --engine-location URI says where Athena finds the export`);
  }
}
