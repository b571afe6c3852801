/** Runs work in the order in which it comes, as much at a time as each piece allows. */
export class LaneQueue {
  readonly #waiting: { readonly lanes: number; readonly work: () => Promise<void> }[] = [];
  #running = 0;

  /** Runs `work`, which must not fail, as soon as fewer than `lanes` others run and all that came before have begun. */
  add(lanes: number, work: () => Promise<void>): void {
    this.#waiting.push({ lanes, work });
    this.#begin();
  }

  #begin(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#running < next.lanes; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#running++;
      void next.work().finally(() => {
        this.#running--;
        this.#begin();
      });
    }
  }
}
