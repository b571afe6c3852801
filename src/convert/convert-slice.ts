import { BytePieces } from '../batch/columns/byte-pieces.ts';
import type { ColumnBatch } from '../batch/columns/column-batch.ts';
import { ContentSum, type ContentSums } from '../batch/hash/content-sum.ts';
import type { BatchText, PartNotes } from '../batch/decode-options.ts';
import { FirstSpellings } from '../batch/hash/first-spellings.ts';
import { guardFormulas } from '../batch/columns/guard-formulas.ts';
import { ownBatch } from '../batch/columns/own-batch.ts';
import type { PartEncoder } from '../batch/part-encoder.ts';
import { CsvTextCheck } from '../csv/check-text.ts';
import { createCsvEncoder } from '../csv/encode.ts';
import { openPart, readPart, type PartSource } from '../export/parts/part-source.ts';
import { NotSliced, type SliceRead } from '../export/parts/right-slices.ts';
import type { Task, TaskContext, TaskResult } from '../parallel/task.ts';
import { renameColumns } from '../schema/column-names.ts';
import type { TableSchema } from '../schema/schema.ts';
import { renameBatch } from './rename-batch.ts';
import type { UnitInput } from './unit.ts';

/** A slice of a part, and what is to be made of it. Plain data. */
export interface SliceInput extends Pick<UnitInput, 'format' | 'guardFormulas' | 'columnNames'> {
  readonly source: PartSource;
  /** Bytes that the output may take. */
  readonly mostBytes: number;
}

/** What a slice without any loss became. */
export interface ConvertedSlice {
  /** Where CSV is wanted, its records; it needs no other thread's encoder. */
  readonly text: readonly Uint8Array[];
  /** Where Parquet is wanted, its rows, since a row group holds those of several slices. */
  readonly batches: readonly ColumnBatch[];
  readonly rows: number;
  readonly sums: ContentSums;
  /** The spelling of each time column; see `FirstSpellings`. */
  readonly spellings: ReadonlyMap<string, number>;
  readonly guarded: number;
  readonly notes: PartNotes;
}

/**
 * Converts a slice as far as it can be without the others. It fails at any error and any loss, whose places only the
 * whole part tells. @throws only the signal's reason
 */
export async function convertSlice(
  input: SliceInput,
  context: TaskContext,
): Promise<TaskResult<SliceRead<ConvertedSlice>>> {
  try {
    return await new SliceRun(input, context).run();
  } catch {
    context.signal.throwIfAborted();
    return { output: 'failed' };
  }
}

/** {@link convertSlice} for any thread. */
export const convertSliceTask: Task<SliceInput, SliceRead<ConvertedSlice>> = {
  name: 'convertSlice',
  effort: 5,
  run: convertSlice,
};

class SliceRun {
  readonly #input: SliceInput;
  readonly #context: TaskContext;
  readonly #spellings = new FirstSpellings();
  readonly #text = new BytePieces();
  readonly #batches: ColumnBatch[] = [];
  readonly #buffers: ArrayBuffer[] = [];
  #bytes = 0;
  /** The columns as they are read, and as they are written. */
  #read: TableSchema | undefined;
  #schema: TableSchema | undefined;
  #sums: ContentSum | undefined;
  #encoder: PartEncoder | undefined;
  #guarded = 0;

  constructor(input: SliceInput, context: TaskContext) {
    this.#input = input;
    this.#context = context;
  }

  async run(): Promise<TaskResult<ConvertedSlice>> {
    const check = await this.#openCheck();
    try {
      const notes = await this.#convert(check);
      const { rows, ...sums } = this.#sums?.take() ?? { rows: 0, columns: [] };
      const text = this.#text.take();
      return {
        output: {
          text,
          batches: this.#batches,
          rows,
          sums: { rows, ...sums },
          spellings: this.#spellings.map,
          guarded: this.#guarded,
          notes,
        },
        transfer: [...this.#buffers, ...text.map(({ buffer }) => buffer)],
      };
    } finally {
      this.#encoder?.release();
      await check?.close();
    }
  }

  async #convert(check: CsvTextCheck | undefined): Promise<PartNotes> {
    const { source } = this.#input;
    const { signal, onBytes } = this.#context;
    let notes: PartNotes | undefined;
    let text: BatchText | undefined;
    const head = check === undefined ? source.head : { schema: check.header.schema, header: check.header };
    const reading = {
      signal,
      onBytes,
      onSchema: (found: TableSchema): void => this.#start(found),
      onNotes: (found: PartNotes): unknown => (notes = found),
      file: check?.sharedFile,
      onText: check === undefined ? undefined : (found: BatchText): unknown => (text = found),
    };
    for await (const batch of readPart({ ...source, head }, reading)) {
      this.#spellings.look(batch);
      await check?.add(batch, text);
      await this.#take(batch);
    }
    if (notes === undefined || notes.zeroBytes === true) throw new NotSliced();
    await check?.finish(notes.records, notes.slice?.end);
    return notes;
  }

  #start(schema: TableSchema): void {
    this.#read = schema;
    this.#schema = renameColumns(schema, this.#input.columnNames);
    this.#sums = new ContentSum(this.#schema.columns);
  }

  async #take(read: ColumnBatch): Promise<void> {
    const { format, guardFormulas: guard, mostBytes } = this.#input;
    if (this.#schema === undefined || this.#read === undefined) throw new NotSliced();
    const batch = renameBatch(read, this.#read, this.#schema);
    if (batch !== read) this.#spellings.look(batch);
    if (format === 'CSV') {
      const guarded = guard ? guardFormulas(batch) : { batch, guarded: 0 };
      this.#guarded += guarded.guarded;
      this.#sums?.add(guarded.batch);
      this.#encoder ??= await createCsvEncoder(this.#schema, { spellings: this.#spellings.map });
      const bytes = this.#encoder.encode(guarded.batch);
      this.#bytes += bytes.length;
      this.#text.append(bytes);
    } else {
      this.#sums?.add(batch);
      const own = ownBatch(batch);
      this.#bytes += own.buffer.byteLength;
      this.#batches.push(own.batch);
      this.#buffers.push(own.buffer);
    }
    if (this.#bytes > mostBytes) throw new NotSliced();
  }

  /** As for a whole part, but anything that would be lost ends the work. */
  async #openCheck(): Promise<CsvTextCheck | undefined> {
    const { source } = this.#input;
    const { part, head, decode, slice } = source;
    if (part.format !== 'CSV') return undefined;
    const { signal } = this.#context;
    return CsvTextCheck.open(await openPart(source, { signal }), {
      header: head?.header,
      spellings: this.#spellings.map,
      onLoss: () => {
        throw new NotSliced();
      },
      columnRules: decode.columnRules,
      slice,
      signal,
    });
  }
}
