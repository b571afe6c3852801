import { BacktestExportError } from '../../errors.ts';
import type { SqlEngine } from './engine.ts';

/**
 * Refuses a statement that makes any other table than an external one, or that does nothing where one exists: what is made here is
 * dropped again, and that must neither delete files nor take somebody else's table.
 * @throws `ENGINE_FAILED`
 */
export function assertExternal({ name, dialect }: SqlEngine, sql: string): void {
  if (patterns[dialect].every((pattern) => pattern.test(sql))) return;
  throw new BacktestExportError('ENGINE_FAILED', `${name}: expected a statement that makes a new external table`);
}

/** The quoted name comes at once: neither OR REPLACE nor IF NOT EXISTS is before it. What those say in a name or location is text. */
const patterns: Readonly<Record<SqlEngine['dialect'], readonly RegExp[]>> = {
  athena: [/^CREATE EXTERNAL TABLE `/, /\nLOCATION '/],
  trino: [/^CREATE TABLE "/, /\n {2}external_location = '/],
  spark: [/^CREATE TABLE `/, /\nLOCATION '/],
  duckdb: [/^CREATE VIEW "/],
};
