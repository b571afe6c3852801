import { ByteSink } from '../../batch/byte-sink.ts';
import {
  columnOf,
  stateNotDefined,
  stateNull,
  type ColumnBatch,
  type NumberColumn,
} from '../../batch/columns/column-batch.ts';
import { kernelFailed } from '../../batch/kernel-errors.ts';
import type { EncodingLoss, PartEncoder } from '../../batch/part-encoder.ts';
import { BacktestExportError } from '../../errors.ts';
import { given } from '../../given.ts';
import type { ColumnSchema, TableSchema } from '../../schema/schema.ts';
import { ColumnBuffer } from './column-buffer.ts';
import { loadPacking, type Compression, type Packing } from '../codecs/compress.ts';
import { ChunkEncoder, type EncodedChunk } from './encode-chunk.ts';
import { FileBytes } from './file-bytes.ts';
import { writeFooter } from './footer.ts';
import { GroupMemory } from './kernel/group-memory.ts';
import { joinSpellings } from '../../schema/time-text.ts';

/** Options of {@link createParquetEncoder}. */
export interface ParquetEncodeOptions {
  /** `snappy` by default. */
  readonly compression?: Compression;
  /** Rows of a row group; 262,144 by default (about 16 MB in memory for nine columns). The last may be smaller. */
  readonly rowGroupRows?: number;
  /** By time column bits of `timeSpellings`, where the caller knows better than the batches; asked at the end. */
  readonly spellings?: ReadonlyMap<string, number>;
  /** Whether the file represents a CSV part of zero bytes; then nothing is encoded. */
  readonly zeroBytes?: boolean;
  /** Called where the texts of a row group are so long that it ends early, after a row that depends on the batches. */
  readonly onLongTexts?: () => void;
  /** Takes note of a loss, which otherwise is `VALUE_NOT_RESTORABLE`. */
  readonly onLoss?: (loss: EncodingLoss) => void;
}

const defaultRows = 262_144;
/** A row group ends once its distinct texts have as many bytes. */
const mostTextBytes = 64 * 1024 * 1024;
const magic = Uint8Array.of(0x50, 0x41, 0x52, 0x31);

/**
 * Makes an encoder of one Parquet part, the mirror of `decodeParquet`: text as UTF-8 through a dictionary, times as
 * TIMESTAMP_MILLIS in UTC, numbers as optional DOUBLE, a CRC-32 on each page; and in the footer what it takes to restore
 * the text of a CSV part, and checksums of every chunk and of the footer itself (`file-notes.ts`). Empty cells and
 * `not defined` are null; the notes say which of the two for each column. One row group is in memory.
 *
 * @throws from `encode` `VALUE_NOT_RESTORABLE` where a column holds both empty cells and `not defined`.
 */
export async function createParquetEncoder(
  schema: TableSchema,
  options: ParquetEncodeOptions = {},
): Promise<PartEncoder> {
  return new ParquetEncoder(schema, options, await loadPacking(options.compression ?? 'snappy'));
}

type NullKind = typeof stateNull | typeof stateNotDefined;

class ParquetEncoder implements PartEncoder {
  readonly #schema: TableSchema;
  readonly #options: ParquetEncodeOptions;
  readonly #memory: GroupMemory;
  readonly #out: FileBytes;
  readonly #chunks: ChunkEncoder;
  readonly #buffers: readonly ColumnBuffer[];
  readonly #groups: EncodedChunk[][] = [];
  /** By time column the spellings of the batches. */
  readonly #spellings = new Map<string, number>();
  /** By number column which kind of null came first. */
  readonly #nulls = new Map<string, NullKind>();
  readonly #capacity: number;
  #rows = 0;

  constructor(schema: TableSchema, options: ParquetEncodeOptions, packing: Packing) {
    this.#schema = schema;
    this.#options = options;
    this.#capacity = options.rowGroupRows ?? defaultRows;
    this.#memory = new GroupMemory(schema.columns, this.#capacity);
    this.#out = new FileBytes(this.#memory);
    this.#chunks = new ChunkEncoder(this.#memory, this.#out, packing);
    this.#buffers = schema.columns.flatMap((column, index) => {
      const regions = this.#memory.columns[index];
      return regions === undefined ? [] : [new ColumnBuffer(column, regions, this.#memory)];
    });
  }

