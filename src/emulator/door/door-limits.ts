/** What one client, and all of them together, may take of the service. */
export interface DoorLimits {
  /** Connections open at the same time; further ones are closed immediately. */
  readonly connections: number;
  /** Requests that wait on one connection; with more the connection is closed. */
  readonly waiting: number;
  /** Bytes of all headers of a request. */
  readonly headerBytes: number;
  /** Bytes of a request's body. */
  readonly bodyBytes: number;
  /** Bytes of an answer. */
  readonly answerBytes: number;
  /** Bytes of bodies and answers held for all connections; with more, requests are answered with 503. */
  readonly pendingBytes: number;
  /** Milliseconds for the headers of a request, the opening of its connection included. */
  readonly headerTime: number;
  /** Milliseconds for a whole request. */
  readonly requestTime: number;
  /** Milliseconds for a client to take an answer; then its connection is closed. */
  readonly answerTime: number;
  /** Milliseconds that a connection may be idle between requests. */
  readonly idleTime: number;
}

/** The limits of `serve`. */
export const doorLimits: DoorLimits = {
  connections: 500,
  waiting: 64,
  headerBytes: 16 * 1024,
  bodyBytes: 1024 * 1024,
  answerBytes: 4 * 1024 * 1024,
  pendingBytes: 64 * 1024 * 1024,
  headerTime: 10_000,
  requestTime: 30_000,
  answerTime: 30_000,
  idleTime: 20_000,
};
