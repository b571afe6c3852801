import { formatJavaDouble } from '../schema/java-double.ts';
import type { StorageWriter } from '../storage/storage.ts';

/** What the generator needs of a file that it writes. */
export type OutputFile = Pick<StorageWriter, 'path' | 'write' | 'finish' | 'abort'>;

/** What the generator needs of a storage. */
export interface Output {
  create(path: string, options?: { readonly overwrite?: boolean }): Promise<OutputFile>;
}

const chunkSize = 1 << 20;

/**
 * Collects the text of one file in a buffer of about 1 MB and hands it on when it is full, so that memory is bounded
 * whatever the file's size. The buffer is used again after each write.
 */
export class ByteWriter {
  /** Bytes handed on so far. */
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

  /** Whether it is time to call {@link flush}; asked once per row. */
  get full(): boolean {
    return this.position >= chunkSize;
  }

  /** Appends bytes made before, such as an item id in UTF-8 or a time with its comma. */
  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.position);
    this.position += bytes.length;
  }

  /** Appends a number in Java's layout (25 bytes at most). */
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
