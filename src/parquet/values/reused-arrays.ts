/**
 * The arrays of one column, of which there is one set a file: large ones are used again for the next row group, so that
 * earlier arrays do not pile up as garbage. Small ones are allocated each time; that costs nothing.
 */
export class ReusedArrays {
  #doubles = new Float64Array(0);
  #codes = new Int32Array(0);
  #states = new Uint8Array(0);

  /** For the values of as many rows; its content is undefined. */
  doubles(rows: number): Float64Array {
    if (rows < large) return new Float64Array(rows);
    if (this.#doubles.length < rows) this.#doubles = new Float64Array(rows);
    return this.#doubles.subarray(0, rows);
  }

  /** For the codes of as many rows; its content is undefined. */
  codes(rows: number): Int32Array {
    if (rows < large) return new Int32Array(rows);
    if (this.#codes.length < rows) this.#codes = new Int32Array(rows);
    return this.#codes.subarray(0, rows);
  }

  /** For a state of each row, all of them 0. */
  states(rows: number): Uint8Array {
    if (rows < large) return new Uint8Array(rows);
    if (this.#states.length < rows) this.#states = new Uint8Array(rows);
    return this.#states.subarray(0, rows).fill(0);
  }
}

/** Rows from which arrays are kept. */
const large = 1 << 19;
