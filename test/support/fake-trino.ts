import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request that the fake has got. */
export interface TrinoAsked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What it answers: a body as JSON, a status with it, where to go instead, all after some milliseconds; or nothing ever. */
export type TrinoReply =
  { readonly status?: number; readonly body?: unknown; readonly to?: string; readonly after?: number } | 'silence';

/** A server with Trino's protocol for failures that a real one does not have at will; it runs no SQL. */
export interface FakeTrino {
  readonly server: string;
  readonly asked: TrinoAsked[];
}

/** Starts one that answers each request by `reply`, until the test ends. */
export async function startFakeTrino(reply: (asked: TrinoAsked, server: string) => TrinoReply): Promise<FakeTrino> {
  const asked: TrinoAsked[] = [];
  const http = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const all = { method, path, headers, body: Buffer.concat(pieces).toString() };
      asked.push(all);
      const answer = reply(all, server);
      if (answer === 'silence') return;
      const send = (): void => {
        response.writeHead(answer.status ?? 200, {
          'content-type': 'application/json',
          ...(answer.to === undefined ? {} : { location: answer.to }),
        });
        response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
      };
      if (answer.after === undefined) send();
      else setTimeout(send, answer.after);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const server = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  return { server, asked };
}
