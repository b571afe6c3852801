import { createDuckDbEngine, createTrinoEngine, type SqlEngine } from 'backtest-export/sql';
import { startPythonEngine } from './python-engine.mjs';
import { startTrino } from './start-trino.mjs';

/** An engine that runs, and how it is stopped. */
export interface RunningEngine {
  readonly engine: SqlEngine;
  /** How the engine names a folder, if not by its path. */
  locate?(folder: string): string;
  stop(): Promise<void>;
}

/** Whether Trino was installed; without it `npm run test:interop` says so, and its tests are skipped. */
export const hasTrino: boolean = process.env['INTEROP_TRINO'] !== undefined;

/** Why Trino could not be downloaded, where everything else that it takes is there: a test fails with it. */
export const refusedTrino: string | undefined = process.env['INTEROP_TRINO_REFUSED'];

/** Whether there is a Java for Spark. */
export const hasSpark: boolean = process.env['INTEROP_SPARK'] !== undefined;

/** Trino over a folder, and all that lies below. */
export async function startTrinoEngine(folder: string): Promise<RunningEngine> {
  const [home, java] = [process.env['INTEROP_TRINO'], process.env['INTEROP_TRINO_JAVA']];
  if (home === undefined || java === undefined) throw new Error(`Trino is missing: ${howToRun}`);
  const server = await startTrino(folder, { home, java });
  const engine = createTrinoEngine({ server: server.url, catalog: 'hive', schema: 'default' });
  return { engine, locate: (path) => server.locate(path), stop: () => server.stop() };
}

/** Spark, with its warehouse in a folder. */
export async function startSparkEngine(folder: string): Promise<RunningEngine> {
  const python = process.env['INTEROP_PYTHON'];
  if (python === undefined) throw new Error(`Python is missing: ${howToRun}`);
  const options = { python, script: 'spark_sql.py', args: [folder, '{}'], dialect: 'spark', title: 'Spark' } as const;
  const engine = await startPythonEngine(options);
  return { engine, stop: () => engine.stop() };
}

/** DuckDB in this process. */
export function startDuckDbEngine(): Promise<RunningEngine> {
  const engine = createDuckDbEngine({ threads: 2 });
  return Promise.resolve({ engine, stop: () => Promise.resolve(engine.close()) });
}

const howToRun = 'run these tests by `npm run test:interop`, which installs what they need';

/** The engines that the tests run, by name; `missing` are not installed. */
export const engines: readonly { name: string; missing: boolean; start: (folder: string) => Promise<RunningEngine> }[] =
  [
    { name: 'DuckDB', missing: false, start: startDuckDbEngine },
    { name: 'Trino', missing: !hasTrino, start: startTrinoEngine },
    { name: 'Spark', missing: !hasSpark, start: startSparkEngine },
  ];
