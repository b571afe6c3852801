import { onAbort } from '../../on-abort.ts';

/** Calls `act` once nothing was told for a time. */
export class Watch {
  readonly #milliseconds: number;
  readonly #act: () => void;
  #timer: ReturnType<typeof setTimeout>;

  constructor(milliseconds: number, act: () => void) {
    this.#milliseconds = milliseconds;
    this.#act = act;
    this.#timer = setTimeout(act, milliseconds);
  }

  /** Something has come: the time starts again. */
  renew(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#act, this.#milliseconds);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** Resolves after a time in milliseconds. @throws the signal's reason */
export function turnOff(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const forget = onAbort(signal, () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
    const timer = setTimeout(() => {
      forget();
      resolve();
    }, milliseconds);
  });
}
