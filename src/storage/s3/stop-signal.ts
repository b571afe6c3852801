import { setMaxListeners } from 'node:events';

/**
 * A caller's signal, shared by any number of requests with one listener on it, and none while nothing is under way: a
 * signal may outlive what it was given to.
 */
export class StopSignal {
  /** The failure of a request that was to finish or undo something after the signal; others need not wait as well. */
  lost: Error | undefined;
  readonly #caller: AbortSignal | undefined;
  readonly #own = new AbortController();
  readonly #onAbort = (): void => this.#own.abort(this.#caller?.reason);
  /** What requests do then that neither finish nor undo anything: they end, or are to be answered within seconds as well. */
  readonly afterwards: 'end' | 'hurry';
  #users = 0;

  constructor(caller: AbortSignal | undefined, afterwards: 'end' | 'hurry' = 'end') {
    this.#caller = caller;
    this.afterwards = afterwards;
    setMaxListeners(0, this.#own.signal);
  }

  get aborted(): boolean {
    return this.#caller?.aborted === true;
  }

  /** Whether an error is what the signal was fired with. */
  isReason(error: unknown): boolean {
    return this.aborted && error === this.#caller?.reason;
  }

  /** @throws the signal's reason */
  throwIfAborted(): void {
    this.#caller?.throwIfAborted();
  }

  /** A signal to listen to until {@link release}. */
  use(): AbortSignal {
    if (this.#users++ === 0) this.#caller?.addEventListener('abort', this.#onAbort, { once: true });
    if (this.aborted && !this.#own.signal.aborted) this.#onAbort();
    return this.#own.signal;
  }

  release(): void {
    if (--this.#users === 0) this.#caller?.removeEventListener('abort', this.#onAbort);
  }
}
