import type { IncomingMessage } from 'node:http';
import type { Connections } from './connections.ts';
import { WireException } from '../../job/exceptions.ts';

/**
 * Reads a request's body, which `connections` holds from then on.
 * @throws `RequestEntityTooLargeException`, `ServiceUnavailableException`; what a broken connection throws
 */
export async function readBody(request: IncomingMessage, most: number, connections: Connections): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  let held = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      // read and drop the rest, so that the client gets the answer
      if (length > 64 * most) break;
      if (length > most) continue;
      connections.hold(chunk.length);
      held += chunk.length;
      chunks.push(chunk);
    }
    if (length > most) {
      throw new WireException(413, 'RequestEntityTooLargeException', `expected at most ${most} bytes, found more`);
    }
  } catch (error) {
    connections.release(held);
    throw error;
  }
  return Buffer.concat(chunks);
}
