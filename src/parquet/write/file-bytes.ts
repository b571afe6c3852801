import { ByteSink } from '../../batch/byte-sink.ts';
import type { GroupMemory } from './kernel/group-memory.ts';

/**
 * The bytes of the file that are ready, at the end of the encoder's memory, where pages are packed without being copied
 * again. They are borrowed: taken as a view, and lost when more rows are buffered, unless they are set aside before.
 */
export class FileBytes {
  readonly #memory: GroupMemory;
  /** Where the bytes that are ready begin and end; equal where there are none. */
  #start = 0;
  #end = 0;
  readonly #aside: ByteSink = new ByteSink(0);
  #taken = 0;

  constructor(memory: GroupMemory) {
    this.#memory = memory;
  }

  /** Where in the file the next byte will be. */
  get position(): number {
    return this.#taken + this.#aside.length + this.#end - this.#start;
  }

  /** The address of the next byte. */
  get end(): number {
    return this.#end;
  }

  /** Begins a run of bytes at an address, where nothing else may be until they are taken or set aside. */
  begin(address: number): void {
    this.setAside();
    this.#start = this.#end = address;
  }

  /** Copies what is ready, so that its memory may be used. */
  setAside(): void {
    if (this.#end > this.#start) this.#aside.append(this.#view());
    this.#start = this.#end;
  }

  append(piece: Uint8Array): void {
    this.#memory.reserve(this.#end + piece.length);
    this.#memory.u8.set(piece, this.#end);
    this.#end += piece.length;
  }

  /** Takes what is at {@link end} as written. */
  advance(count: number): void {
    this.#end += count;
  }

  /** All that is ready, valid until more rows are buffered. */
  take(): Uint8Array {
    if (this.#aside.length > 0) this.setAside();
    const bytes = this.#aside.length > 0 ? this.#aside.view() : this.#view();
    this.#aside.clear();
    this.#start = this.#end;
    this.#taken += bytes.length;
    return bytes;
  }

  #view(): Uint8Array {
    return this.#memory.u8.subarray(this.#start, this.#end);
  }
}
