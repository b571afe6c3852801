/**
 * The arrays of one column of a part, used again for the next row group, and by {@link columnArrays} for the next part:
 * fresh memory would cost more than decoding into it, since the system clears it page by page.
 */
export class ReusedArrays {
  #doubles = new Float64Array(0);
  #codes = new Int32Array(0);
  #states = new Uint8Array(0);

  /** For the values of as many rows; its content is undefined. */
  doubles(rows: number): Float64Array {
    if (this.#doubles.length < rows) this.#doubles = new Float64Array(rows);
    return this.#doubles.subarray(0, rows);
  }

  /** For the codes of as many rows; its content is undefined. */
  codes(rows: number): Int32Array {
    if (this.#codes.length < rows) this.#codes = new Int32Array(rows);
    return this.#codes.subarray(0, rows);
  }

  /** For a state of each row, all of them 0. */
  states(rows: number): Uint8Array {
    if (this.#states.length < rows) this.#states = new Uint8Array(rows);
    return this.#states.subarray(0, rows).fill(0);
  }

  /** Bytes that are held. */
  get bytes(): number {
    return this.#doubles.byteLength + this.#codes.byteLength + this.#states.byteLength;
  }
}

/** Arrays that no part uses, up to a limit of their bytes. Those that nobody gives back cost nothing but their memory. */
export class ArrayPool {
  readonly #mostBytes: number;
  readonly #idle: ReusedArrays[] = [];
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Those that were given back last, which are the likeliest to be in a cache; new ones where there are none. */
  take(): ReusedArrays {
    const arrays = this.#idle.pop() ?? new ReusedArrays();
    this.#bytes -= arrays.bytes;
    return arrays;
  }

  /** Keeps arrays for the next part; nobody reads or writes them any more. */
  giveBack(arrays: ReusedArrays): void {
    const { bytes } = arrays;
    if (this.#bytes + bytes > this.#mostBytes) return;
    this.#bytes += bytes;
    this.#idle.push(arrays);
  }
}

/**
 * The arrays of this thread: as many as a part has whose row groups hold half a million rows of ten columns. Columns of text have
 * their own, since arrays that served both kinds would hold memory for both.
 */
export const columnArrays: { readonly text: ArrayPool; readonly others: ArrayPool } = {
  text: new ArrayPool(16 * 1024 * 1024),
  others: new ArrayPool(48 * 1024 * 1024),
};
