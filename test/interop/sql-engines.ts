import { createDuckDbEngine, createTrinoEngine, type SqlEngine } from 'backtest-export/sql';
import { startPythonEngine } from './python-engine.mjs';
import { startTrino } from './start-trino.mjs';

/** An engine that runs, and how it is stopped. */
export interface RunningEngine {
  readonly engine: SqlEngine;
  stop(): Promise<void>;
}

/** Whether Trino was installed; without it `npm run test:interop` says so, and its tests are skipped. */
const hasTrino: boolean = process.env['INTEROP_TRINO'] !== undefined;

/** Why Trino could not be downloaded, where everything else that it takes is there: a test fails with it. */
export const refusedTrino: string | undefined = process.env['INTEROP_TRINO_REFUSED'];

/** Whether there is a Java for Spark. */
const hasSpark: boolean = process.env['INTEROP_SPARK'] !== undefined;

/** Trino over a folder, and all that lies below. */
async function startTrinoEngine(folder: string, size: WorkSize = 'small'): Promise<RunningEngine> {
  const [home, java] = [process.env['INTEROP_TRINO'], process.env['INTEROP_TRINO_JAVA']];
  if (home === undefined || java === undefined) throw new Error(`Trino is missing: ${howToRun}`);
  // many small statements are compiled anew each: what the optimizing compiler takes is never won back
  const jvm = size === 'small' ? ['-XX:TieredStopAtLevel=1'] : [];
  const server = await startTrino(folder, { home, java, jvm });
  const engine = createTrinoEngine({ server: server.url, catalog: 'hive', schema: 'default', localRoot: folder });
  for await (const _ of engine.query('CREATE SCHEMA hive.default'));
  return { engine, stop: () => server.stop() };
}

/** Spark, with its warehouse in a folder. */
async function startSparkEngine(folder: string, size: WorkSize = 'small'): Promise<RunningEngine> {
  const python = process.env['INTEROP_PYTHON'];
  if (python === undefined) throw new Error(`Python is missing: ${howToRun}`);
  const spark = { script: 'spark_sql.py', dialect: 'spark', title: 'Spark', home: { schema: 'default' } } as const;
  const engine = await startPythonEngine({
    ...spark,
    python,
    args: [folder, JSON.stringify(size === 'small' ? quickly : {})],
  });
  return { engine, stop: () => engine.stop() };
}

/** Of small statements Spark would compile each, which takes seconds. */
const quickly = {
  'spark.driver.extraJavaOptions': '-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m',
  'spark.sql.codegen.wholeStage': 'false',
  'spark.sql.codegen.factoryMode': 'NO_CODEGEN',
};

/** DuckDB in this process. */
function startDuckDbEngine(): Promise<RunningEngine> {
  const engine = createDuckDbEngine({ threads: 2 });
  return Promise.resolve({ engine, stop: () => Promise.resolve(engine.close()) });
}

const howToRun = 'run these tests by `npm run test:interop`, which installs what they need';

/** Many small statements, or few over many rows. */
type WorkSize = 'small' | 'large';

/** An engine that the tests run; `missing` is not installed. */
export interface TestedEngine {
  readonly name: 'DuckDB' | 'Trino' | 'Spark';
  readonly missing: boolean;
  /** `large`: as one would run it; by default as many small statements end soonest. */
  readonly start: (folder: string, size?: WorkSize) => Promise<RunningEngine>;
}

/** The engines that the tests run. */
export const engines: readonly TestedEngine[] = [
  { name: 'DuckDB', missing: false, start: startDuckDbEngine },
  { name: 'Trino', missing: !hasTrino, start: startTrinoEngine },
  { name: 'Spark', missing: !hasSpark, start: startSparkEngine },
];

/** One of {@link engines}. */
export function engineNamed(name: TestedEngine['name']): TestedEngine {
  return engines.find((engine) => engine.name === name)!;
}
