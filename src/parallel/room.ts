/** Bytes of inputs that one thread works on at a time, unless one input has more. */
const mostBytes = 16 * 1024 * 1024;

/**
 * The room of one thread for the inputs that it has begun: small ones are worked on together, a large one alone, while the
 * next has been opened and waits for its turn.
 */
export class Room {
  #used = 0;
  readonly #waiting: { readonly bytes: number; readonly enter: () => void }[] = [];

  /** The door of one input, to be left in any case. */
  door(): RoomDoor {
    let taken: { readonly bytes: number; readonly entered: Promise<void> } | undefined;
    return {
      takeRoom: (bytes) => {
        taken ??= { bytes, entered: this.#enter(bytes) };
        return taken.entered;
      },
      leave: () => {
        if (taken === undefined) return;
        const { bytes, entered } = taken;
        taken = undefined;
        void entered.then(() => this.#leave(bytes));
      },
    };
  }

  #enter(bytes: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ bytes, enter: resolve });
      this.#letIn();
    });
  }

  #leave(bytes: number): void {
    this.#used -= bytes;
    this.#letIn();
  }

  #letIn(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#used > 0 && this.#used + next.bytes > mostBytes) return;
      this.#waiting.shift();
      this.#used += next.bytes;
      next.enter();
    }
  }
}

/** How one input gets room. */
export interface RoomDoor {
  /** See `TaskContext`. */
  readonly takeRoom: (bytes: number) => Promise<void>;
  /** Gives the room back. */
  readonly leave: () => void;
}
