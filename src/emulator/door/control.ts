import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { BacktestExportError } from '../../errors.ts';
import { WireException } from '../../job/exceptions.ts';
import type { InjectedFaults } from '../../job/injected-faults.ts';
import type { ExportJobService } from '../../job/service.ts';
import type { AccessKeys } from './signature.ts';
import { parseBody } from './wire.ts';

/** A request to a path outside of the API of AWS. */
export interface ControlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** What can be controlled. */
export type Controlled = Pick<ExportJobService, 'inject' | 'injected' | 'reset'>;

/** The most bytes of a request that injects faults. */
export const longestControl: number = 64 * 1024;

/** Whether a path is none of AWS's but one of these. */
export function isControl(url: string): boolean {
  return url === '/_health' || url === '/_control' || url === '/_control/reset';
}

/**
 * Answers `/_health`, `/_control` and `/_control/reset`. No web page can control the service, not even one of this machine:
 * requests with an `Origin` are refused, and a body must be `application/json`, which a browser does not send to another
 * origin without asking. Where signatures are checked, control needs the keys too, as Basic authentication.
 * @throws `WireException`
 */
export async function answerControl(
  service: Controlled,
  request: ControlRequest,
  keys: AccessKeys | undefined,
): Promise<object> {
  const { method, url, headers, body } = request;
  if (url === '/_health') {
    assertMethod(method, ['GET', 'HEAD'], url);
    return { status: 'ok' };
  }
  if (headers.origin !== undefined) {
    throw new WireException(403, 'AccessDeniedException', 'the request comes from a web page');
  }
  if (keys !== undefined) assertKeys(headers.authorization ?? '', keys);
  if (url === '/_control' && method === 'GET') return service.injected;
  assertMethod(method, url === '/_control' ? ['GET', 'POST'] : ['POST'], url);
  assertJson(headers, body);
  if (url === '/_control') inject(service, body);
  else await reset(service);
  return service.injected;
}

function assertMethod(method: string, allowed: readonly string[], url: string): void {
  if (allowed.includes(method)) return;
  const problem = `expected ${allowed.join(' or ')} ${url}, found ${method}`;
  throw new WireException(405, 'UnknownOperationException', problem);
}

function assertJson(headers: IncomingHttpHeaders, body: Uint8Array): void {
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
  if (type.trim().toLowerCase() !== 'application/json') {
    throw new WireException(415, 'UnsupportedMediaTypeException', 'expected application/json');
  }
  if (body.length <= longestControl) return;
  const problem = `expected at most ${longestControl} bytes, found ${body.length}`;
  throw new WireException(413, 'RequestEntityTooLargeException', problem);
}

function inject(service: Controlled, body: Uint8Array): void {
  try {
    service.inject(parseBody(body) as InjectedFaults);
  } catch (error) {
    if (!(error instanceof BacktestExportError)) throw error;
    throw new WireException(400, 'InvalidInputException', error.message);
  }
}

async function reset(service: Controlled): Promise<void> {
  try {
    await service.reset();
  } catch (error) {
    if (!(error instanceof BacktestExportError)) throw error;
    throw new WireException(503, 'ServiceUnavailableException', error.message);
  }
}

/** Basic authentication. */
function assertKeys(authorization: string, { accessKey, secretKey }: AccessKeys): void {
  const given = Buffer.from(authorization.slice(0, longestAuthorization));
  const expected = Buffer.from(`Basic ${Buffer.from(`${accessKey}:${secretKey}`).toString('base64')}`);
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  const problem = 'expected the access key and the secret key as Basic authentication';
  throw new WireException(403, 'AccessDeniedException', problem);
}

const longestAuthorization = 4096;
