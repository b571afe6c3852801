import { joinSums, type ContentSums } from '../batch/hash/content-sum.ts';
import type { PartEncoder } from '../batch/part-encoder.ts';
import { createCsvEncoder } from '../csv/encode.ts';
import { BacktestExportError } from '../errors.ts';
import type { PartSource } from '../export/parts/part-source.ts';
import { cutSlices } from '../export/parts/plan-slices.ts';
import { NotSliced, rightSlices } from '../export/parts/right-slices.ts';
import { handOverSource } from '../export/parts/run-parts.ts';
import { PartSink } from '../export/write/part-sink.ts';
import { streamTasks } from '../parallel/stream-tasks.ts';
import { createParquetEncoder } from '../parquet/write/encode.ts';
import { renameColumns } from '../schema/column-names.ts';
import type { TableSchema } from '../schema/schema.ts';
import { openTransferred } from '../storage/open-storage.ts';
import type { Storage, SyncingFile } from '../storage/storage.ts';
import { withSignal } from '../storage/with-signal.ts';
import { convertSlice, convertSliceTask, type ConvertedSlice, type SliceInput } from './convert-slice.ts';
import { proveAndSync } from './prove-and-sync.ts';
import { proveInSlices } from './prove-in-slices.ts';
import { mostSliceOutput, sliceSizes } from './slice-sizes.ts';
import type { SlicedOptions, UnitInput, UnitOutput } from './unit.ts';

/**
 * Converts one part on several threads and proves it: each decodes slices and compares their text, and makes CSV of them
 * where that is wanted; this one writes what they made, in order, since a file has one writer. For Parquet it also encodes
 * the rows, a fifth of the work, because slices know nothing of row groups. The bytes are those that `convertUnit` writes.
 *
 * Undefined, and nothing is left, where the part must be converted whole: it is small, has an error, or would lose
 * something. Memory: what was made of two slices for each thread.
 *
 * @throws `WRITE_FAILED`, `FILE_EXISTS`; `CONVERSION_UNPROVEN`; `WORKER_FAILED`; the signal's reason
 */
export async function convertSliced(input: UnitInput, options: SlicedOptions): Promise<UnitOutput | undefined> {
  const [source] = input.sources;
  if (source === undefined) return undefined;
  const { size, format } = source.part;
  const slices = Math.min(size, Math.ceil(size / sliceSizes[format]));
  if (slices < 2) return undefined;
  const run = new SlicedRun(input, source, options);
  return run.run(slices);
}

class SlicedRun {
  readonly #input: UnitInput;
  readonly #source: PartSource;
  readonly #options: SlicedOptions;
  readonly #storage: Storage;
  readonly #spellings = new Map<string, number>();
  #sink: PartSink | undefined;
  #schema: TableSchema | undefined;
  #sums: ContentSums | undefined;
  #guarded = 0;

  constructor(input: UnitInput, source: PartSource, options: SlicedOptions) {
    this.#input = input;
    this.#source = handOverSource(source);
    this.#options = options;
    const storage = openTransferred(input.destination);
    this.#storage = options.signal === undefined ? storage : withSignal(storage, options.signal);
  }

  async run(count: number): Promise<UnitOutput | undefined> {
    let made: SyncingFile;
    try {
      made = await this.#convert(count);
    } catch (error) {
      await this.#sink?.abort();
      if (this.#options.signal?.aborted === true || isFinal(error)) throw error;
      return undefined;
    }
    try {
      return await this.#prove(made);
    } catch (error) {
      await this.#storage.discard(made.file);
      throw error;
    }
  }

  async #convert(count: number): Promise<SyncingFile> {
    const { threads, signal, onBytes } = this.#options;
    const { size } = this.#source.part;
    const slices = cutSlices(size, count);
    let read = 0;
    const stream = streamTasks(
      convertSliceTask,
      slices.map((slice) => this.#slice(slice)),
      { threads, signal, onBytes: (bytes) => onBytes(Math.min(size, (read += bytes)) / 2) },
    );
    const context = { signal: signal ?? new AbortController().signal, onBytes: () => undefined };
    try {
      const right = rightSlices<ConvertedSlice>(slices, {
        take: () => stream.take(),
        read: async (slice) => (await convertSlice(this.#slice(slice), context)).output,
      });
      for await (const slice of right) await this.#take(slice);
    } finally {
      await stream.end();
    }
    if (this.#sink === undefined) throw new NotSliced();
    return this.#sink.prepareEarly();
  }

  #slice(slice: PartSource['slice']): SliceInput {
    const { format, guardFormulas, columnNames } = this.#input;
    const mostBytes = mostSliceOutput(this.#options.threads);
    return { source: { ...this.#source, slice }, format, guardFormulas, columnNames, mostBytes };
  }

  async #take({ text, batches, rows, sums, spellings, guarded, notes }: ConvertedSlice): Promise<void> {
    if (rows > 0) this.#joinSpellings(spellings);
    this.#schema ??= renameColumns(notes.schema, this.#input.columnNames);
    this.#sums = this.#sums === undefined ? sums : joinSums(this.#sums, sums);
    this.#guarded += guarded;
    this.#sink ??= await this.#open(this.#schema);
    await this.#sink.append(text, this.#input.format === 'CSV' ? rows : 0);
    for (const batch of batches) await this.#sink.write(batch);
  }

  /** Each slice with rows must spell its times as the first one does, or would it be written otherwise in a whole part. */
  #joinSpellings(found: ReadonlyMap<string, number>): void {
    if (this.#spellings.size === 0) for (const [name, spelling] of found) this.#spellings.set(name, spelling);
    const isSame = [...found].every(([name, spelling]) => this.#spellings.get(name) === spelling);
    if (!isSame || found.size !== this.#spellings.size) throw new NotSliced();
  }

  async #open(schema: TableSchema): Promise<PartSink> {
    const { target, overwrite } = this.#input;
    if (target.kind !== 'file') throw new NotSliced();
    return PartSink.open(this.#storage, target.path, await this.#createEncoder(schema), { overwrite });
  }

  #createEncoder(schema: TableSchema): Promise<PartEncoder> {
    const { format, parquet } = this.#input;
    if (format === 'CSV') return createCsvEncoder(schema);
    const onLoss = (): never => {
      throw new NotSliced();
    };
    return createParquetEncoder(schema, { ...parquet, spellings: this.#spellings, onLoss, onLongTexts: onLoss });
  }

  async #prove({ file, synced }: SyncingFile): Promise<UnitOutput> {
    const { onBytes, ...options } = this.#options;
    const [schema, sums] = [this.#schema, this.#sums];
    if (schema === undefined || sums === undefined) throw new NotSliced();
    const { size } = this.#source.part;
    const { format, destination } = this.#input;
    const wanted = { format, sums, schema, spellings: this.#spellings, oneNull: false };
    const proof = proveInSlices(destination, file, wanted, {
      ...options,
      onBytes: (bytes) => onBytes((size * (1 + Math.min(1, bytes / file.size))) / 2),
    });
    await proveAndSync(proof, synced);
    return { files: [file], sums, losses: [], guarded: this.#guarded };
  }
}

/** Errors that do not come from the part's content: what a part whole would be refused with is found by converting it whole. */
function isFinal(error: unknown): boolean {
  return error instanceof BacktestExportError && ['WRITE_FAILED', 'FILE_EXISTS', 'WORKER_FAILED'].includes(error.code);
}
