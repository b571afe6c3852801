import { describeValue, readMember } from '../../describe-value.ts';
import { BacktestExportError } from '../../errors.ts';
import { dialectNames } from '../dialects/dialect.ts';
import type { SqlEngine } from './engine.ts';

/** Refuses what is no engine, for the function `what`. @throws `OPTION_INVALID` */
export function assertEngine(what: string, engine: SqlEngine): void {
  const given: unknown = engine;
  const isOne =
    typeof readMember(given, 'query') === 'function' &&
    typeof readMember(given, 'name') === 'string' &&
    dialectNames.some((name) => name === readMember(given, 'dialect'));
  if (isOne) return;
  const problem = `${what}: expected an engine, with a name, a dialect (${dialectNames.join(', ')}) and a function query, found ${describeValue(given)}`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}
