import { decodeCsv } from '../csv/decode.ts';
import { createParquetEncoder } from '../parquet/write/encode.ts';
import { readCsvHeader } from '../csv/header.ts';
import { joinPieces } from '../storage/join-bytes.ts';
import { createMemoryStorage } from '../storage/memory.ts';
import type { OutputFolder, OutputFile } from './byte-writer.ts';

/** Turns every `….csv` into a `….parquet` when it is finished; other files pass unchanged. One part in memory. */
export class ParquetSink {
  /** Bytes of each Parquet file, by its path. */
  readonly sizes: Map<string, number> = new Map();
  readonly #target: OutputFolder;

  constructor(target: OutputFolder) {
    this.#target = target;
  }

  async create(path: string, options?: { readonly overwrite?: boolean }): Promise<OutputFile> {
    if (!path.endsWith('.csv')) return this.#target.create(path, options);
    const writer = await this.#target.create(path.replace(/csv$/, 'parquet'), options);
    return new PartWriter(writer, (size) => this.sizes.set(writer.path, size));
  }
}

class PartWriter implements OutputFile {
  readonly path: string;
  readonly #file: OutputFile;
  readonly #reportSize: (size: number) => void;
  readonly #csv: Uint8Array[] = [];

  constructor(file: OutputFile, reportSize: (size: number) => void) {
    this.path = file.path;
    this.#file = file;
    this.#reportSize = reportSize;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#csv.push(new Uint8Array(bytes));
  }

  async finish(): Promise<void> {
    let size = 0;
    for await (const bytes of encode(joinPieces(this.#csv))) {
      await this.#file.write(bytes);
      size += bytes.length;
    }
    await this.#file.finish();
    this.#reportSize(size);
  }

  async abort(): Promise<void> {
    await this.#file.abort();
  }
}

async function* encode(csv: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await createMemoryStorage([['part.csv', csv]]).open('part.csv');
  const encoder = await createParquetEncoder((await readCsvHeader(file)).schema);
  try {
    yield encoder.start();
    for await (const batch of decodeCsv(file)) {
      const bytes = encoder.encode(batch);
      if (bytes.length > 0) yield bytes;
    }
    yield encoder.finish();
  } finally {
    encoder.release();
  }
}
