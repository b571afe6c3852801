import { BacktestExportError } from '../../errors.ts';
import type { SqlEngine } from '../engines/engine.ts';
import { guardProgress } from '../engines/guard-progress.ts';
import { AnswerReader } from '../engines/read-answer.ts';
import type { StatementProgress } from './check-progress.ts';
import { AnswerRow } from './answer-row.ts';

/** Runs a statement and reads its answer. */
export type Ask = (sql: string, most: number, read: (row: AnswerRow) => void) => Promise<void>;

/**
 * Asks an engine.
 * @throws `TOO_MANY_GROUPS` for an answer of more rows than a check expects; what the engine and the progress function throw; the signal's reason
 */
export function askOf(engine: SqlEngine, progress: StatementProgress, signal: AbortSignal | undefined): Ask {
  return async (sql, most, read) => {
    signal?.throwIfAborted();
    const statement = guardProgress({ signal, onProgress: progress() });
    const reader = new AnswerReader(engine.name);
    let rows = 0;
    for await (const cells of engine.query(sql, statement)) {
      if (++rows > most) throw tooMany(engine, most);
      read(new AnswerRow(cells, reader));
    }
    statement.signal?.throwIfAborted();
  };
}

function tooMany({ name }: SqlEngine, most: number): BacktestExportError {
  const problem = `${name}: expected at most ${most} rows in the answer to a check, found more: an export has few windows and times`;
  return new BacktestExportError('TOO_MANY_GROUPS', problem);
}
