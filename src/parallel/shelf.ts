import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';

/**
 * Holds plain data with large buffers until all of it is wanted, as messages that nobody has received yet. The garbage
 * collector does not know of it meanwhile: it runs once when everything is taken, and not for about every 20 MB of buffers.
 * Call `close` in any case.
 */
export class Shelf<Value> {
  readonly #channel = new MessageChannel();

  /** Puts a value behind the others. Its buffers are moved: the caller's arrays are empty afterwards. */
  put(value: Value, buffers: readonly ArrayBuffer[]): void {
    this.#channel.port1.postMessage(value, [...buffers]);
  }

  /** Takes all values, in the order in which they were put. */
  takeAll(): Value[] {
    const values: Value[] = [];
    for (;;) {
      const received: { readonly message: Value } | undefined = receiveMessageOnPort(this.#channel.port2);
      if (received === undefined) return values;
      values.push(received.message);
    }
  }

  /** Lets go of what was not taken. */
  close(): void {
    this.#channel.port1.close();
  }
}
