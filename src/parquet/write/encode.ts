import { ByteSink } from '../../batch/byte-sink.ts';
import { columnOf, stateNotDefined, stateNull, type ColumnBatch } from '../../batch/column-batch.ts';
import type { EncodingLoss, PartEncoder } from '../../batch/part-encoder.ts';
import { BacktestExportError } from '../../errors.ts';
import { given } from '../../given.ts';
import type { ColumnSchema, TableSchema } from '../../schema/schema.ts';
import { ColumnBuffer } from './column-buffer.ts';
import { loadPacking, type Compression, type Packing } from '../codecs/compress.ts';
import { ChunkEncoder, type EncodedChunk } from './encode-chunk.ts';
import { writeFooter } from './footer.ts';
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
  readonly #chunks: ChunkEncoder;
  readonly #buffers: readonly ColumnBuffer[];
  readonly #out = new ByteSink();
  readonly #groups: EncodedChunk[][] = [];
  /** By time column the spellings of the batches. */
  readonly #spellings = new Map<string, number>();
  /** By number column which kind of null came first. */
  readonly #nulls = new Map<string, NullKind>();
  readonly #capacity: number;
  #position = 0;
  #rows = 0;

  constructor(schema: TableSchema, options: ParquetEncodeOptions, packing: Packing) {
    this.#schema = schema;
    this.#options = options;
    this.#chunks = new ChunkEncoder(packing);
    this.#capacity = options.rowGroupRows ?? defaultRows;
    this.#buffers = schema.columns.map((column) => new ColumnBuffer(column, this.#capacity));
  }

  start(): Uint8Array {
    this.#out.clear();
    this.#out.append(magic);
    return this.#take();
  }

  encode(batch: ColumnBatch): Uint8Array {
    this.#out.clear();
    for (const { column } of this.#buffers) this.#look(column, batch);
    for (let from = 0; from < batch.rows;) {
      const to = Math.min(batch.rows, from + this.#capacity - this.#rows);
      for (const buffer of this.#buffers) buffer.take(columnOf(batch, buffer.column), from, to, this.#rows);
      this.#rows += to - from;
      from = to;
      const textBytes = this.#buffers.reduce((sum, buffer) => sum + buffer.textBytes, 0);
      if (this.#rows === this.#capacity || textBytes > mostTextBytes) this.#endGroup();
    }
    return this.#take();
  }

  finish(): Uint8Array {
    this.#out.clear();
    if (this.#rows > 0) this.#endGroup();
    this.#appendFooter();
    return this.#take();
  }

  /** Nothing is held but memory. */
  release(): void {}

  #take(): Uint8Array {
    const bytes = this.#out.view();
    this.#position += bytes.length;
    return bytes;
  }

  /** Takes note of a column's spelling and nulls. */
  #look(schema: ColumnSchema, batch: ColumnBatch): void {
    const column = columnOf(batch, schema);
    if (column.kind === 'time') {
      this.#spellings.set(schema.name, joinSpellings(this.#spellings.get(schema.name) ?? 0, column.spellings));
    }
    if (column.kind !== 'number') return;
    for (let row = 0; row < batch.rows; row++) {
      const state = column.states[row];
      if (state !== stateNull && state !== stateNotDefined) continue;
      const first = this.#nulls.get(schema.name) ?? state;
      this.#nulls.set(schema.name, first);
      if (first === state) continue;
      this.#lose({ kind: 'nulls', record: batch.firstRecord + row, column: schema.name, reason: mixedNulls });
    }
  }

  #lose(loss: EncodingLoss): void {
    if (this.#options.onLoss !== undefined) return this.#options.onLoss(loss);
    const position = { record: loss.record, ...given({ column: loss.column }) };
    throw new BacktestExportError('VALUE_NOT_RESTORABLE', loss.reason, { position });
  }

  #endGroup(): void {
    const rows = this.#rows;
    this.#groups.push(this.#buffers.map((buffer) => this.#chunks.append(buffer, rows, this.#out, this.#position)));
    this.#rows = 0;
    for (const buffer of this.#buffers) buffer.clear();
  }

  #appendFooter(): void {
    const notDefined = new Set([...this.#nulls].flatMap(([name, kind]) => (kind === stateNotDefined ? [name] : [])));
    writeFooter(this.#out, {
      columns: this.#schema.columns,
      groups: this.#groups,
      notes: {
        spellings: this.#options.spellings ?? this.#spellings,
        notDefined,
        zeroBytes: this.#options.zeroBytes ?? false,
      },
    });
    this.#out.append(magic);
  }
}

const mixedNulls =
  "the column has both empty cells and 'not defined', which are the same null in Parquet: the text could not be restored";
