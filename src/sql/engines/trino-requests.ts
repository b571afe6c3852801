import type { ConnectionOptions, QueryResult } from 'trino-client';
import { isArray, readMember } from '../../describe-value.ts';
import { BacktestExportError, isError } from '../../errors.ts';
import { given } from '../../given.ts';
import { loadPackage } from '../../load-package.ts';
import { engineError, isNetworkError, wordsOf, type EngineErrorCode } from './engine-error.ts';
import type { TrinoOptions } from './trino-options.ts';

/** A request to the coordinator, as trino-client takes it. */
interface TrinoRequest {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly url: string;
  readonly data?: string;
  readonly signal: AbortSignal;
}

/** The coordinator, with everything about the connection settled. */
export interface TrinoConnection {
  /** The engine's name, for messages. */
  readonly name: string;
  /** The address with its scheme, that later addresses are compared with. */
  readonly server: string;
  readonly secrets: readonly string[];
  /** The answer's body. Rejects as trino-client does. */
  send(request: TrinoRequest): Promise<unknown>;
}

/**
 * Sets trino-client up, which does authentication, headers and TLS. Its own loop over the pages of a result knows neither time
 * limits nor signals, and does not tell the id of a statement before its first row, so the requests are sent one by one.
 * @throws `DEPENDENCY_MISSING`, `DEPENDENCY_FAILED`
 */
export async function connectTrino(name: string, options: TrinoOptions): Promise<TrinoConnection> {
  const { Trino, BasicAuth } = await loadPackage('trino-client', 'the engine Trino', () => import('trino-client'));
  const { server, user = 'backtest-export', password, token, catalog, schema, session, tls } = options;
  const auth = password === undefined ? undefined : new BasicAuth(user, password);
  const bearer = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const settings: ConnectionOptions = {
    server,
    source: 'backtest-export',
    extraHeaders: { 'X-Trino-User': user, ...bearer },
    ...given({ auth, catalog, schema, session, ssl: tls }),
  };
  const client = readMember(Trino.create(settings), 'client');
  const request = readMember(client, 'request');
  if (typeof request !== 'function') {
    const problem =
      'the engine Trino needs the package trino-client as of version 0.2.9, found one without its requests';
    throw new BacktestExportError('DEPENDENCY_FAILED', problem);
  }
  return {
    name,
    server,
    secrets: [password, token].filter((text) => text !== undefined),
    send: (asked) => Reflect.apply(request, client, [{ ...asked, ...bounds }]) as Promise<unknown>,
  };
}

/** No answer is as large; a redirection would take credentials elsewhere. */
const bounds = { maxContentLength: 256 * 1024 * 1024, maxRedirects: 0 };

/** The HTTP status of an error of a request; 0 without an answer. */
export function statusOf(error: unknown): number {
  const status = readMember(readMember(error, 'response'), 'status');
  return typeof status === 'number' ? status : 0;
}

/** The error for a request that failed. */
export function requestError({ name, secrets }: TrinoConnection, place: string, error: unknown): Error {
  if (error instanceof BacktestExportError) return error;
  const status = statusOf(error);
  if (status === 401 || status === 403) {
    const problem = `HTTP ${status}: the user, password or token is not accepted`;
    return engineError('ENGINE_FORBIDDEN', place, problem, error, secrets);
  }
  const isElsewhere = status === 404 || status === 405 || (status >= 300 && status < 400);
  if (isElsewhere) return engineError('ENGINE_UNREACHABLE', name, `HTTP ${status}: this is no Trino`, error, secrets);
  const code: EngineErrorCode = status === 0 && isNetworkError(error) ? 'ENGINE_UNREACHABLE' : 'ENGINE_FAILED';
  return engineError(code, place, reasonOf(error), error, secrets);
}

function reasonOf(error: unknown): string {
  const code = readMember(error, 'code');
  const words = isError(error) && error.message === '' ? '' : wordsOf(error);
  if (words !== '') return words;
  return typeof code === 'string' ? code : 'no answer';
}

/** An answer whose members are what they should be; its rows are for `trino-rows.ts`. @throws `ENGINE_UNREACHABLE` for what is no answer of Trino */
export function readAnswer(connection: TrinoConnection, body: unknown): QueryResult {
  const member = (name: string): unknown => readMember(body, name);
  const error = member('error');
  const isError =
    typeof readMember(error, 'errorName') === 'string' && typeof readMember(error, 'message') === 'string';
  const isAnswer =
    typeof member('id') === 'string' &&
    ['undefined', 'string'].includes(typeof member('nextUri')) &&
    (member('columns') === undefined || isArray(member('columns'))) &&
    (member('stats') === undefined || (typeof member('stats') === 'object' && member('stats') !== null)) &&
    (error === undefined || isError);
  if (isAnswer) return body as QueryResult;
  throw engineError('ENGINE_UNREACHABLE', connection.name, 'expected an answer of Trino, found something else');
}
