import type { DialectName, SqlEngine, TableHome } from 'backtest-export/sql';

/** Which script is run, and what it is. */
export interface PythonEngineOptions {
  /** The command of a Python that has what the script imports. */
  readonly python: string;
  /** A script of `python/`, with its arguments. Its first line says its `version`; then it answers each line of `{sql}` with a line of `{rows}` or `{error}`. */
  readonly script: string;
  readonly args?: readonly string[];
  readonly dialect: DialectName;
  readonly title: string;
  /** Where its tables are made; none for an engine that reads files. */
  readonly home?: TableHome;
}

/** An engine in another process. */
export interface PythonEngine extends SqlEngine {
  stop(): Promise<void>;
}

/** @throws what the script wrote, if it does not start */
export declare function startPythonEngine(options: PythonEngineOptions): Promise<PythonEngine>;
