import { formatJavaDouble } from '../schema/java-double.ts';
import type { StorageWriter } from '../storage/storage.ts';

/** What the generator needs from a file being written. */
export type OutputFile = Pick<StorageWriter, 'path' | 'write' | 'finish' | 'abort'>;

/** What the generator needs from a storage. */
export interface OutputFolder {
  create(path: string, options?: { readonly overwrite?: boolean }): Promise<OutputFile>;
}

const chunkSize = 1 << 20;

/**
 * Collects the text of one file in a buffer of about 1 MB and writes it when full, so that memory is bounded for any
 * file size. The buffer is reused after each write.
 */
export class ByteWriter {
  /** Bytes written so far. */
  written = 0;
  private readonly writer: OutputFile;
  private bytes = new Uint8Array(chunkSize + 4096);
  private position = 0;

  constructor(writer: OutputFile) {
    this.writer = writer;
  }

  get path(): string {
    return this.writer.path;
  }

  /** Whether it is time to call {@link flush}; checked once a row. */
  get full(): boolean {
    return this.position >= chunkSize;
  }

  /** Appends prepared bytes, such as an item id in UTF-8 or a time with its comma. */
  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.position);
    this.position += bytes.length;
  }

  /** Appends a number in Java's layout (at most 25 bytes). */
  appendDouble(value: number): void {
    this.reserve(32);
    const text = formatJavaDouble(value);
    const bytes = this.bytes;
    let position = this.position;
    for (let index = 0; index < text.length; index++) bytes[position++] = text.charCodeAt(index);
    this.position = position;
  }

  /** Appends one byte. */
  appendByte(byte: number): void {
    this.reserve(1);
    this.bytes[this.position++] = byte;
  }

  async flush(): Promise<void> {
    if (this.position === 0) return;
    await this.writer.write(this.bytes.subarray(0, this.position));
    this.written += this.position;
    this.position = 0;
  }

  async finish(): Promise<void> {
    await this.flush();
    await this.writer.finish();
  }

  async abort(): Promise<void> {
    await this.writer.abort();
  }

  private reserve(length: number): void {
    if (this.position + length <= this.bytes.length) return;
    const larger = new Uint8Array(2 * (this.position + length));
    larger.set(this.bytes.subarray(0, this.position));
    this.bytes = larger;
  }
}
