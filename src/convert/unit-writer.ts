import type { ColumnBatch } from '../batch/columns/column-batch.ts';
import type { PartEncoder } from '../batch/part-encoder.ts';
import { sliceBatch } from '../batch/columns/slice-batch.ts';
import { createCsvEncoder } from '../csv/encode.ts';
import { PartSink } from '../export/write/part-sink.ts';
import { createParquetEncoder } from '../parquet/write/encode.ts';
import type { TableSchema } from '../schema/schema.ts';
import type { PreparedFile, Storage } from '../storage/storage.ts';
import type { UnitInput } from './unit.ts';
import type { LossList } from './loss-list.ts';
import { splitPath } from './plan-units.ts';

/** Writes the rows of a unit into its files, one after another; each stays under a temporary name. */
export class UnitWriter {
  readonly #storage: Storage;
  readonly #input: UnitInput;
  readonly #spellings: ReadonlyMap<string, number>;
  readonly #losses: LossList;
  readonly #files: PreparedFile[] = [];
  /** Of the last file. */
  #synced: Promise<void> = Promise.resolve();
  /** The source of the current rows, for losses. */
  #source = '';
  #sink: PartSink | undefined;

  constructor(storage: Storage, input: UnitInput, spellings: ReadonlyMap<string, number>, losses: LossList) {
    this.#storage = storage;
    this.#input = input;
    this.#spellings = spellings;
    this.#losses = losses;
  }

  /** Takes rows that were read from `source`. */
  async write(batch: ColumnBatch, schema: TableSchema, source: string): Promise<void> {
    this.#source = source;
    const { target } = this.#input;
    for (let from = 0; from < batch.rows;) {
      const sink = (this.#sink ??= await this.#open(schema, false));
      const room = target.kind === 'split' ? target.rows - sink.rows : batch.rows;
      const to = Math.min(batch.rows, from + room);
      // encoders report records by their number in the source
      await sink.write(sliceBatch(batch, from, to));
      if (target.kind === 'split' && sink.rows === target.rows) await this.#close();
      from = to;
    }
  }

  /** Finishes a file that gets no more rows, even one without rows or, with `zeroBytes`, no bytes. */
  async endPart(schema: TableSchema, zeroBytes: boolean): Promise<void> {
    this.#sink ??= await this.#open(schema, zeroBytes);
    await this.#close();
  }

  /** Finishes the open file; returns all files, complete and readable but not yet named, and maybe not synced. */
  async finish(): Promise<readonly PreparedFile[]> {
    await this.#close();
    return this.#files;
  }

  /** Resolves when all files are synced. @throws `WRITE_FAILED` */
  synced(): Promise<void> {
    return this.#synced;
  }

  /** Removes everything written. */
  async discard(): Promise<void> {
    await this.#sink?.abort();
    this.#sink = undefined;
    await this.#synced.catch(() => undefined);
    for (const file of this.#files.splice(0)) await this.#storage.discard(file);
  }

  async #close(): Promise<void> {
    const sink = this.#sink;
    if (sink === undefined) return;
    const { file, synced } = await sink.prepareEarly();
    this.#files.push(file);
    this.#sink = undefined;
    // the next file is written while this one is synced, and no more are left open
    const before = this.#synced;
    this.#synced = synced;
    synced.catch(() => undefined); // whoever waits for all files is told
    await before;
  }

  async #open(schema: TableSchema, zeroBytes: boolean): Promise<PartSink> {
    const { target, table, format, overwrite } = this.#input;
    const path = target.kind === 'split' ? splitPath(table, target, this.#files.length, format) : target.path;
    const encoder = zeroBytes && format === 'CSV' ? undefined : await this.#createEncoder(schema, zeroBytes);
    return PartSink.open(this.#storage, path, encoder, { overwrite });
  }

  #createEncoder(schema: TableSchema, zeroBytes: boolean): Promise<PartEncoder> {
    const { format, parquet } = this.#input;
    const spellings = this.#spellings;
    if (format === 'CSV') return createCsvEncoder(schema, { spellings });
    return createParquetEncoder(schema, {
      ...parquet,
      spellings,
      zeroBytes,
      onLoss: (loss) => this.#losses.add(this.#source, loss),
    });
  }
}
