import { setMaxListeners } from 'node:events';
import { onAbort } from '../../on-abort.ts';

/** A caller's signal with one listener for all current requests; the signal may outlive the storage. */
export class StopSignal {
  /** The failure of a request after the signal; later requests fail with it instead of waiting too. */
  lost: Error | undefined;
  readonly #caller: AbortSignal | undefined;
  readonly #own = new AbortController();
  #forget: (() => void) | undefined;
  /** What other requests do after the signal: end, or also wait only seconds. */
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

  /** Whether an error is the signal's reason. */
  isReason(error: unknown): boolean {
    return this.aborted && error === this.#caller?.reason;
  }

  /** @throws the signal's reason */
  throwIfAborted(): void {
    this.#caller?.throwIfAborted();
  }

  /** A signal to use until {@link release}. */
  use(): AbortSignal {
    if (this.#users++ === 0) this.#forget = this.#caller && onAbort(this.#caller, () => this.#abort());
    if (this.aborted && !this.#own.signal.aborted) this.#abort();
    return this.#own.signal;
  }

  release(): void {
    if (--this.#users === 0) this.#forget?.();
  }

  #abort(): void {
    this.#own.abort(this.#caller?.reason);
  }
}
