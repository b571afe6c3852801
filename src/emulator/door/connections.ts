import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { DoorLimits } from './door-limits.ts';
import { WireException } from '../../job/exceptions.ts';

interface Connection {
  /** Settles when every request so far is answered and the answer taken. */
  last: Promise<void>;
  waiting: number;
}

/**
 * The order and the memory of all connections. Requests of one connection are answered one after another, the next when
 * the client has received the previous answer; bodies and answers are counted as long as they are held.
 */
export class Connections {
  readonly #limits: DoorLimits;
  readonly #connections = new WeakMap<Socket, Connection>();
  #pending = 0;

  constructor(limits: DoorLimits) {
    this.#limits = limits;
  }

  /** Bytes of bodies and answers that are held now. */
  get pending(): number {
    return this.#pending;
  }

  /** Calls `answer`, which must not throw, when it is this request's turn. A client that sends too far ahead is closed. */
  inTurn({ socket }: IncomingMessage, answer: () => Promise<void>): void {
    const connection = this.#connections.get(socket) ?? { last: Promise.resolve(), waiting: 0 };
    this.#connections.set(socket, connection);
    if (connection.waiting >= this.#limits.waiting) return void socket.destroy();
    connection.waiting++;
    connection.last = this.#answerAfter(connection, socket, answer);
  }

  /** Holds so many bytes more. @throws `ServiceUnavailableException` where all connections hold too many */
  hold(bytes: number): void {
    if (this.#pending + bytes > this.#limits.pendingBytes) {
      throw new WireException(503, 'ServiceUnavailableException', 'The service is overloaded; try again');
    }
    this.#pending += bytes;
  }

  /** Holds them no longer. */
  release(bytes: number): void {
    this.#pending -= bytes;
  }

  /** Sends an answer, and settles when the client has taken it or is gone; it is closed when it takes too long. */
  async send(response: ServerResponse, text: string): Promise<void> {
    const bytes = Buffer.byteLength(text);
    this.#pending += bytes;
    const { socket } = response;
    const timer = setTimeout(() => socket?.destroy(), this.#limits.answerTime);
    timer.unref();
    const ended = new Promise<void>((resolve) => {
      if (response.destroyed || socket === null || socket.destroyed) resolve();
      else response.once('close', resolve);
    });
    response.end(text);
    await ended;
    clearTimeout(timer);
    this.#pending -= bytes;
  }

  async #answerAfter(connection: Connection, socket: Socket, answer: () => Promise<void>): Promise<void> {
    await connection.last;
    if (!socket.destroyed) await answer();
    connection.waiting--;
  }
}
