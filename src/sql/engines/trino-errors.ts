import type { QueryError, QueryResult } from 'trino-client';
import { quoteText } from '../../errors.ts';
import { engineError, type EngineErrorCode } from './engine-error.ts';

/** The error for a statement that failed, with Trino's own name of it and its words. */
export function trinoError(place: string, error: QueryError, secrets: readonly string[]): Error {
  const { errorName, message } = error;
  const code = codes.get(errorName) ?? 'ENGINE_FAILED';
  return engineError(code, place, `${quoteText(errorName, '')}: ${quoteText(message, '')}`, undefined, secrets);
}

/** By the names of Trino's StandardErrorCode. */
const codes: ReadonlyMap<string, EngineErrorCode> = new Map([
  ['PERMISSION_DENIED', 'ENGINE_FORBIDDEN'],
  ['CATALOG_NOT_FOUND', 'ENGINE_SETTING_INVALID'],
  ['CATALOG_NOT_AVAILABLE', 'ENGINE_SETTING_INVALID'],
  ['SCHEMA_NOT_FOUND', 'ENGINE_SETTING_INVALID'],
  ['NOT_FOUND', 'ENGINE_SETTING_INVALID'], // what the hive connector calls a schema that is not there
  ['MISSING_CATALOG_NAME', 'ENGINE_SETTING_INVALID'],
  ['MISSING_SCHEMA_NAME', 'ENGINE_SETTING_INVALID'],
  ['INVALID_SESSION_PROPERTY', 'ENGINE_SETTING_INVALID'],
  ['USER_CANCELED', 'ENGINE_CANCELLED'],
  ['ADMINISTRATIVELY_KILLED', 'ENGINE_CANCELLED'],
  ['ADMINISTRATIVELY_PREEMPTED', 'ENGINE_CANCELLED'],
  ['ABANDONED_QUERY', 'ENGINE_CANCELLED'],
  ['EXCEEDED_TIME_LIMIT', 'TIMED_OUT'],
]);

/** Whether Trino had no room for a statement and has done nothing of it. */
export function isRefusedForNow({ error }: QueryResult): boolean {
  return error !== undefined && (error.errorName === 'QUERY_QUEUE_FULL' || error.errorName === 'SERVER_STARTING_UP');
}
