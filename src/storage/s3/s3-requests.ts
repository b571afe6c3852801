import type { S3Timeouts } from './s3-access.ts';
import type { S3Connection } from './s3-client.ts';
import type { ErrorCode } from '../../errors.ts';
import type { Ask, Place, Purpose } from './s3-ask.ts';
import { s3Error, timedOut } from './s3-error.ts';
import { followRegion } from './region-redirect.ts';
import { slowestUpload, slowRequests } from './s3-limits.ts';
import { RequestWatch } from './request-watch.ts';
import type { StopSignal } from './stop-signal.ts';
import { expectAttempt, leastBytesIn, watchAttempts, type Sending, type WatchedCommand } from './watch-attempts.ts';

/** How to send a command: with this signal, optionally reporting the progress of the body. */
export interface SendOptions {
  readonly abortSignal: AbortSignal;
  /** From now on bytes must arrive; `progress` returns how many have. */
  readonly follow: (progress: () => number) => void;
}

/** Milliseconds for S3 to begin a response after the signal, for requests that do not end with it. */
const timeAfterSignal: Partial<Record<Purpose, number>> = { settle: 3000, copy: 30_000, clean: 700 };
/** The same for all others, if started work is to be finished or undone. */
const hurriedTime = 3000;

/**
 * Sends requests with our own time limits: the SDK's differ between versions, and none covers a slowly dripping body.
 * Requests that read and write end with the signal. Those that settle, copy and clean continue, with little time after
 * it, as do all if the storage is to hurry. Once one of them gets no answer, the rest are not sent.
 */
export class S3Requests {
  readonly connection: S3Connection;
  readonly #timeouts: Required<S3Timeouts>;
  readonly #stop: StopSignal;

  constructor(connection: S3Connection, timeouts: Required<S3Timeouts>, stop: StopSignal) {
    this.connection = connection;
    this.#timeouts = timeouts;
    this.#stop = stop;
  }

  /**
   * Sends `command` through `send`, which passes it to the client.
   * @throws what the SDK throws; `TIMED_OUT`; the reason of a signal
   */
  async ask<Input extends object, Output extends object, Result>(
    ask: Ask,
    command: WatchedCommand<Input, Output>,
    send: (options: SendOptions) => Promise<Result>,
  ): Promise<Result> {
    const tries = ask.purpose === 'read' ? this.#timeouts.tries : 1;
    let sending = this.#sending(ask);
    watchAttempts(command, () => sending);
    const { redirect } = this.connection;
    let redirected = false;
    for (let sent = 1; ;) {
      const region = redirect?.region;
      try {
        return await this.#send(ask, sending, send);
      } catch (error) {
        this.#throwIfStopped(ask);
        const { expiry } = sending.watch;
        if (expiry === undefined) {
          // once: S3 has done nothing yet, and names the region
          if (redirected || !followRegion(redirect, region, error)) throw error;
          redirected = true;
        } else {
          // without an endpoint it was not sent: it has waited for credentials, and would wait for them once more
          const again = sending.endpoint !== undefined && sent < tries && !this.#stop.aborted;
          if (!again) throw this.#record(ask, timedOut(ask, expiry, sent, sending.endpoint));
          sent++;
        }
      }
      sending = this.#sending(ask);
    }
  }

  /** Whether the signal has fired. */
  get stopped(): boolean {
    return this.#stop.aborted;
  }

  /** Wraps what {@link ask} threw; the signal's reason is returned unchanged. */
  failure(
    code: Extract<ErrorCode, 'READ_FAILED' | 'WRITE_FAILED'>,
    problem: string,
    place: Place,
    cause: unknown,
  ): unknown {
    return this.#stop.isReason(cause) ? cause : s3Error(code, problem, place, cause);
  }

  async #send<Output>(ask: Ask, sending: Sending, send: (options: SendOptions) => Promise<Output>): Promise<Output> {
    const { watch, idle, leastBytes } = sending;
    const signal = this.#stop.use();
    try {
      const grace = this.#graceOf(ask);
      if (grace === undefined) watch.abortWith(signal);
      else watch.listen(signal, () => watch.hurry(grace));
      if (ask.signal !== undefined) watch.abortWith(ask.signal);
      this.#throwIfStopped(ask);
      expectAttempt(sending);
      const follow = (progress: () => number): void => watch.follow(idle, leastBytes, progress);
      return await Promise.race([send({ abortSignal: watch.signal, follow }), watch.ended]);
    } finally {
      watch.end();
      this.#stop.release();
    }
  }

  #sending({ purpose, bytes = 0, object = false }: Ask): Sending {
    const { firstByte, idle } = this.#timeouts;
    const slow = purpose === 'copy' || purpose === 'complete';
    const patience = slow ? slowRequests : 1;
    return {
      watch: new RequestWatch(),
      firstByte: firstByte * patience + (bytes / slowestUpload) * 1000,
      idle: idle * patience,
      // S3 sends a space now and then while it copies
      leastBytes: slow ? 1 : leastBytesIn(idle),
      object,
      endpoint: undefined,
    };
  }

  #throwIfStopped(ask: Ask): void {
    ask.signal?.throwIfAborted();
    if (this.#graceOf(ask) === undefined) this.#stop.throwIfAborted();
    else if (this.#stop.lost !== undefined) throw this.#stop.lost;
  }

  #record(ask: Ask, error: Error): Error {
    if (this.#graceOf(ask) !== undefined && this.#stop.aborted) this.#stop.lost = error;
    return error;
  }

  /** Milliseconds for a request after the signal; undefined if it ends with it. */
  #graceOf({ purpose }: Ask): number | undefined {
    return timeAfterSignal[purpose] ?? (this.#stop.afterwards === 'hurry' ? hurriedTime : undefined);
  }
}
