import { decodeCsv } from '../csv/decode.ts';
import { createParquetEncoder } from '../parquet/encode.ts';
import { readCsvHeader } from '../csv/header.ts';
import { MemoryWriter } from '../storage/memory-file.ts';
import { createMemoryStorage } from '../storage/memory.ts';
import type { Storage, StorageWriter } from '../storage/storage.ts';

/**
 * Writes as Parquet what is given to it as CSV: every `….csv` becomes a `….parquet` when it is finished, other files
 * pass as they are. One part at a time is held in memory.
 */
export class ParquetSink {
  /** Bytes of each Parquet file, by its path. */
  readonly sizes: Map<string, number> = new Map();
  readonly #target: Pick<Storage, 'create'>;

  constructor(target: Pick<Storage, 'create'>) {
    this.#target = target;
  }

  async create(path: string, options?: { readonly overwrite?: boolean }): Promise<StorageWriter> {
    if (!path.endsWith('.csv')) return this.#target.create(path, options);
    const writer = await this.#target.create(path.replace(/csv$/, 'parquet'), options);
    return new PartWriter(writer, (size) => this.sizes.set(writer.path, size));
  }
}

class PartWriter implements StorageWriter {
  readonly path: string;
  readonly #writer: StorageWriter;
  readonly #tellSize: (size: number) => void;
  readonly #text: MemoryWriter;
  #csv = new Uint8Array();

  constructor(writer: StorageWriter, tellSize: (size: number) => void) {
    this.path = writer.path;
    this.#writer = writer;
    this.#tellSize = tellSize;
    this.#text = new MemoryWriter(writer.path, (bytes) => {
      this.#csv = Uint8Array.from(bytes);
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#text.write(bytes);
  }

  async finish(): Promise<void> {
    await this.#text.finish();
    let size = 0;
    for await (const bytes of encode(this.#csv)) {
      await this.#writer.write(bytes);
      size += bytes.length;
    }
    await this.#writer.finish();
    this.#tellSize(size);
  }

  async abort(): Promise<void> {
    await this.#text.abort();
    await this.#writer.abort();
  }
}

async function* encode(csv: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await createMemoryStorage([['part.csv', csv]]).open('part.csv');
  const encoder = await createParquetEncoder((await readCsvHeader(file)).schema);
  yield encoder.start();
  for await (const batch of decodeCsv(file)) {
    const bytes = encoder.encode(batch);
    if (bytes.length > 0) yield bytes;
  }
  yield encoder.finish();
}
