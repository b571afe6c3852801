import { BacktestExportError } from '../../errors.ts';
import { assertOptions } from '../../options.ts';

/** How long an engine may take, in milliseconds. */
export interface EngineTimeouts {
  /** For one statement, from its start to the last row of its result; default 14,400,000 (four hours). */
  readonly statement?: number;
  /** For one request of a statement and its answer; default 60,000. DuckDB has none. */
  readonly request?: number;
  /** For cancelling a statement after a failure, a time limit or the signal; default 10,000. */
  readonly cancel?: number;
}

/** {@link EngineTimeouts} with its defaults. @throws `OPTION_INVALID` */
export function resolveTimeouts(what: string, timeouts: EngineTimeouts = {}): Required<EngineTimeouts> {
  assertOptions(`${what}.timeouts`, timeouts, { statement: 'a number', request: 'a number', cancel: 'a number' });
  const { statement = 14_400_000, request = 60_000, cancel = 10_000 } = timeouts;
  const resolved = { statement, request, cancel };
  for (const [name, value] of Object.entries(resolved)) {
    if (Number.isSafeInteger(value) && value >= 1 && value <= longest) continue;
    const problem = `${what}.timeouts.${name}: expected milliseconds from 1 to ${longest}, found ${value}`;
    throw new BacktestExportError('OPTION_INVALID', problem);
  }
  return resolved;
}

/** What a timer can wait: longer than that, Node fires it at once. */
const longest = 2 ** 31 - 1;
