import { BacktestExportError, type ErrorCode } from '../../errors.ts';
import { ForecastException, WireException } from '../../job/exceptions.ts';
import { operationNames, type OperationName } from '../../job/requests.ts';
import type { ExportJobService } from '../../job/service.ts';

/**
 * The body of an answer as AWS JSON 1.1: times are seconds since 1970, numbers that are not finite are their names.
 * @throws an Error if it would be longer than `most` characters
 */
export function formatAnswer(value: object, most: number): string {
  const text = JSON.stringify(value, wireValue);
  if (text.length <= most) return text;
  throw new Error(`the answer would have ${text.length} characters, expected at most ${most}`);
}

function wireValue(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const own = this[key];
  if (own instanceof Date) return own.getTime() / 1000;
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/** The JSON of a body. @throws `SerializationException` */
export function parseBody(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new WireException(400, 'SerializationException', 'expected a JSON object, found something else');
  }
}

/** Calls an operation by its name. @throws `UnknownOperationException`, and what the service throws */
export async function callOperation(
  service: Pick<ExportJobService, 'call'>,
  operation: string,
  request: () => unknown,
): Promise<object> {
  const known = operationNames.find((name): name is OperationName => name === operation);
  if (known === undefined) {
    throw new WireException(400, 'UnknownOperationException', `There is no operation ${operation}`);
  }
  return service.call(known, request());
}

/** What the client sees of an error: of failures of this machine only that there was one. */
export function toWireException(error: unknown): WireException {
  if (error instanceof WireException) return error;
  if (error instanceof ForecastException) return new WireException(400, error.name, error.message);
  if (error instanceof BacktestExportError && unavailable.has(error.code)) {
    const message = 'The service is out of disk space or open files; nothing was changed. Try again';
    return new WireException(500, 'ServiceUnavailableException', message);
  }
  return new WireException(500, 'InternalServerException', 'The service failed; its log says why');
}

/** A full disk, or too many open files: the same request may succeed later. */
const unavailable: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['WRITE_FAILED', 'TOO_MANY_OPEN_FILES']);
