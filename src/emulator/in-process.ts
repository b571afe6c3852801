import { describeValue } from '../describe-value.ts';
import { WireException } from '../job/exceptions.ts';
import type { ExportJobService } from '../job/service.ts';
import type { DoorLimits } from './door/door-limits.ts';
import { callOperation, formatAnswer, parseBody, toWireException } from './door/wire.ts';

/**
 * Calls an operation as over HTTP, without HTTP: request and answer become JSON and are read back.
 * @throws `WireException`
 */
export async function callInProcess(
  service: Pick<ExportJobService, 'call'>,
  operation: string,
  request: unknown,
  { bodyBytes, answerBytes }: DoorLimits,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    const answer = await callOperation(service, operation, () => parseBody(formatRequest(request, bodyBytes)));
    return JSON.parse(formatAnswer(answer, answerBytes)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw toWireException(error);
  }
}

/** The bytes of a request. @throws `SerializationException`, `RequestEntityTooLargeException` */
function formatRequest(request: unknown, most: number): Uint8Array {
  let text: string | undefined;
  try {
    text = JSON.stringify(request);
  } catch {
    // reported below
  }
  if (text === undefined) {
    const problem = `expected an object that JSON can hold, found ${describeValue(request)}`;
    throw new WireException(400, 'SerializationException', problem);
  }
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= most) return bytes;
  throw new WireException(413, 'RequestEntityTooLargeException', `expected at most ${most} bytes, found more`);
}
