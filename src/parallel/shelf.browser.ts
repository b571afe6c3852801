/** Holds plain data with large buffers until all of it is wanted. Call `close` in any case. */
export class Shelf<Value> {
  #values: Value[] = [];

  /** Puts a value behind the others. Its buffers are moved: the caller's arrays are empty afterwards. */
  put(value: Value, buffers: readonly ArrayBuffer[]): void {
    this.#values.push(structuredClone(value, { transfer: [...buffers] }));
  }

  /** Takes all values, in the order in which they were put. */
  takeAll(): Value[] {
    return this.#values.splice(0);
  }

  /** Lets go of what was not taken. */
  close(): void {
    this.#values = [];
  }
}
