import type { QueryExecution } from '@aws-sdk/client-athena';
import { BacktestExportError, isError, quoteText } from '../../errors.ts';
import { engineError, isNetworkError, wordsOf, type EngineErrorCode } from './engine-error.ts';

/** Whether a request was refused since there were too many, and may be repeated. */
export function isThrottled(error: unknown): boolean {
  return isError(error) && throttled.has(error.name);
}

const throttled: ReadonlySet<string> = new Set(['TooManyRequestsException', 'ThrottlingException', 'Throttling']);

/** The error for a request that failed. */
export function requestError(place: string, error: unknown): Error {
  if (error instanceof BacktestExportError) return error;
  const name = isError(error) ? error.name : '';
  const problem = `${name === '' || name === 'Error' ? '' : `${quoteText(name, '')}: `}${wordsOf(error)}`;
  return engineError(codeOf(name, error), place, problem, error);
}

function codeOf(name: string, error: unknown): EngineErrorCode {
  if (forbidden.has(name)) return 'ENGINE_FORBIDDEN';
  const words = isError(error) ? error.message : '';
  if (words === 'Region is missing') return 'ENGINE_SETTING_INVALID';
  if (name === 'TimeoutError' || isNetworkError(error)) return 'ENGINE_UNREACHABLE';
  if (name === 'InvalidRequestException' || name === 'MetadataException') return codeOfWords(words);
  return 'ENGINE_FAILED';
}

const forbidden: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'CredentialsProviderError',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'UnrecognizedClientException',
]);

/** The error for a statement that has failed or was cancelled, with Athena's reason. */
export function executionError(place: string, { Status: status = {} }: QueryExecution): Error {
  const reason = status.AthenaError?.ErrorMessage ?? status.StateChangeReason ?? 'Athena gives no reason';
  const isTimeout = /\b(?:query timeout|exceeded .{0,40}\btime limit|EXCEEDED_TIME_LIMIT)\b/i.test(reason);
  const code = isTimeout ? 'TIMED_OUT' : status.State === 'CANCELLED' ? 'ENGINE_CANCELLED' : codeOfWords(reason);
  const state = status.State === 'CANCELLED' ? 'the statement was cancelled' : 'the statement failed';
  return engineError(code, place, `${state}: ${quoteText(reason, '')}`);
}

/** Athena's API has no names for these. */
function codeOfWords(words: string): EngineErrorCode {
  if (/\b(?:access ?denied|not authorized|insufficient (?:lake formation )?permission|forbidden)/i.test(words)) {
    return 'ENGINE_FORBIDDEN';
  }
  return settings.some((pattern) => pattern.test(words)) ? 'ENGINE_SETTING_INVALID' : 'ENGINE_FAILED';
}

const settings: readonly RegExp[] = [
  /\bworkgroup\b.{0,200}\b(?:not found|does not exist|disabled|is not)\b/i,
  /\bno output location\b/i,
  /\boutput (?:bucket|location)\b/i,
  /\b(?:SCHEMA_NOT_FOUND|CATALOG_NOT_FOUND|DATABASE_NOT_FOUND)\b/,
  /\b(?:schema|database|catalog)\b.{0,200}\b(?:does not exist|not found)\b/i,
];
