import type { ColumnBatch } from '../../batch/columns/column-batch.ts';
import type { PartEncoder } from '../../batch/part-encoder.ts';
import type { PreparedFile, Storage, StorageWriter, SyncingFile } from '../../storage/storage.ts';

/** One part file being written through an encoder; it has no final name until it is published. */
export class PartSink {
  /** Rows and bytes written so far. */
  rows = 0;
  bytes = 0;
  readonly #encoder: PartEncoder | undefined;
  readonly #writer: StorageWriter;

  private constructor(encoder: PartEncoder | undefined, writer: StorageWriter) {
    this.#encoder = encoder;
    this.#writer = writer;
  }

  /** Starts the file. Without an encoder it stays empty. A failure releases the encoder. */
  static async open(
    storage: Storage,
    path: string,
    encoder: PartEncoder | undefined,
    options: { readonly overwrite: boolean },
  ): Promise<PartSink> {
    try {
      const sink = new PartSink(encoder, await storage.create(path, options));
      if (encoder !== undefined) await sink.#take(encoder.start());
      return sink;
    } catch (error) {
      encoder?.release();
      throw error;
    }
  }

  async write(batch: ColumnBatch): Promise<void> {
    if (this.#encoder === undefined) throw new TypeError('a part without bytes takes no rows');
    await this.#take(this.#encoder.encode(batch));
    this.rows += batch.rows;
  }

  /** Writes rows that another encoder of the same format has encoded. */
  async append(pieces: readonly Uint8Array[], rows: number): Promise<void> {
    for (const piece of pieces) await this.#take(piece);
    this.rows += rows;
  }

  /** Completes the file; it is ready to publish. */
  async prepare(): Promise<PreparedFile> {
    await this.#finish();
    return this.#writer.prepare();
  }

  /** Completes the file; it can be read back while it is being synced, where the storage lets it be. */
  async prepareEarly(): Promise<SyncingFile> {
    await this.#finish();
    return this.#writer.prepareEarly?.() ?? { file: await this.#writer.prepare(), synced: Promise.resolve() };
  }

  /** Removes what was written; idempotent. */
  async abort(): Promise<void> {
    this.#encoder?.release();
    await this.#writer.abort();
  }

  async #finish(): Promise<void> {
    if (this.#encoder !== undefined) await this.#take(this.#encoder.finish());
    this.#encoder?.release();
  }

  async #take(bytes: Uint8Array): Promise<void> {
    if (bytes.length > 0) await this.#writer.write(bytes);
    this.bytes += bytes.length;
  }
}
