import { finished, type Readable } from 'node:stream';

/** The body of a response: a stream of Node's, or what another HTTP handler of the SDK gives. */
type Body = Readable | AsyncIterable<Uint8Array>;

/**
 * Hands each piece of a body to `take`, as it arrives: a loop over the stream would join the pieces that have arrived
 * meanwhile into new buffers. Once the signal has fired, no piece is taken any more.
 * @throws what `take` throws, which ends the transfer; the error of a body that ends early
 */
export async function readBody(body: Body, signal: AbortSignal, take: (piece: Uint8Array) => void): Promise<void> {
  if (!isStream(body)) {
    for await (const piece of body) {
      if (signal.aborted) return;
      take(piece);
    }
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const end = (error?: unknown): void => {
      body.off('data', onPiece);
      // what arrives late, such as the reset of a connection that was given up, concerns nobody
      if (error !== undefined) body.on('error', () => undefined).destroy();
      if (error === undefined) resolve();
      else reject(error);
    };
    const onPiece = (piece: Uint8Array): void => {
      if (signal.aborted) return end(signal.reason);
      try {
        take(piece);
      } catch (error) {
        end(error);
      }
    };
    finished(body, { writable: false }, (error) => end(error ?? undefined));
    body.on('data', onPiece);
  });
}

function isStream(body: Body): body is Readable {
  return 'on' in body && 'destroy' in body;
}
