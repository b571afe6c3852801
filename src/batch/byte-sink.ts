/** Bytes that grow at their end, in a buffer that is used again and again. */
export class ByteSink {
  bytes: Uint8Array;
  length = 0;

  constructor(capacity: number = 1 << 16) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes room for `count` more bytes; afterwards they may be written to `bytes` from `length` on. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.length + count));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  append(piece: Uint8Array): void {
    this.reserve(piece.length);
    this.bytes.set(piece, this.length);
    this.length += piece.length;
  }

  appendByte(byte: number): void {
    this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  /** Appends an unsigned integer below 2^53 in seven bits a byte, the lowest first. */
  appendVarint(value: number): void {
    this.reserve(8);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.bytes[this.length++] = (rest % 0x80) | 0x80;
    this.bytes[this.length++] = rest;
  }

  /** Appends an unsigned integer in `count` bytes, the lowest first. */
  appendLittle(value: number, count: number): void {
    this.reserve(count);
    for (let index = 0; index < count; index++) this.bytes[this.length++] = Math.floor(value / 2 ** (8 * index)) & 0xff;
  }

  /** What was written, as a view that is valid until more is written. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }
}