  start(): Uint8Array {
    return this.#run(() => {
      this.#out.begin(this.#memory.free);
      this.#out.append(magic);
    });
  }

  encode(batch: ColumnBatch): Uint8Array {
    return this.#run(() => {
      for (const column of this.#schema.columns) this.#look(column, batch);
      for (let from = 0; from < batch.rows;) {
        const to = Math.min(batch.rows, from + this.#capacity - this.#rows);
        this.#out.setAside();
        for (const buffer of this.#buffers) buffer.take(columnOf(batch, buffer.column), from, to, this.#rows);
        this.#rows += to - from;
        from = to;
        const isLong = this.#memory.textBytes > mostTextBytes;
        if (isLong) this.#options.onLongTexts?.();
        if (isLong || this.#rows === this.#capacity) this.#endGroup();
      }
    });
  }

  finish(): Uint8Array {
    return this.#run(() => {
      if (this.#rows > 0) this.#endGroup();
      else this.#out.begin(this.#memory.free);
      this.#out.append(this.#footer());
    });
  }

  release(): void {
    this.#memory.release();
  }

  /** Does a piece of work; returns the bytes that are ready. A kernel that traps is not used again. */
  #run(work: () => void): Uint8Array {
    if (this.#memory.released) throw new TypeError('the encoder has been released');
    try {
      work();
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      this.#memory.release(true);
      throw kernelFailed('the Parquet kernel', undefined, error);
    }
    return this.#out.take();
  }

  /** Takes note of a column's spelling and nulls. */
  #look(schema: ColumnSchema, batch: ColumnBatch): void {
    const column = columnOf(batch, schema);
    if (column.kind === 'time') {
      this.#spellings.set(schema.name, joinSpellings(this.#spellings.get(schema.name) ?? 0, column.spellings));
    }
    if (column.kind !== 'number') return;
    const { empty, notDefined } = this.#memory.countNulls(column.states, batch.rows);
    if (empty + notDefined === 0) return;
    const first = this.#nulls.get(schema.name) ?? (notDefined === 0 ? stateNull : stateNotDefined);
    if ((first === stateNull ? notDefined : empty) === 0) this.#nulls.set(schema.name, first);
    else this.#lookAtNulls(schema, column, batch);
  }

  /** Takes note of each null of another kind than the column's first. */
  #lookAtNulls({ name }: ColumnSchema, { states }: NumberColumn, batch: ColumnBatch): void {
    for (let row = 0; row < batch.rows; row++) {
      const state = states[row];
      if (state !== stateNull && state !== stateNotDefined) continue;
      const first = this.#nulls.get(name) ?? state;
      this.#nulls.set(name, first);
      if (first === state) continue;
      this.#lose({ kind: 'nulls', record: batch.firstRecord + row, column: name, reason: mixedNulls });
    }
  }

  #lose(loss: EncodingLoss): void {
    if (this.#options.onLoss !== undefined) return this.#options.onLoss(loss);
    const position = { record: loss.record, ...given({ column: loss.column }) };
    throw new BacktestExportError('VALUE_NOT_RESTORABLE', loss.reason, { position });
  }

  #endGroup(): void {
    this.#groups.push(this.#chunks.append(this.#buffers, this.#rows));
    this.#rows = 0;
    this.#memory.clear();
    for (const buffer of this.#buffers) buffer.clear();
  }

  #footer(): Uint8Array {
    const notDefined = new Set([...this.#nulls].flatMap(([name, kind]) => (kind === stateNotDefined ? [name] : [])));
    const footer = new ByteSink(1 << 12);
    writeFooter(footer, {
      columns: this.#schema.columns,
      groups: this.#groups,
      notes: {
        spellings: this.#options.spellings ?? this.#spellings,
        notDefined,
        zeroBytes: this.#options.zeroBytes ?? false,
      },
    });
    footer.append(magic);
    return footer.view();
  }
}

const mixedNulls =
  "the column has both empty cells and 'not defined', which are the same null in Parquet: the text could not be restored";
