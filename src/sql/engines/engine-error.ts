import { readMember } from '../../describe-value.ts';
import { BacktestExportError, isError, quoteText, type ErrorCode } from '../../errors.ts';
import { hideSecrets } from './hide-secrets.ts';

/** The codes that an engine's failure can have. */
export type EngineErrorCode = Extract<
  ErrorCode,
  | 'DEPENDENCY_FAILED'
  | 'ENGINE_FAILED'
  | 'ENGINE_UNREACHABLE'
  | 'ENGINE_FORBIDDEN'
  | 'ENGINE_SETTING_INVALID'
  | 'ENGINE_CANCELLED'
  | 'ENGINE_RESULT_INVALID'
  | 'TIMED_OUT'
>;

/**
 * The error for an engine's failure: the place (engine and statement), then what the engine said. `secrets` appear nowhere in
 * it. The original is not kept as it is: clients of engines hang their requests on their errors, passwords included.
 */
export function engineError(
  code: EngineErrorCode,
  place: string,
  problem: string,
  cause?: unknown,
  secrets: readonly string[] = [],
): BacktestExportError {
  const said = hideSecrets(`${place}: ${problem}`, secrets);
  if (cause === undefined) return new BacktestExportError(code, said);
  return new BacktestExportError(code, said, { cause: plainCause(cause, secrets) });
}

/** What an error of a client says of itself, quoted and cut. */
export function wordsOf(error: unknown): string {
  return quoteText(isError(error) ? error.message : String(error), '');
}

/** An error with the name, message, code and stack of another one, and nothing else. */
function plainCause(cause: unknown, secrets: readonly string[]): Error {
  const message = hideSecrets(isError(cause) ? cause.message : String(cause), secrets);
  const plain = new Error(message);
  const code = readMember(cause, 'code');
  if (isError(cause)) {
    plain.name = cause.name;
    if (cause.stack !== undefined) plain.stack = hideSecrets(cause.stack, secrets);
  }
  return typeof code === 'string' || typeof code === 'number' ? Object.assign(plain, { code }) : plain;
}

const networkCodes: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EPROTO',
  'ERR_NETWORK',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Whether an error says that no server could be reached, or not by TLS. Node tells several tries in one error without words. */
export function isNetworkError(error: unknown): boolean {
  return (
    networkCodes.has(readMember(error, 'code')) || networkCodes.has(readMember(readMember(error, 'cause'), 'code'))
  );
}
