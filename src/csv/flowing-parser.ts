import type { Info } from 'csv-parse';
import type { DialectParser } from './dialect-parser.ts';

/** csv-parse's parser for browsers: a stream of an old kind, which can neither be iterated nor destroyed. */
export interface OldStream {
  readonly info: Info;
  write(text: string): unknown;
  end(): unknown;
  on(event: 'data', listener: (record: unknown) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  /** csv-parse calls it at the end, though its own stream has none. */
  destroy?: unknown;
}

/** Records that wait to be taken before the writer waits, too. */
const mostWaiting = 4096;

/** A stream of an old kind as a {@link DialectParser}: what flows out of it waits here until it is taken. */
export class FlowingParser implements DialectParser {
  readonly #stream: OldStream;
  #records: unknown[] = [];
  #end: { readonly error: unknown } | undefined;
  #arrived: () => void = () => undefined;
  readonly #listeners = { drain: new Set<() => void>(), close: new Set<() => void>() };

  constructor(stream: OldStream) {
    this.#stream = stream;
    if (typeof stream.destroy !== 'function') stream.destroy = () => undefined;
    stream.on('data', (record) => {
      if (this.#end === undefined) this.#records.push(record);
      this.#arrived();
    });
    stream.on('end', () => this.#finish(undefined));
    stream.on('error', (error) => this.#finish(error));
  }

  get destroyed(): boolean {
    return this.#end !== undefined;
  }

  get info(): Info {
    return this.#stream.info;
  }

  write(text: string): boolean {
    this.#stream.write(text);
    return this.destroyed || this.#records.length < mostWaiting;
  }

  end(): void {
    this.#stream.end();
  }

  on(event: 'drain' | 'close', listener: () => void): void {
    this.#listeners[event].add(listener);
  }

  off(event: 'drain' | 'close', listener: () => void): void {
    this.#listeners[event].delete(listener);
  }

  destroy(error?: Error): void {
    this.#finish(error);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, undefined> {
    for (;;) {
      const taken = this.#records;
      this.#records = [];
      yield* taken;
      this.#tell('drain');
      if (this.#records.length > 0) continue;
      if (this.#end === undefined) await new Promise<void>((resolve) => (this.#arrived = resolve));
      else if (this.#end.error === undefined) return;
      else throw this.#end.error;
    }
  }

  #finish(error: unknown): void {
    this.#end ??= { error };
    this.#arrived();
    this.#tell('close');
  }

  #tell(event: 'drain' | 'close'): void {
    for (const listener of this.#listeners[event]) listener();
  }
}
