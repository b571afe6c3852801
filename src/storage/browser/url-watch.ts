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
