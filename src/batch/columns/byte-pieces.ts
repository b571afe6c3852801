const pieceBytes = 1 << 22;

/** Bytes of which nobody knows how many there will be, in pieces of 4 MiB, so that nothing is copied twice. */
export class BytePieces {
  /** Appended so far. */
  length = 0;
  readonly #pieces: Uint8Array<ArrayBuffer>[] = [];
  /** Of the last piece. */
  #used = pieceBytes;

  append(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length;) {
      if (this.#used === pieceBytes) {
        this.#pieces.push(new Uint8Array(pieceBytes));
        this.#used = 0;
      }
      const part = bytes.subarray(from, from + pieceBytes - this.#used);
      this.#pieces.at(-1)?.set(part, this.#used);
      this.#used += part.length;
      from += part.length;
    }
    this.length += bytes.length;
  }

  /** All pieces, in order, each in a buffer of its own. */
  take(): readonly Uint8Array<ArrayBuffer>[] {
    const last = this.#pieces.pop();
    return last === undefined ? [] : [...this.#pieces, last.subarray(0, this.#used)];
  }
}
